"""What the desk decides in a turn, committed with it; and the buttons it offers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from conversations.turn import Turn, current_turn
from desk import ownership
from desk.base import DeskBase
from desk.ownership import Ownership
from desk.wording import wording


def button(key: str, payload: str) -> dict[str, str]:
    """Return a choice by the key of its label."""
    return {"title": wording(key), "payload": payload}


def running_turn() -> Turn:
    """Return the turn that is running."""
    turn = current_turn.get()
    if turn is None:
        raise RuntimeError("the policy is asked inside a turn only")
    return turn


def guard(seen: Ownership) -> None:
    """Let the turn fail to commit when somebody else takes the conversation meanwhile."""
    running_turn().guard(lambda connection: ownership.still(connection, seen))


def stage(
    service: DeskBase, seen: Ownership, write: Any, method: str | None = None, *arguments: str
) -> None:
    """Write with the running turn, and tell the listeners after it.

    Args:
        service: Whose listeners are told.
        seen: The row the decision was made on.
        write: Called with the open transaction.
        method: What the listeners are told; None tells them nothing.
        arguments: What else they are told.
    """

    def tell() -> None:
        if method is not None:
            service.listeners.tell(method, seen.conversation_id, *arguments)

    running_turn().stage(f"desk:{seen.conversation_id}", write, tell)


def stage_row(seen: Ownership, at: float, changes: dict[str, Any]) -> None:
    """Change the row with the running turn; a change of state is compared and set."""
    state = changes.pop("state", None)

    def write(connection: Connection) -> None:
        # A wish for a person in the same turn begins everything anew.
        now_seen = ownership.read(connection, seen.conversation_id)
        if now_seen.version != seen.version:
            return
        if state is not None or not seen.version:
            ownership.move(connection, seen, at, **changes, state=state or seen.state)
        else:
            ownership.note(connection, seen, **changes)

    running_turn().stage(f"desk:{seen.conversation_id}", write)
