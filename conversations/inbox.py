"""Taking messages in: what has arrived is durable before anything is done with it."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from conversations import rows, schema
from conversations.database import Database, now
from conversations.ports import ConversationGoneError, IncomingMessage, Masker
from conversations.private import MESSAGE, PrivateTexts
from conversations.rows import InboxRow
from conversations.vault import Sealed


class Inbox:
    """The messages from outside, and which of them wait for an answer.

    Attributes:
        known: Conversations this process has seen in the store.
    """

    def __init__(
        self, database: Database, masker: Masker, private: PrivateTexts | None = None
    ) -> None:
        """Open the inbox.

        Args:
            database: The store.
            masker: Masks what the log shows.
            private: Seals texts as typed for the desk.
        """
        self.known: set[str] = set()
        self._database = database
        self._masker = masker
        self._private = private

    def accept(
        self, message: IncomingMessage, shown_text: str | None, sealed: Sealed | None = None
    ) -> InboxRow:
        """Make a message durable: log and inbox in one transaction.

        Args:
            message: With a client message id.
            shown_text: What the log shows (a choice's label for a pressed choice); None shows
                nothing.
            sealed: The text as typed, where `message` holds it masked.

        Returns:
            The new inbox row, or the earlier one with the same client message id.

        Raises:
            ConversationGoneError: The message may not begin a conversation, and there is none.
        """
        for last_try in (False, True):
            try:
                return self._accept(message, shown_text, sealed)
            except IntegrityError:
                self.known.discard(message.conversation_id)
                earlier = self._by_client_id(message)
                if earlier is not None:
                    return earlier
                if not message.opens:
                    raise ConversationGoneError(message.conversation_id) from None
                # The conversation appeared or vanished in another process meanwhile.
                if last_try:
                    raise
        raise AssertionError("unreachable")

    def _accept(
        self, message: IncomingMessage, shown_text: str | None, sealed: Sealed | None
    ) -> InboxRow:
        time = now()
        shown_as = None
        with self._database.write() as connection:
            if message.opens and message.conversation_id not in self.known:
                rows.ensure_conversation(connection, message.conversation_id, message.channel)
            rows.keep_order(connection, message.conversation_id)
            inbox_id = connection.execute(
                rows.ADD_INBOX,
                {
                    "conversation_id": message.conversation_id,
                    "channel": message.channel,
                    "client_message_id": message.client_message_id,
                    "text": message.text,
                    "choice_id": message.choice_id,
                    "answer": message.answer,
                    "origin": message.origin,
                    "state": rows.RECEIVED,
                    "attempts": 0,
                    "received_at": time,
                },
            ).inserted_primary_key[0]
            if message.act is not None:
                # An act is a choice nobody else was offered: the inbox can name it for ever.
                connection.execute(rows.ADD_CHOICE, rows.act_row(message, inbox_id))
            if shown_text is not None:
                shown_as = connection.execute(
                    rows.ADD_MESSAGE,
                    {
                        "conversation_id": message.conversation_id,
                        "inbox_id": inbox_id,
                        "author": "customer",
                        "text": self._masker.mask(shown_text),
                        "body": None,
                        "created_at": time,
                    },
                ).inserted_primary_key[0]
            if sealed is not None and shown_as is not None and self._private is not None:
                self._private.keep(
                    connection, message.conversation_id, MESSAGE, sealed, message_id=shown_as
                )
        if message.opens:
            self.known.add(message.conversation_id)
        return InboxRow(inbox_id, message, rows.RECEIVED, 0, shown_as)

    def row(self, inbox_id: int) -> InboxRow | None:
        """Return one inbox row."""
        with self._database.read() as connection:
            row = connection.execute(
                select(schema.inbox).where(schema.inbox.c.id == inbox_id)
            ).first()
        return rows.inbox_row(row) if row else None

    def unanswered(
        self, older_than: float = 0.0, conversation_id: str | None = None
    ) -> list[InboxRow]:
        """Return the messages without an answer, oldest first.

        Args:
            older_than: Only those waiting for so many seconds.
            conversation_id: Only those of this conversation.
        """
        wanted = [schema.inbox.c.state == rows.RECEIVED]
        if older_than:
            wanted.append(schema.inbox.c.received_at <= now() - older_than)
        if conversation_id is not None:
            wanted.append(schema.inbox.c.conversation_id == conversation_id)
        with self._database.read() as connection:
            found = connection.execute(
                select(schema.inbox).where(*wanted).order_by(schema.inbox.c.id)
            ).all()
        return [rows.inbox_row(row) for row in found]

    def count_attempt(self, inbox_id: int) -> None:
        """Note that a message is being tried again, before it is."""
        with self._database.write() as connection:
            connection.execute(
                update(schema.inbox)
                .where(schema.inbox.c.id == inbox_id)
                .values(attempts=schema.inbox.c.attempts + 1)
            )

    def _by_client_id(self, message: IncomingMessage) -> InboxRow | None:
        with self._database.read() as connection:
            row = connection.execute(
                select(schema.inbox).where(
                    schema.inbox.c.conversation_id == message.conversation_id,
                    schema.inbox.c.client_message_id == message.client_message_id,
                )
            ).first()
        return rows.inbox_row(row) if row else None
