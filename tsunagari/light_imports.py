"""Stand-ins for heavy libraries that Rasa imports but tsunagari never calls.

`import rasa` pulls in TensorFlow, boto3, pymongo, matplotlib, every bundled connector's SDK
and more: 16 s and 540 MB before the first line of ours runs. `install()` puts a finder at the
head of `sys.meta_path` that answers such imports with empty modules. Any attribute of a
stand-in is a class that may be imported, subclassed, named in annotations and used as a
decorator, which is all that module-level code does with it. *Using* one (making an instance)
raises `StubbedImportError` with the way out, so a stand-in can never answer wrongly in silence.

Set `TSUNAGARI_REAL_TENSORFLOW=1` when a pipeline really names a TensorFlow component (DIET, TED).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any

REAL_TENSORFLOW_VARIABLE = "TSUNAGARI_REAL_TENSORFLOW"

TENSORFLOW_PACKAGES = frozenset(
    {"tensorflow", "keras", "tensorflow_text", "tensorflow_hub", "tensorflow_addons"}
)
# What optional users of TensorFlow (thinc, below spaCy) look for; they do without it.
ABSENT_MODULES = frozenset({"tensorflow.experimental"})
# SDKs of Rasa's bundled connectors, brokers and stores, and of its plotting and prompts.
UNUSED_PACKAGES = frozenset(
    {
        "aio_pika",
        "aiogram",
        "aiormq",
        "boto3",
        "botocore",
        "bson",
        "confluent_kafka",
        "dns",
        "engineio",
        "fbmessenger",
        "matplotlib",
        "mattermostwrapper",
        "pamqp",
        "prompt_toolkit",
        "pymongo",
        "questionary",
        "rocketchat_API",
        "sentry_sdk",
        "socketio",
        "twilio",
        "webexteamssdk",
    }
)
# Rasa's own modules that only its TensorFlow models and its evaluation commands need.
UNUSED_MODULES = frozenset(
    {
        "rasa.core.channels.hangouts",
        "rasa.core.channels.slack",
        "rasa.nlu.test",
        "rasa.utils.plotting",
        "rasa.utils.tensorflow.crf",
        "rasa.utils.tensorflow.data_generator",
        "rasa.utils.tensorflow.layers",
        "rasa.utils.tensorflow.model_data",
        "rasa.utils.tensorflow.model_data_utils",
        "rasa.utils.tensorflow.models",
        "rasa.utils.tensorflow.rasa_layers",
        "rasa.utils.tensorflow.transformer",
    }
)
# Real modules whose loading waits until something in them is used (reminders, telemetry).
DEFERRED_MODULES = frozenset({"dask", "rasa.core.jobs", "requests"})


class StubbedImportError(ImportError):
    """A stand-in for a library left out of the light server was really used."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} は軽量起動のため読み込んでいません。"
            f"本当に必要な場合は {REAL_TENSORFLOW_VARIABLE}=1 を付けて起動してください。 "
            f"({name} is left out of the light server; "
            f"start with {REAL_TENSORFLOW_VARIABLE}=1 to load it.)"
        )


class _StandInType(type):
    """Metaclass of stand-ins: nests on attribute access, decorates, refuses instances."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _stand_in(f"{cls.__module__}.{cls.__name__}", name)
        setattr(cls, name, value)
        return value

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if "_is_stand_in" not in cls.__dict__:
            return super().__call__(*args, **kwargs)
        if cls.__module__.split(".")[0] in TENSORFLOW_PACKAGES:
            # `@tf.function` and `@tf.function(...)` above methods nobody will call.
            if len(args) == 1 and callable(args[0]) and not kwargs:
                return args[0]
            return _keep
        if cls.__name__ == "name":
            # Rasa lists its bundled connectors by `Connector.name()`.
            return cls.__module__
        raise StubbedImportError(f"{cls.__module__}.{cls.__name__}")

    def __getitem__(cls, item: Any) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __or__


def _keep(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def _stand_in(module: str, name: str) -> _StandInType:
    base: tuple[type, ...] = (Exception,) if name.endswith(("Error", "Exception")) else ()
    if base:
        # `except SomeError:` needs a real exception class.
        return type(name, base, {"__module__": module})  # type: ignore[return-value]
    return _StandInType(name, (), {"_is_stand_in": True, "__module__": module})


class StandInModule(ModuleType):
    """An importable module whose every public attribute is a stand-in class."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _stand_in(self.__name__, name)
        setattr(self, name, value)
        return value


class LightFinder(MetaPathFinder, Loader):
    """Answers imports of the libraries in the tables above; leaves the rest alone."""

    def __init__(self, packages: frozenset[str], modules: frozenset[str]) -> None:
        self._packages = packages
        self._modules = modules

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`."""
        if fullname in ABSENT_MODULES:
            raise ModuleNotFoundError(f"{fullname} is left out", name=fullname)
        if fullname.split(".")[0] in self._packages or fullname in self._modules:
            return ModuleSpec(fullname, self, is_package=True)
        if fullname in DEFERRED_MODULES:
            spec = PathFinder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = LazyLoader(spec.loader)
            return spec
        return None

    def leave_alone(self, packages: Iterable[str]) -> None:
        """Stop answering imports of these packages."""
        self._packages -= frozenset(packages)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """See `importlib.abc.Loader`."""
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: a stand-in is complete when created."""


def install() -> bool:
    """Install the finder unless the real TensorFlow is asked for.

    Returns:
        Whether the stand-ins are active.
    """
    if os.environ.get(REAL_TENSORFLOW_VARIABLE) == "1":
        return False
    if any(isinstance(finder, LightFinder) for finder in sys.meta_path):
        return True
    if "tensorflow" in sys.modules and not isinstance(sys.modules["tensorflow"], StandInModule):
        return False
    # setuptools puts itself in the place of distutils, of which Sanic wants one small function.
    if "_distutils_hack" in sys.modules:
        sys.modules["_distutils_hack"].remove_shim()
    sys.meta_path.insert(0, LightFinder(TENSORFLOW_PACKAGES | UNUSED_PACKAGES, UNUSED_MODULES))
    return True


def allow(*packages: str) -> None:
    """Import these packages for real from now on.

    Modules of Rasa that hold a stand-in already keep it.

    Args:
        packages: Top-level names of the tables above that this installation does use.
    """
    for finder in sys.meta_path:
        if isinstance(finder, LightFinder):
            finder.leave_alone(packages)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in packages and isinstance(module, StandInModule):
            del sys.modules[name]
