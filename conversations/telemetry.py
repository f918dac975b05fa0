"""Stages of a turn, for whoever measures them: metrics and traces plug in from outside.

`stage` costs two clock readings while nobody watches.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Protocol

TURN = "turn"
UNDERSTAND = "understand"
ACT = "act"
LOOK_UP = "look_up"
STORE = "store"
SEND = "send"
STAGES = (TURN, UNDERSTAND, ACT, LOOK_UP, STORE, SEND)
"""Whole turn; parse; one custom action; a look-up in the knowledge; commit; push to a channel."""

TURNS = "turns"
"""Counted: answered turns, by channel and outcome (see `turn_records`)."""


class Observer(Protocol):
    """Watches stages."""

    def span(self, name: str, /, **attributes: str) -> AbstractContextManager[object]:
        """Return what is entered for the length of a stage.

        Args:
            name: One of `STAGES`.
            attributes: Low-cardinality facts about it (channel, action): nothing personal.
        """

    def finished(self, name: str, seconds: float, /, **attributes: str) -> None:
        """Note that a stage ended."""

    def counted(self, name: str, /, **attributes: str) -> None:
        """Note that something happened once."""


_observers: list[Observer] = []


def observe(observer: Observer) -> None:
    """Plug an observer in."""
    _observers.append(observer)


def stop_observing(observer: Observer) -> None:
    """Take an observer out again."""
    _observers.remove(observer)


@contextmanager
def stage(name: str, **attributes: str) -> Iterator[None]:
    """Tell the observers about a stage of a turn."""
    if not _observers:
        yield
        return
    began = time.perf_counter()
    with ExitStack() as stack:
        for observer in _observers:
            stack.enter_context(observer.span(name, **attributes))
        try:
            yield
        finally:
            seconds = time.perf_counter() - began
            for observer in _observers:
                observer.finished(name, seconds, **attributes)


def count(name: str, **attributes: str) -> None:
    """Tell the observers that something happened once."""
    for observer in _observers:
        observer.counted(name, **attributes)
