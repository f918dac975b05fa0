"""Taking back what was said to a company: where it can still be done, and told where it cannot."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from conversations import rows, schema
from conversations.log import TAKEN_BACK
from desk import events
from desk.base import DeskBase
from desk.model import Staff
from desk.posting import WEB
from desk.wording import wording

HIDDEN = "hidden"
"""The company's page does not show it any more."""
CANCELLED = "cancelled"
"""It will not be sent."""
SENDING = "sending"
"""It is on its way; nobody knows whether it arrives."""
DELIVERED = "delivered"
"""The company has it."""


def take_back(service: DeskBase, conversation_id: str, staff: Staff, key: str) -> str | None:
    """Take back what was said under a key, as far as that goes.

    Args:
        service: The desk.
        conversation_id: The conversation.
        staff: Who takes it back.
        key: The caller's name of the message.

    Returns:
        What became of it, as the constants of this module; None when nothing was said under it.
    """
    with service.database.write() as connection:
        said = events.by_key(connection, conversation_id, key)
        if said is None or said.message_id is None:
            return None
        if service.poster.channel(connection, conversation_id) == WEB:
            outcome = _hide(connection, said.message_id)
        else:
            outcome = _cancel(connection, said.message_id)
        done = events.add(
            connection,
            conversation_id,
            TAKEN_BACK,
            service.clock(),
            staff,
            message_id=said.message_id,
            detail=outcome,
            key=f"{key}:{TAKEN_BACK}",
        )
    service.changed(conversation_id, TAKEN_BACK)
    return done.detail


def _hide(connection: Connection, message_id: int) -> str:
    """Replace a message on a page that reads the store."""
    table, text = schema.message, wording("taken_back")
    body = connection.execute(select(table.c.body).where(table.c.id == message_id)).scalar() or {}
    custom = {**(body.get("custom") or {}), TAKEN_BACK: True}
    connection.execute(
        update(table)
        .where(table.c.id == message_id)
        .values(text=text, body={**body, "text": text, "buttons": [], "custom": custom})
    )
    return HIDDEN


def _cancel(connection: Connection, message_id: int) -> str:
    """Keep a message from being sent, unless sending began."""
    table = schema.outbox
    row = connection.execute(
        select(table.c.id, table.c.state).where(table.c.message_id == message_id)
    ).first()
    if row is None or row.state != rows.PENDING:
        failed = row is not None and row.state == rows.FAILED
        return CANCELLED if failed else DELIVERED
    for begun in (schema.slack_post, schema.line_request):
        if connection.execute(select(begun.c.outbox_id).where(begun.c.outbox_id == row.id)).first():
            return SENDING
    connection.execute(
        update(table).where(table.c.id == row.id).values(state=rows.FAILED, failure=TAKEN_BACK)
    )
    return CANCELLED
