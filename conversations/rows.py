"""Rows and statements of the store: what they look like and how a turn writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from conversations import schema
from conversations.choices import StoredChoice
from conversations.database import now
from conversations.ports import IncomingMessage

RECEIVED = "received"
DONE = "done"
PENDING = "pending"
DELIVERED = "delivered"
FAILED = "failed"

# Statements of every turn, built once: SQLAlchemy then finds them in its cache by identity.
_KNOWN = select(schema.conversation.c.id).where(
    schema.conversation.c.id == bindparam("conversation")
)
_ADD_CONVERSATION = insert(schema.conversation)
ADD_INBOX = insert(schema.inbox)
ADD_MESSAGE = insert(schema.message)
ADD_OUTBOX = insert(schema.outbox)
ADD_CHOICE = insert(schema.choice)
CLAIM_INBOX = (
    update(schema.inbox)
    .where(schema.inbox.c.id == bindparam("row"), schema.inbox.c.state == RECEIVED)
    .values(state=DONE, text=None)
)
_LOCK = (
    select(schema.conversation.c.id)
    .where(schema.conversation.c.id == bindparam("conversation"))
    .with_for_update(key_share=True)
)
TOUCH = (
    update(schema.conversation)
    .where(schema.conversation.c.id == bindparam("conversation"))
    .values(updated_at=bindparam("time"))
)
TOUCH_WITH_CHOICES = TOUCH.values(choice_turn=bindparam("turn"))
CURRENT_CHOICES = (
    select(schema.choice)
    .select_from(
        schema.choice.join(
            schema.conversation,
            (schema.conversation.c.id == schema.choice.c.conversation_id)
            & (schema.conversation.c.choice_turn == schema.choice.c.turn),
        )
    )
    .where(schema.choice.c.conversation_id == bindparam("conversation"))
    .order_by(schema.choice.c.position)
)


@dataclass(frozen=True)
class InboxRow:
    """A message taken in.

    Attributes:
        id: Row id.
        message: The message.
        state: `RECEIVED`, then `DONE`.
        attempts: How often it was tried again after a crash.
        shown_as: Id under which the log shows it, where that is known.
    """

    id: int
    message: IncomingMessage
    state: str
    attempts: int
    shown_as: int | None = None


@dataclass(frozen=True)
class LoggedMessage:
    """One line of a conversation's log."""

    conversation_id: str
    id: int
    author: str
    text: str
    body: dict[str, Any] | None
    created_at: float
    client_message_id: str | None = None

    @property
    def waits_to_be_fetched(self) -> bool:
        """Whether it was said outside a turn, so that nobody was given it as an answer."""
        return bool(((self.body or {}).get("custom") or {}).get("desk"))


def ensure_conversation(connection: Connection, conversation_id: str, channel: str) -> None:
    """Create the row everything of a conversation hangs on, unless it exists."""
    if connection.execute(_KNOWN, {"conversation": conversation_id}).first() is None:
        time = now()
        connection.execute(
            _ADD_CONVERSATION,
            {"id": conversation_id, "channel": channel, "created_at": time, "updated_at": time},
        )


def keep_order(connection: Connection, conversation_id: str) -> None:
    """Let the rows this transaction adds to a conversation become visible in order of their ids.

    A follower asks for what is newer than the last id it saw, so a smaller id must not appear
    later. SQLite writes one transaction at a time anyway; elsewhere the conversation's row is
    locked, in the mode that does not collide with the foreign keys of other tables
    (PostgreSQL: FOR NO KEY UPDATE).
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK, {"conversation": conversation_id})


def act_row(message: IncomingMessage, inbox_id: int) -> dict[str, Any]:
    """Return the choice row of a message's act; its id is the message's `choice_id`."""
    assert message.act is not None
    return {
        "id": message.choice_id,
        "conversation_id": message.conversation_id,
        # Not the turn of any offer: a number or title never means an act.
        "turn": -inbox_id,
        "position": 0,
        "label": message.act.label or "",
        "payload": message.act.payload,
    }


def inbox_row(row: Any) -> InboxRow:
    """Read an inbox row."""
    message = IncomingMessage(
        row.conversation_id,
        row.channel,
        row.text,
        row.choice_id,
        row.client_message_id,
        answer=row.answer,
        origin=row.origin,
    )
    return InboxRow(row.id, message, row.state, row.attempts)


def stored_choice(row: Any) -> StoredChoice:
    """Read a choice row."""
    return StoredChoice(row.id, row.position, row.label, row.payload)
