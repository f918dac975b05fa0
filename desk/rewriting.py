"""Rewriting what was said to a company: where it stands, or by a correction where that stays."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from conversations import schema
from conversations.log import REWRITTEN
from conversations.private import MESSAGE, Taken, forget
from desk import events, ownership
from desk.base import DeskBase
from desk.conditions import checked, must_have_said, must_hold
from desk.model import Staff
from desk.ownership import Ownership
from desk.posting import EDITABLE, WEB
from desk.service import DeskService
from desk.taking_back import must_stand
from desk.wording import wording

CORRECTED = "corrected"
"""The company has it already: a correction was sent after it."""


def rewrite(
    service: DeskService,
    conversation_id: str,
    staff: Staff,
    message_id: int,
    text: str,
    key: str | None = None,
) -> str:
    """Let a message say something else; where it cannot be changed the company gets a correction.

    What it said before stays in the journal, masked: the company may have read it.

    Args:
        service: The desk.
        conversation_id: A conversation the caller has.
        staff: Who said it, and says it anew.
        message_id: Number of the message.
        text: What it shall say.
        key: The caller's name of this deed; the same key is done once.

    Returns:
        `REWRITTEN` or `CORRECTED`.

    Raises:
        DeskError: `empty`, `too_long`, `not_owner`, `not_open`, `not_said`, `not_author`,
            `taken_back`.
    """
    text = checked(text)
    with service.database.read() as connection:
        channel = service.poster.channel(connection, conversation_id)
        must_have_said(connection, conversation_id, message_id, staff)
        must_stand(connection, conversation_id, message_id)
    if channel not in EDITABLE:
        service.say(conversation_id, staff, wording("correction", text=text), key)
        return CORRECTED

    def write(connection: Connection, seen: Ownership, at: float) -> None:
        if events.by_key(connection, conversation_id, key) is not None:
            return
        must_hold(seen, staff)
        must_stand(connection, conversation_id, message_id)
        # Under the lock of the row: after a withdrawal nothing more is said.
        ownership.note(connection, seen, last_staff_at=at, warned_at=None, acknowledged_at=None)
        before = _put(service, connection, conversation_id, message_id, text)
        if channel != WEB:
            service.poster.post_again(connection, conversation_id, message_id)
        events.add(
            connection, conversation_id, REWRITTEN, at, staff, message_id, detail=before, key=key
        )

    service.change(conversation_id, write)
    service.changed(conversation_id, REWRITTEN, posted=channel != WEB)
    return REWRITTEN


def _put(
    service: DeskBase, connection: Connection, conversation_id: str, message_id: int, text: str
) -> str:
    """Put a text in the place of another; return that one, as the log held it."""
    table, private = schema.message, service.private
    taken = Taken(text) if private is None else private.take(text)
    row = connection.execute(select(table.c.text, table.c.body).where(table.c.id == message_id))
    before, body = row.one()
    body = body or {}
    custom = {**(body.get("custom") or {}), REWRITTEN: True}
    connection.execute(
        update(table)
        .where(table.c.id == message_id)
        .values(text=taken.text, body={**body, "text": taken.text, "custom": custom})
    )
    forget(connection, message_id)
    if private is not None and taken.sealed is not None:
        private.keep(connection, conversation_id, MESSAGE, taken.sealed, message_id=message_id)
    return str(before)
