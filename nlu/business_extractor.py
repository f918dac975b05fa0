"""Rasa component: the company's product or trade in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.component import Component
from nlu.entity_linker import MENTIONS
from nlu.intent_classifier import CLAUSES
from nlu.lexicon import LEXICON
from nlu.mentions import Mention
from nlu.noun_phrases import is_trade, trade_phrases, widest
from nlu.sudachi_tokenizer import POS

#: Behind a trade that is not the company's.
_RULED_OUT = re.compile(
    r"[^、。]{0,8}?(?:では?なく|じゃなく|やなく|やのう|でなく|ちゃうく|とちごう|と違[うっ])(?:って|て)?[、\s]*"
)


#: The particle of the object in Kyushu (博多人形ば作りよる).
_KYUSHU_OBJECT = "ば"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class BusinessExtractor(Component):
    """Checks the learnt open value and finds by grammar what the model has missed.

    A value is a noun phrase for a product, technology or trade; what the random field found
    otherwise is dropped. Where it found none, the object of a verb of making or what stands
    before a word for a company is taken (梅干し in 梅干し作ってます).
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {
            "entity": "business",
            # Intents in which companies say what they do.
            "intents": [
                "inform", "correct", "start_consultation", "find_hub", "find_scheme", "find_desk",
                "ask_plan", "nlu_fallback",
            ],
            # Intents in which a bare noun is an answer.
            "answering": ["inform", "correct"],
        }  # fmt: skip

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the intents."""
        super().__init__(config)
        self._entity = config["entity"]
        self._intents = frozenset(config["intents"])
        self._answering = frozenset(config["answering"])

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If the entity has no name or the intents are no list.
        """
        named = bool(config["entity"]) and isinstance(config["entity"], str)
        cls.require(named, "entity must be a name.")
        cls.require_lists(config, "intents", "answering")

    def process(self, messages: list[Message]) -> list[Message]:
        """Checks or adds the open value of each message."""
        for message in messages:
            intent = (message.get(INTENT) or {}).get("name")
            clauses = message.get(CLAUSES) or []
            if message.get(TOKENS_NAMES[TEXT]) and (
                intent in self._intents or any(c["intent"] in self._intents for c in clauses)
            ):
                self._check(message, clauses)
        return messages

    def _check(self, message: Message, clauses: Sequence[dict[str, Any]]) -> None:
        text, tokens = message.get(TEXT), message.get(TOKENS_NAMES[TEXT])
        mentions = message.get(MENTIONS) or []
        given = list(message.get(ENTITIES) or [])
        kept = []
        for entity in given:
            place = entity["start"], entity["end"], tokens, mentions
            if entity["entity"] != self._entity:
                kept.append(entity)
            elif is_trade(*place):
                start, end = widest(*place), _without_marks(entity, tokens)
                kept.append({**entity, "start": start, "end": end, "value": text[start:end]})
        if not any(entity["entity"] == self._entity for entity in kept):
            intent = (message.get(INTENT) or {}).get("name")
            spans = [(c["start"], c["end"], c["intent"]) for c in clauses]
            for start, end, clause_intent in spans or [(0, len(text), intent)]:
                if clause_intent in self._intents:
                    inside = [t for t in tokens if start <= t.start < end]
                    bare = clause_intent in self._answering
                    found = trade_phrases(inside, mentions, bare=bare)
                    kept.extend(self._value(text, *span) for span in found[:1])
        kept = [
            self._behind_whose(self._told_instead(entity, text, tokens, mentions), text, tokens)
            if entity["entity"] == self._entity
            else entity
            for entity in kept
        ]
        if kept != given:
            message.set(ENTITIES, kept, add_to_output=True)

    def _told_instead(
        self,
        entity: dict[str, Any],
        text: str,
        tokens: Sequence[Token],
        mentions: Sequence[Mention],
    ) -> dict[str, Any]:
        """Returns the trade behind one that is ruled out (家具を売るんじゃなくて木材の乾燥)."""
        ruled_out = _RULED_OUT.match(text, entity["end"])
        stop = text.find("。", ruled_out.end()) if ruled_out else -1
        behind = [
            token
            for token in tokens
            if ruled_out and ruled_out.end() <= token.start and (stop < 0 or token.start < stop)
        ]
        found = trade_phrases(behind, mentions, bare=True)
        return self._value(text, *found[0]) if found else entity

    def _behind_whose(
        self, entity: dict[str, Any], text: str, tokens: Sequence[Token]
    ) -> dict[str, Any]:
        """Returns the trade behind whose it is (うち建設業, 取引先の薬品メーカー)."""
        whose = LEXICON.own_company | LEXICON.others
        inside = [t for t in tokens if entity["start"] <= t.start and t.end <= entity["end"]]
        while len(inside) > 1 and (words := _words_of_whose(inside, whose)):
            del inside[:words]
            if len(inside) > 1 and inside[0].data[POS] == "助詞":
                inside.pop(0)
        if not inside or inside[0].start == entity["start"]:
            return entity
        start = inside[0].start
        return {**entity, "start": start, "value": text[start : entity["end"]]}

    def _value(self, text: str, start: int, end: int) -> dict[str, Any]:
        return {
            "entity": self._entity,
            "value": text[start:end],
            "start": start,
            "end": end,
            "confidence_entity": 0.7,
            "extractor": "BusinessExtractor",
        }


def _words_of_whose(tokens: Sequence[Token], whose: frozenset[str]) -> int:
    """Returns how many words at the beginning tell whose trade it is; 取引先の are two and の."""
    if {tokens[0].text, tokens[0].lemma} & whose:
        return 1
    for stop in range(2, len(tokens) - 1):
        if tokens[stop].text == "の":
            return stop if "".join(token.text for token in tokens[:stop]) in whose else 0
    return 0


def _without_marks(entity: dict[str, Any], tokens: Sequence[Any]) -> int:
    """Returns where an entity ends before the full stop that the random field took along."""
    inside = [t for t in tokens if entity["start"] <= t.start and t.end <= entity["end"]]
    while len(inside) > 1 and (
        inside[-1].data[POS] == "補助記号" or inside[-1].text == _KYUSHU_OBJECT
    ):
        inside.pop()
    return int(inside[-1].end)
