"""What the gate returns for a message."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.ports import OutputDict


@dataclass(frozen=True)
class Reply:
    """The answer to one message.

    Attributes:
        messages: {text, buttons?, custom?} in order; ready for a channel.
        duplicate: Whether the message had been answered before.
    """

    messages: list[OutputDict]
    duplicate: bool = False


@dataclass(frozen=True)
class Submission:
    """A message taken in, whose answer follows by itself.

    Attributes:
        seq: Id under which the log shows the message.
        duplicate: Whether it had been taken in before.
    """

    seq: int
    duplicate: bool
