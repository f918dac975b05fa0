"""Requests for a person: taken in with the company's consent, open until dealt with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from conversations import schema
from desk.model import CONTACT_FORM, HUMAN, QUEUED
from desk.ownership import Ownership

_TABLE = schema.handoff_request
_OWNERSHIP = schema.ownership
OPEN = ("stored", "waiting", "contact", "claimed")
"""Not dealt with yet."""
TO_CALL_BACK = ("stored", "contact")
"""Nobody comes into the chat for these: the company is to be reached otherwise."""


@dataclass(frozen=True)
class HandoffRequest:
    """A row of `handoff_request`."""

    receipt: str
    conversation_id: str
    wish: str
    contact: str | None
    consent: bool
    sheet: dict[str, Any]
    state: str
    created_at: float
    reason: str | None
    claimed_at: float | None
    closed_at: float | None
    outcome: str | None


def newest(connection: Connection, conversation_id: str) -> HandoffRequest | None:
    """Return the last request of a conversation that came with consent."""
    row = connection.execute(
        select(_TABLE)
        .where(_TABLE.c.conversation_id == conversation_id, _TABLE.c.consent.is_(True))
        .order_by(_TABLE.c.created_at.desc(), _TABLE.c.receipt)
        .limit(1)
    ).first()
    return HandoffRequest(**row._mapping) if row is not None else None


def current(connection: Connection, held: Ownership) -> HandoffRequest | None:
    """Return the request a conversation is held for, else its last one."""
    if held.receipt is not None and held.state in (QUEUED, HUMAN, CONTACT_FORM):
        return get(connection, held.receipt)
    return newest(connection, held.conversation_id)


def get(connection: Connection, receipt: str) -> HandoffRequest | None:
    """Return a request by its receipt number."""
    row = connection.execute(select(_TABLE).where(_TABLE.c.receipt == receipt)).first()
    return HandoffRequest(**row._mapping) if row is not None else None


def to_call_back(connection: Connection) -> list[HandoffRequest]:
    """Return the requests that wait for being called back, oldest first."""
    found = connection.execute(
        select(_TABLE)
        .where(_TABLE.c.state.in_(TO_CALL_BACK), _TABLE.c.consent.is_(True))
        .order_by(_TABLE.c.created_at)
    ).all()
    return [HandoffRequest(**row._mapping) for row in found]


def queued_before(connection: Connection, at: float | None) -> int:
    """Return how many conversations have been queued before a time; None counts all."""
    wanted = [_OWNERSHIP.c.state == QUEUED]
    if at is not None:
        wanted.append(_OWNERSHIP.c.queued_at < at)
    counted = connection.execute(select(func.count()).select_from(_OWNERSHIP).where(*wanted))
    return int(counted.scalar_one())


def take(connection: Connection, receipt: str, at: float) -> None:
    """Note that a person takes a request up; the first time counts for the expected wait."""
    _set(connection, receipt, state="claimed", claimed_at=func.coalesce(_TABLE.c.claimed_at, at))


def put_back(connection: Connection, receipt: str | None) -> None:
    """Note that a request waits again."""
    _set(connection, receipt, state="waiting")


def keep_for_contact(
    connection: Connection, receipt: str | None, contact: str | None = None
) -> None:
    """Note that the company is to be reached otherwise, and how."""
    values = {"state": "contact"} if contact is None else {"state": "contact", "contact": contact}
    _set(connection, receipt, **values)


def edit_sheet(
    connection: Connection, receipt: str | None, changes: Mapping[str, str | None]
) -> None:
    """Change fields of the sheet that was passed on; None takes a field out.

    Args:
        connection: Open write transaction.
        receipt: The request.
        changes: Label of each changed field to its value as shown.
    """
    request = get(connection, receipt or "")
    if request is None:
        return
    kept = {**(request.sheet.get("fields") or {}), **changes}
    shown = {label: value for label, value in kept.items() if value is not None}
    _set(connection, receipt, sheet={**request.sheet, "fields": shown})


def set_wish(connection: Connection, receipt: str | None, wish: str) -> None:
    """Keep what the company wants, where it had not said so before."""
    _set(connection, receipt, wish=wish)


def settle(
    connection: Connection,
    receipt: str | None,
    state: str,
    at: float,
    outcome: str | None = None,
) -> None:
    """Note that a request is dealt with (`done`) or taken back (`withdrawn`)."""
    values: dict[str, Any] = {"state": state, "closed_at": at}
    if outcome is not None:
        values["outcome"] = outcome
    _set(connection, receipt, **values)


def record_outcome(connection: Connection, receipt: str | None, outcome: str) -> None:
    """Keep what the company said about its matter."""
    _set(connection, receipt, outcome=outcome)


def _set(connection: Connection, receipt: str | None, **values: Any) -> None:
    if receipt is not None:
        connection.execute(update(_TABLE).where(_TABLE.c.receipt == receipt).values(**values))
