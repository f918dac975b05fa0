"""Rasa component: knowledge-driven entity linking before intent classification."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import gazetteer
from nlu.component import TrainedComponent
from nlu.linking import Linker
from nlu.mentions import Mention

#: Where the mentions travel on the message, for the components behind.
MENTIONS = "mentions"


# A featurizer to Rasa: only tokenizers and featurizers are run over the training data, and the
# classifier has to see the mentions there too.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class EntityLinker(TrainedComponent):
    """Links names and vocabulary of the knowledge base and hands them on as mentions.

    Which of several meanings counts (人材育成: a purpose or a row of a table?) depends on the
    intent, so the mentions become Rasa entities only behind the classifier.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns the components that have to stand before this one."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Returns the packages that have to be installed."""
        return ["rapidfuzz"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {
            # Files generated from the knowledge base; null for data of another domain.
            "gazetteer": "data/generated/gazetteer.tsv",
            "partials": "data/generated/partials.tsv",
            # Least rapidfuzz similarity of a misspelt name, 0 to 100.
            "fuzzy_threshold": 84,
        }

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        """Keeps an empty dictionary until one is read or restored."""
        super().__init__(config, model_storage, resource)
        self._use("", "")

    def _use(self, rows: str, partials: str) -> None:
        self._texts = (rows, partials)
        self._linker = Linker(
            gazetteer.load_rows(rows),
            gazetteer.load_partials(partials),
            self._config["fuzzy_threshold"],
        )

    def restore(self, directory: Path) -> None:
        """Takes up the dictionary the model was trained with."""
        self._use(
            (directory / "gazetteer.tsv").read_text("utf-8"),
            (directory / "partials.tsv").read_text("utf-8"),
        )

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityLinker:
        """Creates the component for training from the generated files."""
        linker = super().create(config, model_storage, resource, execution_context)
        linker._use(*cls._read(config))
        return linker

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: If the threshold is out of range.
        """
        threshold = config["fuzzy_threshold"]
        cls.require(
            isinstance(threshold, (int, float)) and 50 <= threshold <= 100,
            f"fuzzy_threshold is {threshold!r}; it must lie between 50 and 100.",
        )

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Makes a changed dictionary retrain the model."""
        return hashlib.sha256("\0".join(cls._read(config)).encode()).hexdigest()

    @classmethod
    def _read(cls, config: dict[str, Any]) -> tuple[str, str]:
        return cls.read_generated(config, "gazetteer"), cls.read_generated(config, "partials")

    def train(self, training_data: TrainingData) -> Resource:
        """Stores the dictionary with the model; nothing is learnt here."""
        with self._model_storage.write_to(self._resource) as directory:
            (directory / "gazetteer.tsv").write_text(self._texts[0], "utf-8")
            (directory / "partials.tsv").write_text(self._texts[1], "utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Links the training examples, so that the classifier sees what it will see later."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Links the mentions of incoming messages."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                tokens = message.get(TOKENS_NAMES[TEXT])
                message.set(MENTIONS, self.link(text, tokens))
        return messages

    def link(self, text: str, tokens: list[Any]) -> list[Mention]:
        """Links one text; see :meth:`nlu.linking.Linker.link`."""
        return self._linker.link(text, tokens)
