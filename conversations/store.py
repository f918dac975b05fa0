"""Reading and writing conversations; the gate decides what, this module knows how."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from conversations import rows, schema
from conversations.choices import StoredChoice
from conversations.database import Database, now
from conversations.erasure import ASKED, Erasure, ErasureReceipt
from conversations.inbox import Inbox
from conversations.log import MessageLog
from conversations.outbox import Outbox
from conversations.ports import (
    ErasureListener,
    KeepAsTyped,
    Masker,
)
from conversations.private import PrivateTexts, Taken
from conversations.rows import InboxRow
from conversations.turn import TurnConflictError


class ConversationStore:
    """All conversations of one installation."""

    def __init__(
        self,
        database: Database,
        masker: Masker | None = None,
        private: PrivateTexts | None = None,
    ) -> None:
        """Open the store.

        Args:
            database: Where everything is.
            masker: Masks what the log shows, where nothing is sealed.
            private: Masks everything that comes in, and seals it for the desk.
        """
        self.database = database
        self.private = private
        self.log = MessageLog(database, private)
        self.inbox = Inbox(database, masker or KeepAsTyped(), private)
        self.outbox = Outbox(database, private)
        self.erasure = Erasure(database)
        self._erasure_listeners: list[ErasureListener] = []

    # --- taking in -------------------------------------------------------------------

    def take(self, text: str) -> Taken:
        """Mask a text before anything is done with it; sealed as typed where that is kept."""
        return self.private.take(text) if self.private is not None else Taken(text)

    # --- answering -------------------------------------------------------------------

    def finish(
        self,
        connection: Connection,
        row: InboxRow,
        messages: Sequence[dict[str, Any]],
        choices: Sequence[StoredChoice],
        pushed: bool,
        new_choice_turn: bool,
    ) -> list[int]:
        """Write a turn's answer inside the caller's transaction.

        Args:
            connection: Open write transaction.
            row: The message answered.
            messages: Final messages {text, buttons?, custom?}.
            choices: Choices offered by them.
            pushed: Whether the channel must send them (else the caller returns them).
            new_choice_turn: Whether numbers and titles now mean this turn's choices.

        Returns:
            Outbox ids, in order.

        Raises:
            TurnConflictError: Another process answered this message first.
        """
        conversation_id = row.message.conversation_id
        if connection.execute(rows.CLAIM_INBOX, {"row": row.id}).rowcount != 1:
            raise TurnConflictError(f"inbox row {row.id} is answered already")
        rows.keep_order(connection, conversation_id)
        time = now()
        outbox_ids = [_put_out(connection, row, body, pushed, time) for body in messages]
        if choices:
            connection.execute(rows.ADD_CHOICE, [_offered(choice, row) for choice in choices])
        touched = {"conversation": conversation_id, "time": time}
        if new_choice_turn:
            connection.execute(rows.TOUCH_WITH_CHOICES, {**touched, "turn": row.id})
        else:
            connection.execute(rows.TOUCH, touched)
        return outbox_ids

    def answer_of(self, inbox_id: int) -> list[dict[str, Any]]:
        """Return the messages that answered an inbox row, in order."""
        with self.database.read() as connection:
            found = connection.execute(
                select(schema.message.c.body)
                .where(schema.message.c.inbox_id == inbox_id, schema.message.c.author == "bot")
                .order_by(schema.message.c.id)
            ).all()
        return [row.body for row in found]

    # --- choices ---------------------------------------------------------------------

    def choice(self, conversation_id: str, choice_id: str) -> StoredChoice | None:
        """Return a choice by its id, if it was offered in this conversation."""
        with self.database.read() as connection:
            row = connection.execute(
                select(schema.choice).where(
                    schema.choice.c.id == choice_id,
                    schema.choice.c.conversation_id == conversation_id,
                )
            ).first()
        return rows.stored_choice(row) if row else None

    def current_choices(self, conversation_id: str) -> list[StoredChoice]:
        """Return the choices a title or number refers to now, in order."""
        with self.database.read() as connection:
            found = connection.execute(
                rows.CURRENT_CHOICES, {"conversation": conversation_id}
            ).all()
        return [rows.stored_choice(row) for row in found]

    # --- erasure ---------------------------------------------------------------------

    def on_erasure(self, listener: ErasureListener) -> None:
        """Register someone who keeps copies outside the store."""
        self._erasure_listeners.append(listener)

    def erase(self, conversation_id: str, reason: str = ASKED) -> ErasureReceipt | None:
        """Delete a conversation with everything that hangs on it.

        Returns:
            What was deleted; None when there was nothing.
        """
        with self.database.write() as connection:
            receipt = self.erasure.erase(connection, conversation_id, reason, now())
        self.drop_copies(conversation_id)
        if receipt is not None:
            self.erasure.scrub()
        return receipt

    def forget_gone(self) -> int:
        """Drop what this process keeps of conversations that another one erased.

        Returns:
            How many those are.
        """
        known = set(self.inbox.known)
        for listener in self._erasure_listeners:
            known |= set(getattr(listener, "known", set)())
        gone = known - self._existing(known)
        for conversation_id in gone:
            self.drop_copies(conversation_id)
        return len(gone)

    def _existing(self, ids: Collection[str]) -> set[str]:
        found: set[str] = set()
        table, wanted = schema.conversation, sorted(ids)
        with self.database.read() as connection:
            for at in range(0, len(wanted), 500):
                found |= set(
                    connection.execute(
                        select(table.c.id).where(
                            table.c.id.in_(wanted[at : at + 500]), table.c.erased_at.is_(None)
                        )
                    ).scalars()
                )
        return found

    def drop_copies(self, conversation_id: str) -> None:
        """Have those who keep copies outside the store forget them."""
        self.inbox.known.discard(conversation_id)
        for listener in self._erasure_listeners:
            listener.erased(conversation_id)


def _put_out(
    connection: Connection, row: InboxRow, body: dict[str, Any], pushed: bool, time: float
) -> int:
    """Write one message of an answer and its place in the outbox; returns the outbox id."""
    conversation_id = row.message.conversation_id
    message_id = connection.execute(
        rows.ADD_MESSAGE,
        {
            "conversation_id": conversation_id,
            "inbox_id": row.id,
            "author": "bot",
            "text": body["text"],
            "body": body,
            "created_at": time,
        },
    ).inserted_primary_key[0]
    result = connection.execute(
        rows.ADD_OUTBOX,
        {
            "conversation_id": conversation_id,
            "inbox_id": row.id,
            "message_id": message_id,
            "channel": row.message.channel,
            "state": rows.PENDING if pushed else rows.DELIVERED,
            "attempts": 0,
            "created_at": time,
            "delivered_at": None if pushed else time,
        },
    )
    outbox_id: int = result.inserted_primary_key[0]
    return outbox_id


def _offered(choice: StoredChoice, row: InboxRow) -> dict[str, Any]:
    return {
        "id": choice.id,
        "conversation_id": row.message.conversation_id,
        "turn": row.id,
        "position": choice.position,
        "label": choice.label,
        "payload": choice.payload,
    }
