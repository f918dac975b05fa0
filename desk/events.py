"""The desk's journal: who did what, in order; the feed of its screens and the audit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from conversations import schema
from desk.model import Event, Staff

_TABLE = schema.desk_event


def add(
    connection: Connection,
    conversation_id: str,
    kind: str,
    at: float,
    staff: Staff | None = None,
    message_id: int | None = None,
    detail: str | None = None,
    key: str | None = None,
) -> Event:
    """Write an event, or return the earlier one of the same key."""
    earlier = by_key(connection, conversation_id, key)
    if earlier is not None:
        return earlier
    staff_id, staff_name = (staff.id, staff.name) if staff else (None, None)
    added = connection.execute(
        insert(_TABLE).values(
            conversation_id=conversation_id,
            kind=kind,
            staff_id=staff_id,
            staff_name=staff_name,
            message_id=message_id,
            detail=detail,
            key=key,
            created_at=at,
        )
    )
    number = added.inserted_primary_key[0]
    return Event(number, conversation_id, kind, staff_id, staff_name, message_id, detail, at)


def add_once(
    connection: Connection, conversation_id: str, kind: str, at: float, staff: Staff
) -> None:
    """Write an event unless the same person did the same in this conversation before."""
    add(connection, conversation_id, kind, at, staff, key=f"{kind}:{staff.id}")


def by_key(connection: Connection, conversation_id: str, key: str | None) -> Event | None:
    """Return the event of a key."""
    if key is None:
        return None
    row = connection.execute(
        select(_TABLE).where(_TABLE.c.conversation_id == conversation_id, _TABLE.c.key == key)
    ).first()
    return _event(row) if row is not None else None


def of(connection: Connection, conversation_id: str, *kinds: str) -> list[Event]:
    """Return a conversation's events of some kinds, oldest first."""
    found = connection.execute(
        select(_TABLE)
        .where(_TABLE.c.conversation_id == conversation_id, _TABLE.c.kind.in_(kinds))
        .order_by(_TABLE.c.id)
    ).all()
    return [_event(row) for row in found]


def after(connection: Connection, event_id: int, limit: int) -> list[Event]:
    """Return the events of all conversations after one, oldest first."""
    found = connection.execute(
        select(_TABLE).where(_TABLE.c.id > event_id).order_by(_TABLE.c.id).limit(limit)
    ).all()
    return [_event(row) for row in found]


def newest(connection: Connection) -> int:
    """Return the id of the last event of all conversations."""
    return int(connection.execute(select(func.max(_TABLE.c.id))).scalar() or 0)


def _event(row: Any) -> Event:
    values = dict(row._mapping)
    values.pop("key")
    at = values.pop("created_at")
    return Event(**values, at=at)
