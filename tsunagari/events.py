"""Reading serialised events without searching all event classes for each of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses


@lru_cache(maxsize=1)
def _classes() -> dict[str, type[Event]]:
    classes: dict[str, type[Event]] = {}
    for event_class in all_subclasses(Event):
        # The first class of a name wins, as in `Event.resolve_by_type`.
        classes.setdefault(event_class.type_name, event_class)
    return classes


def read_events(serialised: Iterable[dict[str, Any]]) -> list[Event]:
    """Do what `rasa.shared.core.events.deserialise_events` does.

    Raises:
        ValueError: An event has an unknown type.
    """
    events = []
    for parameters in serialised:
        event_class = _classes().get(parameters["event"])
        if event_class is None:
            raise ValueError(f"Unknown event name '{parameters['event']}'.")
        event = event_class._from_parameters(parameters)
        if event is not None:
            events.append(event)
    return events
