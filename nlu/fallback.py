"""Rasa component: what is too uncertain, or not in Japanese, becomes nlu_fallback."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.component import Component
from nlu.english_words import WRITTEN
from nlu.intent_classifier import BAND, CLAUSES, OUTSIDE
from nlu.mashed_keys import is_mashed

#: Set on a sentence of another language.
FOREIGN = "foreign"
_ASKED_OF = frozenset({"record", "country"})
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾟ一-鿿々]")
_WORD = re.compile(r"[^\W\d_]{2,}")
#: A number that is none of the choices shown.
_NUMBER = re.compile(r"\s*\d+\s*[番つ]?(?:目|め)?[。.]?\s*")
#: A word or two that name nothing need a better guess than this to mean anything.
_POOR_GUESS = 0.33
_SHORT = 8


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CalibratedFallback(Component, IntentClassifier):
    """Replaces the intent of messages in the band "unknown" and of sentences in another language.

    The bands are calibrated by the classifier on held-out data; the best guess stays second in
    the ranking. An intent whose consequences are tiresome when it was not meant (a hand-off, an
    erasure) needs a confidence of its own.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {
            "intent": "nlu_fallback",
            # Least confidence of intents that must not be guessed.
            "least_confidence": {"request_human": 0.35, "delete_data": 0.4, "start_over": 0.4},
            # So many words without a Japanese letter are a sentence of another language.
            "foreign_words": 4,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the name of the fallback intent."""
        super().__init__(config)
        self._intent = config["intent"]
        self._least = dict(config["least_confidence"])
        self._foreign_words = config["foreign_words"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If the fallback intent has no name, or a number is out of range.
        """
        named = bool(config["intent"]) and isinstance(config["intent"], str)
        cls.require(named, "intent must be a name.")
        cls.require(
            all(0 <= least <= 1 for least in config["least_confidence"].values()),
            "each least_confidence must lie between 0 and 1.",
        )
        cls.require(config["foreign_words"] >= 2, "foreign_words must be 2 or more.")

    def process(self, messages: list[Message]) -> list[Message]:
        """Replaces the intent where nothing was understood."""
        for message in messages:
            text = message.get(TEXT) or ""
            if is_mashed(text) or _NUMBER.fullmatch(text):
                message.set(BAND, "unknown", add_to_output=True)
                message.set(ENTITIES, [], add_to_output=True)
                message.set(OUTSIDE, 1.0, add_to_output=True)
            intent, entities = message.get(INTENT) or {}, message.get(ENTITIES) or []
            guess = intent.get("confidence") or 0.0
            if len(text) <= _SHORT and not entities and guess < _POOR_GUESS:
                message.set(BAND, "unknown", add_to_output=True)
            guessed = guess < self._least.get(intent.get("name"), 0.0)
            # 「GDP growth of Thailand」 names what is asked for all the same.
            foreign = is_foreign(
                message.get(WRITTEN) or text, self._foreign_words
            ) and not _is_question_of({one["entity"] for one in entities})
            if message.get(BAND) == "unknown" or guessed or foreign:
                ranking = message.get("intent_ranking") or []
                best = ranking[0]["confidence"] if ranking and not foreign else 0.0
                fallback = {"name": self._intent, "confidence": 1.0 - best}
                message.set(INTENT, fallback, add_to_output=True)
                message.set("intent_ranking", [fallback, *ranking], add_to_output=True)
            if foreign:
                message.set(BAND, "unknown", add_to_output=True)
                message.set(FOREIGN, True, add_to_output=True)
                message.set(ENTITIES, [], add_to_output=True)
                message.set(CLAUSES, [], add_to_output=True)
        return messages


def _is_question_of(named: Collection[str]) -> bool:
    """True where something, and a property of it, is named."""
    return "attribute" in named and not _ASKED_OF.isdisjoint(named)


def is_foreign(text: str, words: int) -> bool:
    """True for a sentence of at least so many words without a Japanese letter."""
    return not _JAPANESE.search(text) and len(_WORD.findall(text)) >= words
