"""Rasa component: what is too uncertain becomes nlu_fallback."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from nlu.intent_classifier import BAND


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CalibratedFallback(GraphComponent, IntentClassifier):
    """Replaces the intent of messages in the band "unknown".

    The bands are calibrated by the classifier on held-out data, so there is no threshold to
    guess here; the best guess stays second in the ranking.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {"intent": "nlu_fallback"}

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the name of the fallback intent."""
        self.validate_config(config)
        self._intent = config["intent"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CalibratedFallback:
        """Creates the component."""
        return cls(config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If the fallback intent has no name.
        """
        if not config["intent"] or not isinstance(config["intent"], str):
            raise InvalidConfigException("CalibratedFallback: intent must be a name.")

    def process(self, messages: list[Message]) -> list[Message]:
        """Replaces the intent where nothing was understood."""
        for message in messages:
            if message.get(BAND) == "unknown":
                ranking = message.get("intent_ranking") or []
                best = ranking[0]["confidence"] if ranking else 0.0
                fallback = {"name": self._intent, "confidence": 1.0 - best}
                message.set(INTENT, fallback, add_to_output=True)
                message.set("intent_ranking", [fallback, *ranking], add_to_output=True)
        return messages
