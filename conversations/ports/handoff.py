"""The desk as the hand-off action sees it, and its registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class HandoffRequest:
    """What became of a wish to speak with a person.

    Attributes:
        receipt: Receipt number such as `T-7K3MQD`.
        state: `STORED` (nobody is there; it is kept), `QUEUED` (a person comes into the chat) or
            `CONTACT_FORM` (the desk is closed; the company is asked how to reach it).
        position: Place in the queue, from 1.
        expected_wait_minutes: Expected wait, where enough is known to say so.
        opens_at: When the desk opens next, seconds since the epoch; None while it is open.
    """

    receipt: str
    state: str = "STORED"
    position: int | None = None
    expected_wait_minutes: int | None = None
    opens_at: float | None = None


class HandoffDesk(Protocol):
    """Takes a company's wish to speak with a person."""

    def request(
        self,
        conversation_id: str,
        reason: str,
        wish: str,
        consent: bool,
        sheet: dict[str, Any],
    ) -> HandoffRequest:
        """Take the request; what it stores becomes durable with the running turn."""

    def hours_line(self) -> str:
        """Return one sentence on when somebody is there; empty when nobody ever is."""


_desk: HandoffDesk | None = None
_handoff_terms = ""


def set_desk(desk: HandoffDesk | None) -> None:
    """Plug the desk in (called at assembly)."""
    global _desk
    _desk = desk


def desk() -> HandoffDesk:
    """Return the desk; without assembly, one that writes to the default store."""
    global _desk
    if _desk is None:
        from conversations.handoff import default_desk

        _desk = default_desk()
    return _desk


def plug_handoff_terms(text: str) -> None:
    """Plug in what the centre says before anything is passed to a person (at assembly)."""
    global _handoff_terms
    _handoff_terms = text


def handoff_terms() -> str:
    """Return what the centre says before anything is passed to a person; may be empty."""
    return _handoff_terms
