"""Taking back what was said to a company: where it can still be done, and told where it cannot."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from conversations import rows, schema
from conversations.log import REWRITTEN, TAKEN_BACK
from conversations.private import forget
from desk import events
from desk.base import DeskBase
from desk.conditions import must_have_said
from desk.model import DeskError, Staff
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
        staff: Who takes it back; who may is the caller's affair.
        key: The caller's name of the message.

    Returns:
        What became of it, as the constants of this module; None when nothing was said under it.
    """
    with service.database.read() as connection:
        said = events.by_key(connection, conversation_id, key)
    if said is None or said.message_id is None:
        return None
    return take_back_message(service, conversation_id, staff, said.message_id, force=True)


def take_back_message(
    service: DeskBase, conversation_id: str, staff: Staff, message_id: int, force: bool = False
) -> str:
    """Take back what was said, as far as that goes; a second time changes nothing.

    One need not have the conversation any more: what was wrong stays wrong after its end.

    Args:
        service: The desk.
        conversation_id: The conversation.
        staff: Who takes it back.
        message_id: Number of the message.
        force: Also what somebody else said (administrators).

    Returns:
        What became of it, as the constants of this module.

    Raises:
        DeskError: `not_said`, `not_author`.
    """
    with service.database.write() as connection:
        must_have_said(connection, conversation_id, message_id, staff, force)
        key = f"{TAKEN_BACK}:{message_id}"
        earlier = events.by_key(connection, conversation_id, key)
        if earlier is not None:
            return earlier.detail or DELIVERED
        if service.poster.channel(connection, conversation_id) == WEB:
            outcome = _hide(connection, message_id)
        else:
            outcome = _cancel(connection, message_id)
        events.add(
            connection,
            conversation_id,
            TAKEN_BACK,
            service.clock(),
            staff,
            message_id=message_id,
            detail=outcome,
            key=key,
        )
    service.changed(conversation_id, TAKEN_BACK)
    return outcome


def must_stand(connection: Connection, conversation_id: str, message_id: int) -> None:
    """Raise `DeskError` (`taken_back`) when a message was taken back."""
    if events.by_key(connection, conversation_id, f"{TAKEN_BACK}:{message_id}") is not None:
        raise DeskError("taken_back", wording("error_taken_back"))


def _hide(connection: Connection, message_id: int) -> str:
    """Replace a message on a page that reads the store; what it said is kept nowhere."""
    table, text = schema.message, wording("taken_back")
    body = connection.execute(select(table.c.body).where(table.c.id == message_id)).scalar() or {}
    custom = {**(body.get("custom") or {}), TAKEN_BACK: True}
    connection.execute(
        update(table)
        .where(table.c.id == message_id)
        .values(text=text, body={**body, "text": text, "buttons": [], "custom": custom})
    )
    forget(connection, message_id)
    journal = schema.desk_event
    connection.execute(
        update(journal)
        .where(journal.c.message_id == message_id, journal.c.kind == REWRITTEN)
        .values(detail=None)
    )
    return HIDDEN


def _cancel(connection: Connection, message_id: int) -> str:
    """Keep a message from being sent, unless sending began."""
    table = schema.outbox
    # The first brings it; others change what was brought.
    row = connection.execute(
        select(table.c.id, table.c.state)
        .where(table.c.message_id == message_id)
        .order_by(table.c.id)
    ).first()
    if row is None or row.state != rows.PENDING:
        failed = row is not None and row.state == rows.FAILED
        return CANCELLED if failed else DELIVERED
    for begun in (schema.slack_post, schema.line_request):
        if connection.execute(select(begun.c.outbox_id).where(begun.c.outbox_id == row.id)).first():
            return SENDING
    connection.execute(
        update(table)
        .where(table.c.message_id == message_id, table.c.state == rows.PENDING)
        .values(state=rows.FAILED, failure=TAKEN_BACK)
    )
    return CANCELLED
