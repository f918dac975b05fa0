"""Writing to a company outside its own turns: message and outbox row in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from conversations import rows, schema
from conversations.choices import finalise
from conversations.private import MESSAGE, PrivateTexts

STAFF = "staff"
WEB = "web"
"""Companies on the web fetch their messages; everything else is pushed to."""
EDITABLE = frozenset({WEB, "slack"})
"""Where a message a company has can still be changed."""
_TURNS_BEFORE = 1_000_000_000
"""Turns of choices offered outside a turn: negative, below those of acts, never an inbox row."""


@dataclass(frozen=True)
class Choice:
    """A button: what it shows and what pressing it means."""

    label: str
    payload: str


class Poster:
    """Writes messages into conversations."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.private: PrivateTexts | None = None
        self._pushes: Callable[[str], bool] = lambda _channel: False

    def plug(self, pushes: Callable[[str], bool]) -> None:
        """Plug in who knows which channels are pushed to."""
        self._pushes = pushes

    def channel(self, connection: Connection, conversation_id: str) -> str | None:
        """Return the channel of a conversation; None when there is no such conversation."""
        table = schema.conversation
        channel: str | None = connection.execute(
            select(table.c.channel).where(table.c.id == conversation_id)
        ).scalar()
        return channel

    def reaches(self, channel: str | None) -> bool:
        """Return whether something said there later arrives."""
        return channel is not None and (channel == WEB or self._pushes(channel))

    def post(
        self,
        connection: Connection,
        conversation_id: str,
        text: str,
        author: str,
        choices: Sequence[Choice] = (),
    ) -> int:
        """Write a message to a company.

        What numbers and titles of earlier choices meant is over from here on.

        Args:
            connection: Open write transaction.
            conversation_id: An existing conversation.
            text: What is said.
            author: `bot` or `staff`.
            choices: Buttons under it.

        Returns:
            Number of the message.
        """
        sealed = None
        if author == STAFF and self.private is not None:
            taken = self.private.take(text)
            text, sealed = taken.text, taken.sealed
        buttons = [{"title": choice.label, "payload": choice.payload} for choice in choices]
        (body,), stored = finalise(
            [{"text": text, "buttons": buttons, "custom": {"kind": author, "desk": True}}]
        )
        at = self._clock()
        channel = self.channel(connection, conversation_id)
        rows.keep_order(connection, conversation_id)
        message_id: int = connection.execute(
            rows.ADD_MESSAGE,
            {
                "conversation_id": conversation_id,
                "inbox_id": None,
                "author": author,
                "text": body["text"],
                "body": body,
                "created_at": at,
            },
        ).inserted_primary_key[0]
        if sealed is not None and self.private is not None:
            self.private.keep(connection, conversation_id, MESSAGE, sealed, message_id=message_id)
        self._send(connection, conversation_id, message_id, channel)
        turn = -_TURNS_BEFORE - message_id
        if stored:
            connection.execute(
                rows.ADD_CHOICE,
                [
                    {
                        "id": choice.id,
                        "conversation_id": conversation_id,
                        "turn": turn,
                        "position": choice.position,
                        "label": choice.label,
                        "payload": choice.payload,
                    }
                    for choice in stored
                ],
            )
        connection.execute(
            update(schema.conversation)
            .where(schema.conversation.c.id == conversation_id)
            .values(updated_at=at, choice_turn=turn if stored else None)
        )
        return message_id

    def post_again(self, connection: Connection, conversation_id: str, message_id: int) -> None:
        """Have a message that says something else now brought to a company that may have it.

        Args:
            connection: Open write transaction.
            conversation_id: An existing conversation.
            message_id: Number of the message.
        """
        rows.keep_order(connection, conversation_id)
        channel = self.channel(connection, conversation_id)
        self._send(connection, conversation_id, message_id, channel)

    def _send(
        self, connection: Connection, conversation_id: str, message_id: int, channel: str | None
    ) -> None:
        reached = self.reaches(channel)
        connection.execute(
            schema.outbox.insert().values(
                conversation_id=conversation_id,
                inbox_id=None,
                message_id=message_id,
                channel=channel,
                state=rows.PENDING if reached else rows.FAILED,
                attempts=0,
                created_at=self._clock(),
                failure=None if reached else "no_push",
            )
        )
