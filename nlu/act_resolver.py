"""Rasa component: the form of a clause limits which intents it can have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message

from nlu import speech_act
from nlu.clause_evidence import DESCRIPTIONS, ClauseEvidence
from nlu.clauses import leading
from nlu.component import Component
from nlu.entity_linker import MENTIONS
from nlu.intent_classifier import CLAUSES, JUDGEMENTS
from nlu.introduction import introduced, of_clause
from nlu.judgement import Judgement
from nlu.settled_intent import set_intent
from nlu.speech_act import Act, ends_in_description, ends_in_property, speaks_of_itself
from nlu.spoken_forms import recalls, tells_of_talking

#: From here on 「来週の東京の天気」 is no place of a company, though nothing is asked by its form.
_LIKELY = 0.6
#: From here on a noun phrase with a place in it is rather a question than a description.
_RATHER = 0.5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ActResolver(Component, IntentClassifier):
    """Sets an intent aside that the grammar of its clause rules out.

    A clause that asks (か, ？, 教えて) and names a record or a property states nothing; one that
    only names a place or a trade asks nothing. Probabilities decide between what remains.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {
            # Never a question about a record or a property.
            "stating": [
                "inform", "correct", "skip", "affirm", "deny", "greet", "thank", "goodbye",
                "chitchat", "insult", "resume", "start_over",
            ],
            # Not such a question either, unless the classifier is sure of it.
            "other_wishes": [
                "start_consultation", "change_conditions", "request_human", "not_helpful",
                "ask_capability", "ask_bot", "out_of_scope", "delete_data", "find_scheme",
                "find_hub", "find_desk", "list_records", "show_sheet",
            ],
            # Questions, which no mere description of the company is.
            "asking": [
                "ask_record", "ask_attribute", "list_records", "find_record", "compare",
                "ask_status", "ask_source", "ask_document", "ask_outside", "out_of_scope",
                "find_hub", "find_desk", "chitchat", "ask_bot", "ask_capability", "ask_why",
            ],
            # What a question about a practical topic is easily taken for.
            "beside_topics": ["ask_plan", "compare", "ask_record", "ask_attribute"],
            # Properties asked of every record that the material gives of none.
            "absent": ["contact", "how_to_apply", "deadline", "fee", "language", "opening_hours"],
            # Properties that a company states by naming countries.
            "countries": ["countries"],
            "about_record": "ask_record",
            "about_attribute": "ask_attribute",
            "comparing": "compare",
            "description": "inform",
            # 「企業どうしを引き合わせている団体」 asks which one that is.
            "described": "find_record",
            # What words unlike any example are given.
            "unlike_any": ["out_of_scope", "nlu_fallback", "chitchat"],
            # What one asks to be shown to, by its kind.
            "doors": {"hub": "find_hub", "scheme": "find_scheme", "desk": "find_desk"},
            "correction": "correct",
            "farewell": "goodbye",
            "person": "request_human",
            "outside": "ask_outside",
        }  # fmt: skip

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the classes of intents."""
        super().__init__(config)
        self._stating = frozenset(config["stating"])
        self._other = frozenset(config["other_wishes"])
        self._asking = frozenset(config["asking"])
        self._beside_topics = frozenset(config["beside_topics"])
        self._absent = frozenset(config["absent"])
        self._countries = frozenset(config["countries"])
        self._unlike_any = frozenset(config["unlike_any"])

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If a class of intents or properties is no list.
        """
        cls.require_lists(
            config, "stating", "other_wishes", "asking", "beside_topics", "absent", "countries",
            "unlike_any",
        )  # fmt: skip

    def process(self, messages: list[Message]) -> list[Message]:
        """Corrects the intent of each message and of its clauses."""
        for message in messages:
            judgements = message.get(JUDGEMENTS)
            if judgements and self._config["description"] in judgements[0].probabilities:
                self._resolve(message, judgements)
        return messages

    def _resolve(self, message: Message, judgements: Sequence[Judgement]) -> None:
        clauses = message.get(CLAUSES) or []
        if not clauses:
            whole = judgements[0]
            settled = self._settle(message, whole)
            if settled is not whole:
                set_intent(message, settled)
            return
        settled_clauses = [self._settle(message, item) for item in judgements[1:]]
        settled_clauses = introduced(
            message, settled_clauses, self._config["description"], self._unlike_any
        )
        bare = [self._corrects_nothing(message, item) for item in settled_clauses]
        same = all(a is b for a, b in zip(settled_clauses, judgements[1:], strict=True))
        if same and not any(bare):
            return
        for clause, item in zip(clauses, settled_clauses, strict=True):
            clause["intent"], clause["confidence"] = item.best
            clause["band"] = item.band
        message.set(CLAUSES, clauses, add_to_output=True)
        background = self._config["description"]
        place = leading(
            [
                {**clause, "intent": background} if nothing else clause
                for clause, nothing in zip(clauses, bare, strict=True)
            ]
        )
        whole = self._settle(message, judgements[0]) if place is None else settled_clauses[place]
        set_intent(message, whole)

    def _corrects_nothing(self, message: Message, judgement: Judgement) -> bool:
        """Says whether a correction names nothing to correct (…が大事だって？国じゃなくて)."""
        mentions = message.get(MENTIONS) or []
        told = any(
            judgement.start <= one.start < judgement.end and one.entity in DESCRIPTIONS
            for one in mentions
        )
        return judgement.best[0] == self._config["correction"] and not told

    def _settle(self, message: Message, judgement: Judgement) -> Judgement:
        """Returns the judgement with the intents that its grammar allows."""
        tokens, mentions = of_clause(message, judgement)
        if not mentions:
            described = judgement.best[0] == self._config["description"]
            if described and (ends_in_property(tokens) or ends_in_description(tokens)):
                return judgement.without(self._stating, "maybe")
            if judgement.best[0] == self._config["person"] and tells_of_talking(tokens):
                return judgement.without({self._config["person"]}, "maybe")
            if judgement.band != "answer" and recalls(tokens):
                return judgement.without(self._stating | self._other, "maybe")
            return judgement
        clause = ClauseEvidence(tokens, mentions)
        told = judgement.best[0] == self._config["description"]
        named = clause.records or clause.names_topic
        if not named and speech_act.describes_another(tokens, told):
            return judgement.certain(self._config["described"])
        decided = self._decided(clause, judgement)
        if decided is not None:
            return decided
        asked = clause.act.asks or clause.is_keyword or clause.requests_a_property
        if asked and (clause.records or clause.properties):
            return self._asked_of_material(clause, judgement)
        stating = judgement.best[0] in self._stating
        abroad = clause.act.asks and clause.describes_countries_only
        wants_door = clause.act is Act.TELL and clause.names_kind
        if stating and ((abroad and not speaks_of_itself(tokens)) or wants_door):
            # 「インドは裾野産業が育っていますか」 and 「…ので、窓口をご紹介ください」 tell nothing.
            return judgement.without(self._stating, "maybe")
        nothing_told = not clause.descriptions or clause.act.asks
        if clause.records or clause.properties or nothing_told:
            return self._told_beside_names(clause, judgement)
        if clause.act is Act.NAME and not any(m.role for m in mentions):
            return self._named_only(clause, judgement)
        beyond = judgement.best[0] in (self._config["outside"], "out_of_scope")
        # 「ベトナムの会社から問い合わせが来た」 reports, 「日本食屋に卸したい」 wishes.
        tells = clause.reports or clause.ends_in_a_wish
        reported = judgement.best[0] == self._config["outside"] and tells
        least = _RATHER if clause.is_noun_phrase else _LIKELY
        beside_the_point = beyond and judgement.best[1] >= least and not reported
        sure = judgement.band == "answer"
        if (reported or not sure) and judgement.best[0] in self._asking and not beside_the_point:
            return judgement.without(self._asking, "maybe")
        if judgement.best[0] == "out_of_scope" and speaks_of_itself(tokens):
            return judgement.without(self._asking, "maybe")
        return judgement

    def _decided(self, clause: ClauseEvidence, judgement: Judgement) -> Judgement | None:
        """Returns what names and grammar decide by themselves, or None."""
        best, outside = judgement.best[0], self._config["outside"]
        about = (self._config["about_record"], self._config["about_attribute"])
        # A practical topic asked about, and nothing of the material: an honest answer comes
        # before any consultation.
        mistaken = best in self._stating | self._other | self._beside_topics | {outside}
        beside = not clause.is_known and not clause.names_specific_property
        asked = clause.act.asks or clause.act is Act.NAME
        if clause.names_topic and mistaken and beside and asked:
            return judgement.certain(outside)
        door = self._config["doors"].get(clause.introduced_to)
        if door:
            return judgement.certain(door)
        if best == self._config["farewell"] and clause.names_stage:
            # 「調査は一通り終わりました」 ends no conversation.
            return judgement.certain(self._config["description"])
        if best == self._config["comparing"] and clause.wants_both:
            return judgement.certain(self._config["description"])
        if best == self._config["comparing"] and clause.compares_nothing:
            return judgement.without({best}, "maybe")
        if clause.compares and best in about:
            return judgement.certain(self._config["comparing"])
        if clause.hedges_a_value:
            stated = best in self._stating
            return judgement if stated else judgement.certain(self._config["description"])
        bare = clause.act is Act.NAME and not clause.names_subject
        if bare and clause.states_countries(self._countries):
            return judgement.certain(self._config["description"])
        missing = self._absent & set(clause.properties)
        wished = clause.requests_a_property and best not in (*about, outside)
        if missing and (wished or (best == outside and clause.names_subject)):
            # 「電話番号ちょうだい」 calls nobody: what a record has not is missing by name.
            return judgement.certain(about[1])
        return None

    def _asked_of_material(self, clause: ClauseEvidence, judgement: Judgement) -> Judgement:
        """Settles a question that names a record or a property."""
        best, sure = judgement.best[0], judgement.band == "answer"
        about = (self._config["about_record"], self._config["about_attribute"])
        refused = self._refused_questions(clause, sure)
        if best == about[0] and sure and clause.names_particular_property and clause.names_subject:
            # 「五つの柱のねらいって何」 asks for one property, however it is worded.
            return judgement.certain(about[1])
        if best not in refused and (sure or not clause.is_known):
            return judgement
        remaining = judgement.without(refused | self._other, "maybe")
        if remaining.best[0] not in about:
            return remaining
        if clause.compares:
            return remaining.certain(self._config["comparing"])
        return remaining.certain(about[1] if clause.names_specific_property else remaining.best[0])

    def _told_beside_names(self, clause: ClauseEvidence, judgement: Judgement) -> Judgement:
        """Settles a clause that describes no company, or names more than describes one."""
        best, sure = judgement.best[0], judgement.band == "answer"
        about = (self._config["about_record"], self._config["about_attribute"])
        about_nothing = best in about or (best == self._config["outside"] and clause.tells_purpose)
        unclear = not sure and not clause.is_known and about_nothing
        if clause.act in (Act.WISH, Act.STATEMENT) and unclear:
            return judgement.without(self._asking, "maybe")
        if clause.records and clause.act is Act.WISH and clause.wants_to_use:
            return judgement.without(self._asking | {self._config["person"]}, "maybe")
        if clause.records and clause.act is Act.NAME:
            return judgement.without(self._stating, "maybe")
        # Whoever names a record is at least asked what is meant.
        return judgement.without((), "maybe") if clause.records else judgement

    def _named_only(self, clause: ClauseEvidence, judgement: Judgement) -> Judgement:
        """Settles a clause of names that may describe a company."""
        best = judgement.best[0]
        if best in self._stating and judgement.band == "answer":
            return judgement
        if clause.looks_up:
            # 「北九州 窓口」 and 「タイ インフラ」 look something up.
            return judgement.without(self._stating, "maybe")
        beyond = best in (self._config["outside"], "out_of_scope") and not clause.tells_purpose
        if beyond and judgement.best[1] >= _RATHER:
            # 「タイの工業用水の値段」 names more than a place.
            return judgement
        return judgement.certain(self._config["description"])

    def _refused_questions(self, clause: ClauseEvidence, sure: bool) -> frozenset[str]:
        """Returns the intents a question about a record or property cannot have.

        Args:
            clause: The question.
            sure: True where the classifier is.
        """
        refused = self._stating
        if sure:
            return refused
        refused = refused | self._other
        if clause.names_persons and (clause.calls or not clause.is_known):
            refused = refused - {self._config["person"]}
        if not clause.is_known:
            return refused - {"find_scheme", "find_hub", "find_desk", "list_records"}
        return refused if clause.names_topic else refused | {self._config["outside"]}
