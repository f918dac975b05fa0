"""What comes in from outside, and who answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

OutputDict = dict[str, Any]

UNREAD = "unread"
"""Name under which an `IncomingMessage.origin` holds what came with it and nobody gets."""


@dataclass(frozen=True)
class Act:
    """What a channel's own control does for a company: a form field, a button, the greeting.

    Attributes:
        payload: What the bot gets, made by the server (`/intent{…}`): trusted.
        label: How the log shows it as the company's message; None shows nothing.
    """

    payload: str
    label: str | None = None


@dataclass(frozen=True)
class IncomingMessage:
    """One message from outside, untrusted except for its act.

    Attributes:
        conversation_id: Server-side id of the conversation.
        channel: `rest`, `web`, `terminal`, `line`, `slack`, …
        text: What was typed, or None for a pressed choice.
        choice_id: Opaque id of a pressed choice.
        client_message_id: The sender's id of this message; the same id is answered once.
        act: What a control of the channel does, instead of a text or choice.
        opens: Whether the message may begin a conversation; else it must exist already.
        answer: What is said instead of asking the bot (to a sticker, a picture).
        origin: What the channel needs to answer (a reply token, a thread); plain JSON. Under
            `UNREAD` stands what came with it and is passed on to nobody (画像, ファイル2件).
    """

    conversation_id: str
    channel: str
    text: str | None = None
    choice_id: str | None = None
    client_message_id: str | None = None
    act: Act | None = None
    opens: bool = True
    answer: str | None = None
    origin: Mapping[str, Any] | None = None


class ConversationGoneError(Exception):
    """The conversation does not exist (any more)."""


@dataclass(frozen=True)
class Utterance:
    """What the responder gets.

    Attributes:
        conversation_id: The conversation.
        channel: Where the message came from.
        text: Cleaned text, or the stored payload of a choice.
        trusted: True only for payloads the bot itself issued (`/intent{…}`).
        message_id: Stable id of the message.
    """

    conversation_id: str
    channel: str
    text: str
    trusted: bool
    message_id: str


class Responder(Protocol):
    """Answers an utterance: one dict {text?, buttons?: [{title, payload}], custom?} a message."""

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        """Run one turn."""
