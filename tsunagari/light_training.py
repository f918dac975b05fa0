"""Rasa's training without the work that only its cache of training results needs.

Whether anything must be trained is decided by `tsunagari.fingerprint` before Rasa starts, so
nothing is ever taken from that cache; filling it costs more than a third of the processor time
of a training: every output of every component is fingerprinted, value by value, and each of
Rasa's importers reads all files again, copies every example deeply and fingerprints it anew to
drop duplicates. Within `light_training` the same graph runs on the same examples in the same
order and leaves the same model.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from rasa.engine.storage import local_model_storage
from rasa.engine.training import graph_trainer
from rasa.engine.training.hooks import TrainingHook
from rasa.shared.importers import utils as importing
from rasa.shared.nlu.constants import INTENT, RESPONSE
from rasa.shared.nlu.training_data import util
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tarsafe import TarSafe

COMPRESSION = 1
"""gzip's level: weights hardly shrink any further, and level 9 takes seconds to find out."""


class NoCaching(TrainingHook):
    """Takes no fingerprints and keeps no outputs."""

    def on_before_node(self, *_: Any, **__: Any) -> dict[str, Any]:
        """See `GraphNodeHook.on_before_node`."""
        return {}

    def on_after_node(self, *_: Any, **__: Any) -> None:
        """See `GraphNodeHook.on_after_node`."""


class QuickArchive(TarSafe):
    """A model archive that is packed at `COMPRESSION`."""

    @classmethod
    def gzopen(
        cls, name: Any, mode: Any = "r", fileobj: Any = None, _level: int = 9, **options: Any
    ) -> Any:
        """See `tarfile.TarFile.gzopen`."""
        return super().gzopen(name, mode, fileobj, COMPRESSION, **options)


def merge(self: TrainingData, *others: TrainingData | None) -> TrainingData:
    """Do what `TrainingData.merge` does, with copies of the messages that share what they hold.

    Components replace the properties of a message and leave its values alone.
    """
    every = [self, *(other for other in others if other)]
    synonyms = dict(self.entity_synonyms)
    for other in every[1:]:
        for text, synonym in other.entity_synonyms.items():
            util.check_duplicate_synonym(synonyms, text, synonym, "merging training data")
        synonyms.update(other.entity_synonyms)
    responses: dict[str, Any] = {}
    for one in every:
        responses.update(copy.deepcopy(one.responses))
    return TrainingData(
        [_copied(message) for one in every for message in one.training_examples],
        synonyms,
        [copy.deepcopy(item) for one in every for item in one.regex_features],
        [copy.deepcopy(item) for one in every for item in one.lookup_tables],
        responses,
    )


def _copied(message: Message) -> Message:
    new = Message(message.data, set(message.output_properties), message.time, [*message.features])
    new._cached_fingerprint = message._cached_fingerprint
    return new


def sanitize_examples(examples: list[Message]) -> list[Message]:
    """Do what `TrainingData.sanitize_examples` does; clean examples keep their fingerprint."""
    for example in examples:
        for name in (INTENT, RESPONSE):
            value = example.get(name)
            if value and value != value.strip():
                example.set(name, value.strip())
    return list(dict.fromkeys(examples))


@contextmanager
def light_training() -> Iterator[None]:
    """Let Rasa train in this process without its cache for the duration of a block."""
    load = importing.training_data_from_paths
    read: dict[tuple[str, ...], TrainingData] = {}

    def load_once(paths: Iterable[str], language: str) -> TrainingData:
        key = tuple(paths)
        if key not in read:
            read[key] = load(key, language)
        return read[key]

    with ExitStack() as patches:
        for place, name, instead in (
            (graph_trainer, "TrainingHook", NoCaching),
            (local_model_storage, "TarSafe", QuickArchive),
            (importing, "training_data_from_paths", load_once),
            (TrainingData, "merge", merge),
            (TrainingData, "sanitize_examples", staticmethod(sanitize_examples)),
        ):
            patches.enter_context(patch.object(place, name, instead))
        yield
