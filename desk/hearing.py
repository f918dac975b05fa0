"""A message of a company as the desk hears it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from conversations import schema
from desk import triggers


@dataclass(frozen=True)
class Said:
    """A message as the desk hears it.

    Attributes:
        conversation_id: The conversation.
        text: What was typed.
        payload: What the bot would get of a choice or a control; None for typed text.
        channel: Where it came from.
        message_id: The sender's id of it.
        edits: Whether it is a change of the sheet, made in the sheet itself.
        unread: What came with it and nobody gets: 画像, ファイル2件.
    """

    conversation_id: str
    text: str
    payload: str | None
    channel: str
    message_id: str | None = None
    edits: bool = False
    unread: str | None = None

    @property
    def thanks(self) -> bool:
        """Whether it says nothing but thanks."""
        return self.payload is None and triggers.is_whole("thanks", self.text)

    @property
    def acknowledges(self) -> bool:
        """Whether it says nothing but thanks, or that something was understood."""
        understood = self.payload is None and triggers.is_whole("acknowledged", self.text)
        return understood or self.thanks

    def means(self, payload: str, words: str | None = None) -> bool:
        """Return whether it is a choice, or the words of it."""
        if self.payload is not None:
            return self.payload == payload
        return words is not None and triggers.is_whole(words, self.text)


def message_of(connection: Connection, said: Said) -> int | None:
    """Return the line of the log a message became; None where it shows nothing."""
    found: int | None = connection.execute(
        select(schema.message.c.id)
        .select_from(
            schema.message.join(schema.inbox, schema.inbox.c.id == schema.message.c.inbox_id)
        )
        .where(
            schema.inbox.c.conversation_id == said.conversation_id,
            schema.inbox.c.client_message_id == said.message_id,
            schema.message.c.author == "customer",
        )
    ).scalar()
    return found
