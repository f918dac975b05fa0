"""Dialogue events on their way to a message broker: written with the turn, deleted when sent.

The transactional outbox of Richardson, "Microservices Patterns": an event is published if and
only if its turn is durable, at least once, in the order of its conversation. Consumers know a
repetition by its message id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from conversations.database import Database, from_json, to_json
from conversations.schema import erasure_notice, event_outbox

_ADD = insert(event_outbox)


@dataclass(frozen=True)
class OutgoingEvents:
    """The events of one turn.

    Attributes:
        id: Row id.
        conversation_id: Whose they are.
        version: Version of the tracker they led to.
        events: Rasa's events as dicts.
    """

    id: int
    conversation_id: str
    version: int
    events: list[dict[str, Any]]


@dataclass(frozen=True)
class ErasureNotice:
    """That a conversation was erased, for those who follow the events.

    Attributes:
        id: Row id.
        conversation_id: Which.
        receipt: Number of the erasure.
        at: When.
    """

    id: int
    conversation_id: str
    receipt: str
    at: float


class EventOutbox:
    """Events that a broker has not confirmed yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        connection: Connection,
        conversation_id: str,
        version: int,
        events: Sequence[dict[str, Any]],
    ) -> None:
        """Add a turn's events inside the caller's transaction."""
        connection.execute(
            _ADD,
            {
                "conversation_id": conversation_id,
                "version": version,
                "events": to_json(list(events)),
            },
        )

    def oldest(self, limit: int) -> list[OutgoingEvents]:
        """Return what waits longest."""
        with self._database.read() as connection:
            found = connection.execute(
                select(event_outbox).order_by(event_outbox.c.id).limit(limit)
            ).all()
        return [
            OutgoingEvents(row.id, row.conversation_id, row.version, from_json(row.events))
            for row in found
        ]

    def sent(self, ids: Sequence[int]) -> None:
        """Forget what a broker confirmed."""
        with self._database.write() as connection:
            connection.execute(delete(event_outbox).where(event_outbox.c.id.in_(ids)))

    def erasures(self, limit: int) -> list[ErasureNotice]:
        """Return the oldest erasures that followers were not told of yet."""
        table = erasure_notice
        with self._database.read() as connection:
            found = connection.execute(select(table).order_by(table.c.id).limit(limit)).all()
        return [ErasureNotice(row.id, row.conversation_id, row.receipt, row.at) for row in found]

    def told(self, ids: Sequence[int]) -> None:
        """Forget erasures a broker confirmed: now nothing here names the conversation."""
        with self._database.write() as connection:
            connection.execute(delete(erasure_notice).where(erasure_notice.c.id.in_(ids)))

    def waiting(self) -> int:
        """Return how many turns wait to be published."""
        with self._database.read() as connection:
            return int(
                connection.execute(select(func.count()).select_from(event_outbox)).scalar() or 0
            )
