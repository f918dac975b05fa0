"""What other rooms do before, in and after a turn: ownership, masking, notices, erasure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from conversations.ports.messages import IncomingMessage, OutputDict


class OwnershipPolicy(Protocol):
    """Decides before the bot is asked whether a person holds the conversation."""

    async def intercept(
        self, message: IncomingMessage, payload: str | None
    ) -> Sequence[OutputDict] | None:
        """Return None when the bot shall answer, else what to say instead (may be nothing).

        Args:
            message: The message.
            payload: What the bot would get, where the message is a choice or a control.
        """

    def bot_answers(self, conversation_id: str) -> bool:
        """Return whether the bot is expected to answer the next message."""

    def left(self, conversation_id: str) -> None:
        """The company ended the conversation."""


class BotOwnsEverything:
    """The ownership policy until a desk is plugged in."""

    async def intercept(
        self, message: IncomingMessage, payload: str | None
    ) -> Sequence[OutputDict] | None:
        """Never intercept."""
        return None

    def bot_answers(self, conversation_id: str) -> bool:
        """Always expect the bot to answer."""
        return True

    def left(self, conversation_id: str) -> None:
        """Nobody waits."""


class Masker(Protocol):
    """Replaces personal data before a customer's text is kept in the message log."""

    def mask(self, text: str) -> str:
        """Return the text as it may be kept."""


class KeepAsTyped:
    """The masker until a privacy module is plugged in."""

    def mask(self, text: str) -> str:
        """Return the text unchanged."""
        return text


class Notices(Protocol):
    """Says what a company must be told before anything else."""

    def told(
        self, message: IncomingMessage, turn: Any, outputs: Sequence[OutputDict]
    ) -> Sequence[OutputDict]:
        """Return the answer of a turn with what has to be said in it, unless that was said before.

        Args:
            message: The message answered.
            turn: The running turn (`conversations.turn.Turn`), for what is to be noted with it.
            outputs: The answer; not empty.
        """


class ErasureListener(Protocol):
    """Told when a conversation is erased, to drop copies held outside the store."""

    def erased(self, conversation_id: str) -> None:
        """Forget everything about the conversation."""
