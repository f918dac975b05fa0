"""What actions need from rooms they may not import: plugged in at assembly."""

from __future__ import annotations

from conversations.ports import HandoffDesk

_plugged: dict[str, HandoffDesk] = {}


def plug_handoff_desk(desk: HandoffDesk) -> None:
    """Sets the desk that takes requests for a person."""
    _plugged["desk"] = desk


def handoff_desk() -> HandoffDesk:
    """Returns the plugged desk; without one, the store of the default configuration."""
    if "desk" not in _plugged:
        from conversations.store import open_default_desk

        _plugged["desk"] = open_default_desk()
    return _plugged["desk"]
