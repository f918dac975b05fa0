"""Sending on channels that are pushed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from conversations.ports.messages import OutputDict

#: Channels whose answers reach nobody unless they are pushed.
PUSHED_CHANNELS = frozenset({"line", "slack"})


@dataclass(frozen=True)
class DeliveryPart:
    """A stored message {text, buttons?, custom?} on its way out.

    Attributes:
        outbox_id: Its place in the outbox.
        body: The message.
        message_id: Its number in the log; 0 where the sender does not ask.
    """

    outbox_id: int
    body: OutputDict
    message_id: int = 0


@dataclass(frozen=True)
class Delivery:
    """The messages of one turn, to be sent together.

    Attributes:
        conversation_id: The conversation.
        channel: Its channel.
        inbox_id: The message they answer, if any.
        origin: The `origin` of that message.
        parts: The messages, in order; at least one.
    """

    conversation_id: str
    channel: str
    inbox_id: int | None
    origin: Mapping[str, Any] | None
    parts: tuple[DeliveryPart, ...]


class UndeliverableError(Exception):
    """The turn can never be sent; the message says why, for the operator."""


class Deliverer(Protocol):
    """Sends stored messages on a channel that is pushed to (LINE, Slack)."""

    async def deliver(self, delivery: Delivery) -> None:
        """Send a turn; the same turn may come again after a crash or failure.

        Raises:
            UndeliverableError: It can never be sent. Anything else keeps it pending.
        """
