"""The message log as readers outside a turn see it: history, what is new, who wrote what."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from conversations import schema
from conversations.database import Database
from conversations.privacy_schema import private_text
from conversations.private import MESSAGE, PrivateTexts, as_typed, with_text
from conversations.rows import LoggedMessage

_HISTORY = (
    select(
        schema.message,
        schema.inbox.c.client_message_id.label("client_message_id"),
    )
    .select_from(
        schema.message.outerjoin(
            schema.inbox,
            (schema.inbox.c.id == schema.message.c.inbox_id)
            & (schema.message.c.author == "customer"),
        )
    )
    .where(
        schema.message.c.conversation_id == bindparam("conversation"),
        schema.message.c.id > bindparam("after"),
    )
    .order_by(schema.message.c.id)
    .limit(bindparam("most"))
)
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
_NEWEST = select(func.max(schema.message.c.id))
_CHANGED = select(schema.message.c.conversation_id.distinct()).where(
    schema.message.c.id > bindparam("after")
)
_AUTHOR = select(schema.message.c.author).where(
    schema.message.c.conversation_id == bindparam("conversation"),
    schema.message.c.id == bindparam("message"),
)
_SHOWN = select(schema.message.c.id).where(
    schema.message.c.inbox_id == bindparam("inbox"), schema.message.c.author == "customer"
)


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
        return [
            LoggedMessage(
                row.conversation_id,
                row.id,
                row.author,
                as_typed(row.text, written.get(row.id)),
                with_text(row.body, as_typed(row.text, written.get(row.id))),
                row.created_at,
                row.client_message_id,
            )
            for row in found
        ]

    def newest(self) -> int:
        """Return the id of the last message of all conversations, 0 when there is none."""
        with self._database.read() as connection:
            return int(connection.execute(_NEWEST).scalar() or 0)

    def changed_since(self, message_id: int) -> set[str]:
        """Return the conversations that have a message with a greater id."""
        with self._database.read() as connection:
            return set(connection.execute(_CHANGED, {"after": message_id}).scalars())

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
