"""How Rasa's graph makes, checks, stores and loads the components of the pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException

from nlu.gazetteer import ROOT

_Component = TypeVar("_Component", bound="Component")
_Trained = TypeVar("_Trained", bound="TrainedComponent")


class Component(GraphComponent):
    """A component that is ready as soon as it has its config."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the config, once it is known to work.

        Raises:
            InvalidConfigException: If it does not.
        """
        self.validate_config(config)
        self._config = config

    @classmethod
    def create(
        cls: type[_Component],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Component:
        """Creates the component."""
        return cls(config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the component's default config."""
        return {}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Fails early on a config that cannot work.

        Raises:
            InvalidConfigException: With the key and what it has to be.
        """

    @classmethod
    def require(cls, holds: bool, demand: str) -> None:
        """Refuses a config that does not meet a demand.

        Args:
            holds: Whether the config meets it.
            demand: The key and what it has to be, for whoever writes config.yml.

        Raises:
            InvalidConfigException: If it does not hold.
        """
        if not holds:
            raise InvalidConfigException(f"{cls.__name__}: {demand}")

    @classmethod
    def require_lists(cls, config: dict[str, Any], *keys: str) -> None:
        """Refuses a config in which one of these keys is no list of names."""
        for key in keys:
            cls.require(isinstance(config[key], list), f"{key} must be a list of names.")

    @classmethod
    def read_generated(cls, config: dict[str, Any], key: str) -> str:
        """Reads the generated file that a key of the config names, relative to the project.

        Returns:
            Its text; empty where the key names none, as for data of another domain.

        Raises:
            InvalidConfigException: If the file is missing.
        """
        if not config.get(key):
            return ""
        path = ROOT / Path(config[key])
        cls.require(
            path.exists(), f"{config[key]} is missing. Run `tsunagari nlu-eval --generate`."
        )
        return path.read_text("utf-8")


class TrainedComponent(Component):
    """A component that stores with the model what it has learnt, and restores it from there."""

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        """Keeps the place of the component in the model; nothing is learnt yet."""
        super().__init__(config)
        self._model_storage, self._resource = model_storage, resource

    @classmethod
    def create(
        cls: type[_Trained],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Trained:
        """Creates the component before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: type[_Trained],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> _Trained:
        """Loads the component as it was trained."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as directory:
            component.restore(directory)
        return component

    def restore(self, directory: Path) -> None:
        """Takes up what ``train`` has stored.

        Args:
            directory: Folder of the component in the model.
        """
        raise NotImplementedError
