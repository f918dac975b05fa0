"""Understanding a message as far as the gate can: choices, unreadable input, plain text."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.choices import StoredChoice, resolve
from conversations.intake import MAX_LENGTH, clean, escape_command
from conversations.ports import Act, IncomingMessage
from conversations.store import ConversationStore
from conversations.wording import wording

_ID_LENGTH = 16


@dataclass(frozen=True)
class Heard:
    """An utterance for the bot, or the gate's own answer.

    Attributes:
        shown: How the log shows the message; None shows nothing.
        utterance: What the bot gets.
        trusted: Whether the server itself made the utterance.
        answer: What the gate answers instead of asking the bot.
    """

    shown: str | None
    utterance: str = ""
    trusted: bool = False
    answer: str | None = None


def hear(store: ConversationStore, message: IncomingMessage) -> Heard:
    """Understand a message with what its conversation was offered."""
    if message.answer is not None:
        return Heard(message.text, answer=message.answer)
    if message.choice_id is not None:
        choice = store.choice(message.conversation_id, message.choice_id)
        if choice is None:
            return Heard("", answer=wording("stale_choice"))
        return _heard_choice(choice)
    raw = message.text or ""
    cleaned = clean(raw)
    if cleaned.problem == "too_long":
        answer = wording("too_long", length=f"{len(cleaned.text):,}", limit=f"{MAX_LENGTH:,}")
        return Heard(raw, answer=answer)
    if cleaned.text:
        choice = resolve(cleaned.text, store.current_choices(message.conversation_id))
        # An id stays valid after newer choices came; only numbers and titles move on.
        choice = choice or _choice_by_id(store, message.conversation_id, cleaned.text)
        if choice is not None:
            return _heard_choice(choice)
    if cleaned.problem is not None:
        return Heard(raw, answer=wording(cleaned.problem))
    return Heard(cleaned.text, utterance=escape_command(cleaned.text))


def heard_act(act: Act) -> Heard:
    """Understand what a control of the channel does."""
    return Heard(act.label, utterance=act.payload, trusted=True)


def _choice_by_id(store: ConversationStore, conversation_id: str, text: str) -> StoredChoice | None:
    looks_like_id = len(text) == _ID_LENGTH and text.isascii() and " " not in text
    return store.choice(conversation_id, text) if looks_like_id else None


def _heard_choice(choice: StoredChoice) -> Heard:
    return Heard(choice.label, utterance=choice.payload, trusted=True)
