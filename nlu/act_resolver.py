"""Rasa component: the form of a clause limits which intents it can have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.clauses import leading
from nlu.component import Component
from nlu.entity_linker import MENTIONS
from nlu.gazetteer import COVERED
from nlu.intent_classifier import BAND, CLAUSES, JUDGEMENTS
from nlu.judgement import Judgement
from nlu.lexicon import LEXICON
from nlu.mentions import Mention
from nlu.speech_act import Act, act_of, ends_in_property, speaks_of_itself
from nlu.sudachi_tokenizer import POS

#: Mentions by which a company describes itself.
_DESCRIPTIONS = frozenset(
    {"prefecture", "city", "region", "country", "industry", "purpose", "stage", "applicant"}
)
#: Property that every 教えて stands for.
_OVERVIEW = "overview"
#: 何をしている asks for little else than 何ですか.
_ACTIVITIES = "activities"
_RANKING = 5
#: Properties too vague for a phrase that ends in one to ask for it (弊社の強み, 海外での活動).
_UNTOLD = frozenset({_OVERVIEW, _ACTIVITIES, "feature", "method", "history", "network"})
_MARKS = frozenset({"補助記号", "記号", "空白"})
#: From here on 「来週の東京の天気」 is no place of a company, though nothing is asked by its form.
_LIKELY = 0.6
#: From here on a noun phrase with a place in it is rather a question than a description.
_RATHER = 0.5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ActResolver(Component, IntentClassifier):
    """Sets an intent aside that the grammar of its clause rules out.

    A clause that asks (か, ？, 何, 教えて) and names a record or a property states nothing; one
    that only names a place or a trade asks nothing. The classifier's probabilities decide
    between the intents that remain.
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
            "correction": "correct",
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

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If a class of intents or properties is no list.
        """
        cls.require_lists(
            config, "stating", "other_wishes", "asking", "beside_topics", "absent", "countries"
        )

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
                _set_intent(message, settled)
            return
        settled_clauses = [self._settle(message, item) for item in judgements[1:]]
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
        _set_intent(message, whole)

    def _corrects_nothing(self, message: Message, judgement: Judgement) -> bool:
        """Says whether a correction names nothing to correct (…が大事だって？国じゃなくて)."""
        mentions = message.get(MENTIONS) or []
        told = any(
            judgement.start <= one.start < judgement.end and one.entity in _DESCRIPTIONS
            for one in mentions
        )
        return judgement.best[0] == self._config["correction"] and not told

    def _settle(self, message: Message, judgement: Judgement) -> Judgement:
        """Returns the judgement with the intents that its grammar allows."""
        start, end = judgement.start, judgement.end
        tokens = [t for t in message.get(TOKENS_NAMES[TEXT]) if start <= t.start < end]
        mentions = [m for m in message.get(MENTIONS) or [] if start <= m.start < end]
        if not mentions:
            described = judgement.best[0] == self._config["description"]
            if described and ends_in_property(tokens):
                return judgement.without(self._stating, "maybe")
            return judgement
        act = act_of(tokens, mentions)
        best, _ = judgement.best
        outside = self._config["outside"]
        sure = judgement.band == "answer"
        properties = _properties(mentions)
        records = [m for m in mentions if m.entity == "record"]
        countries = [m for m in mentions if m.entity == "country" and m.role is None]
        named = bool(records) or any(m.entity == "reference" for m in mentions)
        covered = [m for m in countries if m.rows[0].detail == COVERED]
        known = named or bool(properties and covered)
        keyword = act is Act.NAME and bool(properties) and (named or bool(countries))
        keyword = keyword or _ends_in_what_is_asked(tokens, mentions)
        # A practical topic asked about, and nothing of the material: an honest answer comes
        # before any consultation.
        topic = any(m.entity == "topic" for m in mentions)
        specific_property = any(value != _OVERVIEW for value in properties)
        mistaken = best in self._stating | self._other | self._beside_topics | {outside}
        beside = topic and mistaken and not known and not specific_property
        if beside and (act.asks or act is Act.NAME):
            return judgement.certain(outside)
        subjects = {m.value for m in records + countries}
        about = (self._config["about_record"], self._config["about_attribute"])
        compared = len(subjects) > 1 and _compares(tokens)
        if compared and best in about:
            return judgement.certain(self._config["comparing"])
        if act is Act.NAME and not named and self._states_places(mentions):
            return judgement.certain(self._config["description"])
        if best == outside and named and self._absent & set(properties):
            # What the material leaves out of a record is said to be missing by name.
            return judgement.certain(about[1])
        if (act.asks or keyword) and (records or properties):
            beyond = any(m.entity == "topic" for m in mentions)
            refused = self._refused_questions(tokens, sure, known, beyond)
            particular = any(value not in (_OVERVIEW, _ACTIVITIES) for value in properties)
            if best == about[0] and sure and particular and named:
                # 「五つの柱のねらいって何」 asks for one property, however it is worded.
                return judgement.certain(about[1])
            if best not in refused and (sure or not known):
                return judgement
            remaining = judgement.without(refused | self._other, "maybe")
            if remaining.best[0] in about and compared:
                return remaining.certain(self._config["comparing"])
            if remaining.best[0] in about:
                return remaining.certain(about[1] if specific_property else remaining.best[0])
            return remaining
        described = [m for m in mentions if m.entity in _DESCRIPTIONS]
        abroad = act.asks and best in self._stating and _only_countries(described)
        if abroad and not speaks_of_itself(tokens):
            # 「インドは裾野産業が育っていますか」 tells nothing of a company.
            return judgement.without(self._stating, "maybe")
        if records or properties or not described or act.asks:
            if act in (Act.WISH, Act.STATEMENT) and not sure and not known and best in about:
                return judgement.without(self._asking, "maybe")
            if records and act is Act.WISH and _wants_to_use(tokens):
                return judgement.without(self._asking | {self._config["person"]}, "maybe")
            if records and act is Act.NAME:
                return judgement.without(self._stating, "maybe")
            # Whoever names a record is at least asked what is meant.
            return judgement.without((), "maybe") if records else judgement
        if act is Act.NAME and not any(m.role for m in mentions):
            if best in self._stating and sure:
                return judgement
            if any(m.entity == "kind" for m in mentions) or (
                countries and any(row.entity == "attribute" for m in mentions for row in m.rows)
            ):
                # 「北九州 窓口」 and 「タイ インフラ」 look something up.
                return judgement.without(self._stating, "maybe")
            if best in (outside, "out_of_scope") and judgement.best[1] >= _RATHER:
                # 「タイの工業用水の値段」 names more than a place.
                return judgement
            return judgement.certain(self._config["description"])
        beyond = best in (outside, "out_of_scope")
        beside_the_point = beyond and judgement.best[1] >= _LIKELY
        if not sure and best in self._asking and not beside_the_point:
            return judgement.without(self._asking, "maybe")
        if best == "out_of_scope" and speaks_of_itself(tokens):
            return judgement.without(self._asking, "maybe")
        return judgement

    def _states_places(self, mentions: Sequence[Mention]) -> bool:
        """True for 「対象国はベトナムかインドネシア」: a property and, behind it, its values."""
        first, *values = sorted(mentions, key=lambda mention: mention.start)
        return (
            first.entity == "attribute"
            and first.value in self._countries
            and bool(values)
            and all(value.entity == "country" for value in values)
        )

    def _refused_questions(
        self, tokens: Sequence[Any], sure: bool, named: bool, beyond: bool
    ) -> frozenset[str]:
        """Returns the intents a question about a record or property cannot have.

        Args:
            tokens: Tokens of the clause.
            sure: True where the classifier is.
            named: True where a record, or a country and a property, is named.
            beyond: True where a topic is named that the material leaves out.
        """
        refused = self._stating
        if not sure:
            refused = refused | self._other
            persons = any(token.lemma in LEXICON.persons for token in tokens)
            called = any(token.lemma in LEXICON.calling for token in tokens)
            if persons and (called or not named):
                refused = refused - {self._config["person"]}
            if not named:
                refused = refused - {"find_scheme", "find_hub", "find_desk", "list_records"}
            elif not beyond:
                refused = refused | {self._config["outside"]}
        return refused


def _only_countries(described: Sequence[Mention]) -> bool:
    return bool(described) and all(
        mention.entity in ("country", "industry") and mention.role is None for mention in described
    )


def _properties(mentions: Sequence[Mention]) -> list[str]:
    """Returns the properties named, leaving out words that describe the company as well."""
    return [
        mention.value
        for mention in mentions
        if mention.entity == "attribute"
        and not any(row.entity in _DESCRIPTIONS for row in mention.rows)
    ]


def _ends_in_what_is_asked(tokens: Sequence[Any], mentions: Sequence[Mention]) -> bool:
    """Says whether a phrase is the property of something (諏訪でやってるメッセの狙い)."""
    words = [token for token in tokens if token.data[POS] not in _MARKS]
    if speaks_of_itself(tokens) or not words:
        return False
    last = [m for m in mentions if m.start <= words[-1].start and words[-1].end <= m.end]
    named = _properties(last)
    before = [token for token in words if named and token.end <= last[0].start]
    return bool(before) and named[0] not in _UNTOLD and before[-1].text == "の"


def _compares(tokens: Sequence[Any]) -> bool:
    return any(token.lemma in LEXICON.comparing for token in tokens)


def _wants_to_use(tokens: Sequence[Any]) -> bool:
    return any(token.lemma in LEXICON.using_verbs for token in tokens)


def _set_intent(message: Message, judgement: Judgement) -> None:
    ranking = [
        {"name": name, "confidence": value}
        for name, value in sorted(judgement.probabilities.items(), key=lambda item: -item[1])
    ][:_RANKING]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    message.set(BAND, judgement.band, add_to_output=True)
