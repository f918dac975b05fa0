"""Where a conversation takes place, written into its id; and what makes a message unique.

A person's direct messages are one conversation; so is each thread of a channel. Ids carry the
workspace: user and channel ids are promised to be unique only inside one.
"""

from __future__ import annotations

from dataclasses import dataclass

CHANNEL = "slack"


@dataclass(frozen=True)
class Place:
    """A conversation's place.

    Attributes:
        team: Workspace the app is installed in.
        peer: The person (direct messages) or the channel.
        thread: Time stamp of the thread's first message; None for direct messages.
    """

    team: str
    peer: str
    thread: str | None = None

    @property
    def conversation_id(self) -> str:
        """Id in the store."""
        parts = [CHANNEL, self.team, self.peer, *([self.thread] if self.thread else [])]
        return ":".join(parts)

    @property
    def is_direct(self) -> bool:
        """Whether it is a person's direct messages."""
        return self.thread is None

    @classmethod
    def of(cls, conversation_id: str) -> Place:
        """Read a place out of a conversation's id.

        Raises:
            ValueError: It is not one of this channel.
        """
        channel, *parts = conversation_id.split(":")
        if channel != CHANNEL or len(parts) not in (2, 3):
            raise ValueError(f"not a conversation in Slack: {conversation_id}")
        return cls(*parts)


def message_key(ts: str) -> str:
    """Return the client message id of a message: its time stamp, unique in its channel.

    It is stricter than the event's id: a redelivered event has both again, but the `app_mention`
    and the `message` Slack sends for one mention share only the time stamp.
    """
    return f"m:{ts}"


def click_key(choice_id: str) -> str:
    """Return the client message id of a picked choice: a double click counts once."""
    return f"c:{choice_id}"
