"""What other rooms plug into the gate, as Protocols, and the registry actions read.

`tsunagari/` plugs implementations in at assembly. Actions reach the desk through `desk()`,
which falls back to the store on disk, so that a separate action server works as well.
"""

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


class Masker(Protocol):
    """Replaces personal data before a customer's text is kept in the message log."""

    def mask(self, text: str) -> str:
        """Return the text as it may be kept."""


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


#: Channels whose answers reach nobody unless they are pushed.
PUSHED_CHANNELS = frozenset({"line", "slack"})


class Deliverer(Protocol):
    """Sends stored messages on a channel that is pushed to (LINE, Slack)."""

    async def deliver(self, delivery: Delivery) -> None:
        """Send a turn; the same turn may come again after a crash or failure.

        Raises:
            UndeliverableError: It can never be sent. Anything else keeps it pending.
        """


@dataclass(frozen=True)
class HandoffRequest:
    """What became of a wish to speak with a person.

    Attributes:
        receipt: Receipt number such as `T-7K3MQD`.
        state: `STORED` (nobody is there; it is kept), `QUEUED` (a person comes into the chat) or
            `CONTACT_FORM` (the desk is closed; the company is asked how to reach it).
        position: Place in the queue, from 1.
        expected_wait_minutes: Expected wait, where enough is known to say so.
        opens_at: When the desk opens next, seconds since the epoch; None while it is open.
    """

    receipt: str
    state: str = "STORED"
    position: int | None = None
    expected_wait_minutes: int | None = None
    opens_at: float | None = None


class HandoffDesk(Protocol):
    """Takes a company's wish to speak with a person."""

    def request(
        self,
        conversation_id: str,
        reason: str,
        wish: str,
        consent: bool,
        sheet: dict[str, Any],
    ) -> HandoffRequest:
        """Take the request; what it stores becomes durable with the running turn."""

    def hours_line(self) -> str:
        """Return one sentence on when somebody is there; empty when nobody ever is."""


class InvalidValueError(ValueError):
    """A value a field of the sheet cannot take; the message says why (Japanese)."""


class SheetView(Protocol):
    """The consultation sheet (相談カルテ) as a form beside the chat."""

    def read(self, conversation_id: str) -> dict[str, Any]:
        """Return {fields: [{id, label, value, options?, editable, declined}], complete}."""

    def edit(self, field: str, value: str | None) -> Act:
        """Return the act that changes a field; None takes the value back.

        Raises:
            KeyError: No such field.
            InvalidValueError: The field cannot take this value.
        """

    def edit_all(self, changes: Mapping[str, str | None]) -> Sequence[Act]:
        """Return the acts that make several changes at once, as few as possible.

        Raises:
            KeyError: No such field.
            InvalidValueError: A field cannot take its value.
        """

    def edits(self, payload: str) -> bool:
        """Return whether an act's payload is a change of the sheet."""

    async def apply(self, conversation_id: str, payload: str) -> Mapping[str, str | None]:
        """Change the sheet without asking the bot; durable with the running turn.

        Returns:
            Label of each changed field to its new value as shown; None where it was taken back.
        """


class NoSheet:
    """The sheet of a dialogue that keeps none."""

    def read(self, conversation_id: str) -> dict[str, Any]:
        """Return a sheet without fields."""
        return {"fields": [], "complete": False}

    def edit(self, field: str, value: str | None) -> Act:
        """Know no field."""
        raise KeyError(field)

    def edit_all(self, changes: Mapping[str, str | None]) -> Sequence[Act]:
        """Know no field."""
        return [self.edit(field, value) for field, value in changes.items()]

    def edits(self, payload: str) -> bool:
        """Know no field."""
        return False

    async def apply(self, conversation_id: str, payload: str) -> Mapping[str, str | None]:
        """Change nothing."""
        return {}


class SheetUnavailableError(Exception):
    """The sheet cannot be had as a file: the conversation is gone, or it could not be made."""


class SheetFiles(Protocol):
    """The consultation sheet as a file to keep."""

    def markdown(self, conversation_id: str, masked: bool = False) -> str:
        """Return it as Markdown.

        Args:
            conversation_id: The conversation.
            masked: Whether personal data is masked.

        Raises:
            SheetUnavailableError: There is no such conversation.
        """

    async def pdf(self, conversation_id: str, masked: bool = False) -> bytes:
        """Return it as PDF.

        Raises:
            SheetUnavailableError: There is no such conversation, or it could not be made.
        """

    def offer(self, conversation_id: str) -> str:
        """Return a sentence with a link to it for channels without a button; may be empty."""


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


class KeepAsTyped:
    """The masker until a privacy module is plugged in."""

    def mask(self, text: str) -> str:
        """Return the text unchanged."""
        return text


_desk: HandoffDesk | None = None
_handoff_terms = ""
_sheets: SheetFiles | None = None


def plug_sheets(sheets: SheetFiles | None) -> None:
    """Plug in who makes files of the sheet (called at assembly)."""
    global _sheets
    _sheets = sheets


def sheet_offer(conversation_id: str) -> str:
    """Return how a conversation's sheet can be saved; empty where the channel has a button."""
    return _sheets.offer(conversation_id) if _sheets is not None else ""


def plug_handoff_terms(text: str) -> None:
    """Plug in what the centre says before anything is passed to a person (at assembly)."""
    global _handoff_terms
    _handoff_terms = text


def handoff_terms() -> str:
    """Return what the centre says before anything is passed to a person; may be empty."""
    return _handoff_terms


def set_desk(desk: HandoffDesk | None) -> None:
    """Plug the desk in (called at assembly)."""
    global _desk
    _desk = desk


def desk() -> HandoffDesk:
    """Return the desk; without assembly, one that writes to the default store."""
    global _desk
    if _desk is None:
        from conversations.handoff import default_desk

        _desk = default_desk()
    return _desk
