"""Runs the pipeline of config.yml component by component, outside a Rasa server.

For evaluation and tests: the same components with the same config, without Rasa's graph
runner, so that one can train on any data and see what each message becomes.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.gazetteer import ROOT
from nlu.intent_classifier import PREVIOUS

CONFIG = ROOT / "config.yml"
DATA = ROOT / "data"


class Pipeline:
    """A trained pipeline.

    Attributes:
        components: In the order of config.yml.
    """

    def __init__(
        self,
        training_data: TrainingData,
        overrides: Mapping[str, Mapping[str, Any]] | None = None,
        config: Path = CONFIG,
    ) -> None:
        """Trains every component in order.

        Args:
            training_data: Rasa training data.
            overrides: Config values by class name, beside those of the file.
            config: A Rasa config file.
        """
        # Kept as an attribute: the folder lives as long as the pipeline.
        self._folder = tempfile.TemporaryDirectory(prefix="tsunagari-nlu-")
        storage = LocalModelStorage(Path(self._folder.name))
        context = ExecutionContext(GraphSchema({}))
        self.components: list[Any] = []
        for number, entry in enumerate(yaml.safe_load(config.read_text("utf-8"))["pipeline"]):
            module, _, name = entry["name"].rpartition(".")
            kind = getattr(importlib.import_module(module), name)
            given = {key: value for key, value in entry.items() if key != "name"}
            settings = {**kind.get_default_config(), **given, **(overrides or {}).get(name, {})}
            resource = Resource(f"{number}_{name}")
            component = kind.create(settings, storage, resource, context)
            if hasattr(component, "train"):
                component.train(training_data)
                component = kind.load(settings, storage, resource, context)
            if hasattr(component, "process_training_data"):
                training_data = component.process_training_data(training_data)
            self.components.append(component)

    def parse(self, text: str, previous: str = "") -> dict[str, Any]:
        """Parses one message into what Rasa would hand to the tracker.

        Args:
            text: What a person wrote.
            previous: What was said to the person before, if known.
        """
        messages = [Message({TEXT: text, PREVIOUS: previous})]
        for component in self.components:
            messages = component.process(messages)
        return dict(messages[0].as_dict(only_output_properties=True))


def own_training_data() -> TrainingData:
    """Reads the product's own examples: every file under data/ that holds any."""
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    files = [path for path in sorted(DATA.rglob("*.yml")) if RasaYAMLReader.is_yaml_nlu_file(path)]
    return TrainingData().merge(*(RasaYAMLReader().read(str(path)) for path in files))
