"""The message log as readers outside a turn see it: history, what is new, who wrote what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, union

from conversations import schema
from conversations.database import Database
from conversations.private import MESSAGE, PrivateTexts, as_typed, with_text
from conversations.rows import LoggedMessage
from conversations.schema import private_text

TAKEN_BACK = "taken_back"
REWRITTEN = "rewritten"
"""Kinds of the desk's events that change what a message of the log says."""

_LINES = select(
    schema.message,
    schema.inbox.c.client_message_id.label("client_message_id"),
).select_from(
    schema.message.outerjoin(
        schema.inbox,
        (schema.inbox.c.id == schema.message.c.inbox_id) & (schema.message.c.author == "customer"),
    )
)
_HISTORY = (
    _LINES.where(
        schema.message.c.conversation_id == bindparam("conversation"),
        schema.message.c.id > bindparam("after"),
    )
    .order_by(schema.message.c.id)
    .limit(bindparam("most"))
)
_CHANGES = (
    select(schema.desk_event.c.id, schema.desk_event.c.message_id)
    .where(
        schema.desk_event.c.conversation_id == bindparam("conversation"),
        schema.desk_event.c.id > bindparam("since"),
        schema.desk_event.c.kind.in_((TAKEN_BACK, REWRITTEN)),
    )
    .order_by(schema.desk_event.c.id)
)
_CHANGED_LINES = _LINES.where(
    schema.message.c.conversation_id == bindparam("conversation"),
    schema.message.c.id.in_(bindparam("messages", expanding=True)),
    schema.message.c.id <= bindparam("until"),
).order_by(schema.message.c.id)
# What the staff wrote, as written: the company gets it so, the log holds it masked.
_OF_STAFF = (
    select(private_text.c.message_id, private_text.c.key_id, private_text.c.sealed)
    .select_from(
        private_text.join(schema.message, schema.message.c.id == private_text.c.message_id)
    )
    .where(
        private_text.c.conversation_id == bindparam("conversation"),
        private_text.c.part == MESSAGE,
        schema.message.c.author == "staff",
        schema.message.c.id > bindparam("after"),
    )
)
_NEWEST = select(
    select(func.max(schema.message.c.id)).scalar_subquery(),
    select(func.max(schema.desk_event.c.id)).scalar_subquery(),
)
_NEWS = union(
    select(schema.message.c.conversation_id).where(schema.message.c.id > bindparam("message")),
    select(schema.desk_event.c.conversation_id).where(schema.desk_event.c.id > bindparam("event")),
)
_AUTHOR = select(schema.message.c.author).where(
    schema.message.c.conversation_id == bindparam("conversation"),
    schema.message.c.id == bindparam("message"),
)
_SHOWN = select(schema.message.c.id).where(
    schema.message.c.inbox_id == bindparam("inbox"), schema.message.c.author == "customer"
)


@dataclass(frozen=True)
class Newest:
    """How far all conversations have come: the last message, the last event of the desk."""

    message: int
    event: int


@dataclass(frozen=True)
class Changes:
    """Messages that say something else than before.

    Attributes:
        number: Of the last change; what a reader names to be told only of later ones.
        messages: As they stand now, oldest first.
    """

    number: int
    messages: tuple[LoggedMessage, ...]


class MessageLog:
    """Reads the messages of all conversations."""

    def __init__(self, database: Database, private: PrivateTexts | None = None) -> None:
        self._database = database
        self._private = private

    def history(
        self, conversation_id: str, after: int = 0, limit: int = 200
    ) -> list[LoggedMessage]:
        """Return a conversation's messages after an id, oldest first."""
        with self._database.read() as connection:
            found = connection.execute(
                _HISTORY, {"conversation": conversation_id, "after": after, "most": limit}
            ).all()
            written: dict[int, str] = {}
            if self._private is not None and any(row.author == "staff" for row in found):
                sealed = connection.execute(
                    _OF_STAFF, {"conversation": conversation_id, "after": after}
                ).all()
                written = self._private.opened(sealed)
        return [_line(row, written.get(row.id)) for row in found]

    def changes(self, conversation_id: str, since: int, until: int) -> Changes:
        """Return the messages a reader has that were taken back or rewritten since.

        Args:
            conversation_id: The conversation.
            since: Number of the last change the reader was told of.
            until: The last message the reader has.
        """
        with self._database.read() as connection:
            found = connection.execute(
                _CHANGES, {"conversation": conversation_id, "since": since}
            ).all()
            if not found:
                return Changes(since, ())
            rows = connection.execute(
                _CHANGED_LINES,
                {
                    "conversation": conversation_id,
                    "messages": [row.message_id for row in found],
                    "until": until,
                },
            ).all()
            written: dict[int, str] = {}
            if self._private is not None:
                written = self._private.of_messages(connection, [row.id for row in rows])
        return Changes(found[-1].id, tuple(_line(row, written.get(row.id)) for row in rows))

    def newest(self) -> Newest:
        """Return how far all conversations have come."""
        with self._database.read() as connection:
            message, event = connection.execute(_NEWEST).one()
        return Newest(message or 0, event or 0)

    def changed_since(self, seen: Newest) -> set[str]:
        """Return the conversations in which something was said or done since."""
        with self._database.read() as connection:
            return set(connection.execute(_NEWS, asdict(seen)).scalars())

    def author(self, conversation_id: str, message_id: int) -> str | None:
        """Return who wrote a message of a conversation; None when it has no such message."""
        with self._database.read() as connection:
            author: str | None = connection.execute(
                _AUTHOR, {"conversation": conversation_id, "message": message_id}
            ).scalar()
        return author

    def shown_as(self, inbox_id: int) -> int | None:
        """Return the id under which the log shows a message taken in."""
        with self._database.read() as connection:
            shown: int | None = connection.execute(_SHOWN, {"inbox": inbox_id}).scalar()
        return shown


def _line(row: Any, written: str | None) -> LoggedMessage:
    text = as_typed(row.text, written)
    return LoggedMessage(
        row.conversation_id,
        row.id,
        row.author,
        text,
        with_text(row.body, text),
        row.created_at,
        row.client_message_id,
    )
