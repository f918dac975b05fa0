"""Who holds a conversation: one row each, changed only by compare-and-set on its version.

The row lies outside the dialogue state on purpose: Rasa's own pause is forgotten when a new
session begins, and the bot would then answer over a person's head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from conversations import schema
from conversations.turn import TurnConflictError
from desk.model import BOT

_TABLE = schema.ownership
# Built once: it is read twice in every turn.
_READ = select(_TABLE).where(_TABLE.c.conversation_id == bindparam("conversation"))


class OwnershipConflictError(TurnConflictError):
    """Somebody else changed who holds the conversation."""


@dataclass(frozen=True)
class Ownership:
    """The row of a conversation (see `conversations.schema.ownership`); version 0: no row yet."""

    conversation_id: str
    state: str = BOT
    owner: str | None = None
    version: int = 0
    updated_at: float = 0.0
    owner_name: str | None = None
    receipt: str | None = None
    step: str | None = None
    queued_at: float | None = None
    claimed_at: float | None = None
    last_customer_at: float | None = None
    last_staff_at: float | None = None
    acknowledged_at: float | None = None
    warned_at: float | None = None
    asked_at: float | None = None
    anger: int | None = None
    angry_at: float | None = None
    redacted_at: float | None = None


def read(connection: Connection, conversation_id: str) -> Ownership:
    """Return who holds a conversation; the bot, where nobody ever asked for a person."""
    row = connection.execute(_READ, {"conversation": conversation_id}).first()
    return Ownership(**row._mapping) if row is not None else Ownership(conversation_id)


def move(connection: Connection, seen: Ownership, at: float, **changes: Any) -> Ownership:
    """Change state or owner, if the row is still as it was seen.

    Args:
        connection: Open write transaction.
        seen: The row the decision was made on.
        at: The time now.
        changes: New values of columns.

    Raises:
        OwnershipConflictError: The row has changed since.
    """
    moved = replace(seen, **changes, version=seen.version + 1, updated_at=at)
    values = {**moved.__dict__}
    if seen.version == 0:
        try:
            connection.execute(insert(_TABLE).values(**values))
        except IntegrityError as error:
            raise OwnershipConflictError(seen.conversation_id) from error
        return moved
    changed = connection.execute(
        update(_TABLE)
        .where(_TABLE.c.conversation_id == seen.conversation_id, _TABLE.c.version == seen.version)
        .values(**{**changes, "version": moved.version, "updated_at": at})
    ).rowcount
    if changed != 1:
        raise OwnershipConflictError(seen.conversation_id)
    return moved


def note(connection: Connection, seen: Ownership, **changes: Any) -> None:
    """Change marks and times, if state and owner are still as they were seen.

    Raises:
        OwnershipConflictError: They have changed since.
    """
    changed = connection.execute(
        update(_TABLE)
        .where(_TABLE.c.conversation_id == seen.conversation_id, _TABLE.c.version == seen.version)
        .values(**changes)
    ).rowcount
    if changed != 1:
        raise OwnershipConflictError(seen.conversation_id)


def still(connection: Connection, seen: Ownership) -> None:
    """Make sure that state and owner are as they were seen, until the transaction ends.

    Raises:
        OwnershipConflictError: They have changed since.
    """
    if seen.version:
        # An update that changes nothing locks the row.
        note(connection, seen, version=seen.version)
    elif read(connection, seen.conversation_id).version:
        raise OwnershipConflictError(seen.conversation_id)
