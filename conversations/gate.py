"""The turn gate: the one way from any channel to the bot and back.

A message is made durable first, then answered, and its answer, the choices it offers and the
dialogue state after it become durable in one transaction. A process that dies in between
leaves an inbox row; `recover` answers it on the next start, exactly once.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

from conversations.choices import StoredChoice, finalise, resolve
from conversations.intake import MAX_LENGTH, clean, escape_command
from conversations.ports import (
    BotOwnsEverything,
    Deliverer,
    IncomingMessage,
    OutputDict,
    OwnershipPolicy,
    Responder,
    Utterance,
)
from conversations.rows import DONE, InboxRow
from conversations.store import ConversationStore
from conversations.turn import Turn, TurnConflictError, current_turn
from conversations.wording import wording

logger = logging.getLogger(__name__)

MAX_CONFLICTS = 5
MAX_ATTEMPTS = 3


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
class _Heard:
    """How a message is understood by the gate: an utterance for the bot, or the gate's answer."""

    shown: str
    utterance: str = ""
    trusted: bool = False
    answer: str | None = None


class Gate:
    """Receives messages of all channels, one at a time per conversation."""

    def __init__(
        self,
        store: ConversationStore,
        responder: Responder,
        ownership: OwnershipPolicy | None = None,
        deliverers: Mapping[str, Deliverer] | None = None,
    ) -> None:
        """Create a gate.

        Args:
            store: The one store.
            responder: Who answers (Rasa, plugged in by `tsunagari/`).
            ownership: Who decides that a person holds a conversation.
            deliverers: Channels that are pushed to, by name; others return their answer.
        """
        self.store = store
        self._responder = responder
        self._ownership = ownership or BotOwnsEverything()
        self._deliverers = dict(deliverers or {})
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def receive(self, message: IncomingMessage) -> Reply:
        """Take a message in, have it answered, and return the answer.

        Never raises for anything a message contains: a failure inside the bot is logged and
        answered by an apology.
        """
        message = replace(message, client_message_id=message.client_message_id or uuid.uuid4().hex)
        if message.text is not None:
            # A lone surrogate from a broken JSON escape cannot be stored.
            message = replace(message, text=message.text.encode("utf-8", "replace").decode("utf-8"))
        lock = self._lock(message.conversation_id)
        # While an earlier message is being answered, what numbers and titles mean is open.
        heard = self._hear(message) if message.choice_id or not lock.locked() else None
        row = self.store.accept(message, heard.shown if heard else message.text or "")
        async with lock:
            if row.message is not message:
                # A repetition: what it repeats may have been answered while we waited.
                row, heard = self.store.inbox_row(row.id) or row, None
            return await self._answer_once(row, heard)

    async def recover(self) -> int:
        """Answer what an earlier process left unanswered, and send what it left unsent.

        Returns:
            How many messages were answered now.
        """
        answered = 0
        for row in self.store.unanswered():
            self.store.count_attempt(row.id)
            async with self._lock(row.message.conversation_id):
                failed = row.attempts + 1 >= MAX_ATTEMPTS
                answer = wording("failure") if failed else None
                heard = _Heard(row.message.text or "", answer=answer) if failed else None
                reply = await self._answer_once(row, heard)
            answered += not reply.duplicate
        for outbox_id, conversation_id, channel, body in self.store.pending():
            await self._send(channel, conversation_id, outbox_id, body)
        return answered

    # --- one turn --------------------------------------------------------------------

    async def _answer_once(self, row: InboxRow, heard: _Heard | None) -> Reply:
        """Answer a row under its conversation's lock, unless it is answered already."""
        for _ in range(MAX_CONFLICTS):
            if row.state == DONE:
                return Reply(self.store.answer_of(row.id), duplicate=True)
            try:
                return await self._turn(row, heard or self._hear(row.message))
            except TurnConflictError:
                # Another process moved this conversation on: look again and start over.
                row = self.store.inbox_row(row.id) or row
                heard = None
        logger.error("Conversation %s keeps changing under us", row.message.conversation_id)
        return self._commit(row, Turn(row.message.conversation_id), [_failure()], False)[0]

    async def _turn(self, row: InboxRow, heard: _Heard) -> Reply:
        message = row.message
        turn = Turn(message.conversation_id)
        token = current_turn.set(turn)
        asked_bot = False
        try:
            intercepted = await self._ownership.intercept(message)
            outputs: Sequence[OutputDict]
            if intercepted is not None:
                outputs = intercepted
            elif heard.answer is not None:
                outputs = [{"text": heard.answer}]
            else:
                asked_bot = True
                outputs = await self._responder.respond(
                    Utterance(
                        message.conversation_id,
                        message.channel,
                        heard.utterance,
                        heard.trusted,
                        str(message.client_message_id),
                    )
                ) or [{"text": wording("silence")}]
        except TurnConflictError:
            turn.settle(False)
            raise
        except Exception:
            logger.exception("A turn of conversation %s failed", message.conversation_id)
            turn.settle(False)
            turn, outputs, asked_bot = Turn(message.conversation_id), [_failure()], False
        except BaseException:
            turn.settle(False)
            raise
        finally:
            current_turn.reset(token)
        reply, outbox_ids = self._commit(row, turn, outputs, asked_bot)
        for outbox_id, body in zip(outbox_ids, reply.messages, strict=False):
            await self._send(message.channel, message.conversation_id, outbox_id, body)
        return reply

    def _commit(
        self, row: InboxRow, turn: Turn, outputs: Sequence[OutputDict], asked_bot: bool
    ) -> tuple[Reply, list[int]]:
        messages, choices = finalise(outputs)
        pushed = row.message.channel in self._deliverers
        try:
            with self.store.database.write() as connection:
                turn.apply(connection)
                outbox_ids = self.store.finish(
                    connection, row, messages, choices, pushed, new_choice_turn=asked_bot
                )
        except BaseException:
            turn.settle(False)
            raise
        turn.settle(True)
        return Reply(messages), outbox_ids if pushed else []

    def _hear(self, message: IncomingMessage) -> _Heard:
        """Understand a message as far as the gate can: choices, unreadable input, plain text."""
        if message.choice_id is not None:
            choice = self.store.choice(message.conversation_id, message.choice_id)
            if choice is None:
                return _Heard("", answer=wording("stale_choice"))
            return _heard_choice(choice)
        raw = message.text or ""
        cleaned = clean(raw)
        if cleaned.problem == "too_long":
            answer = wording("too_long", length=f"{len(cleaned.text):,}", limit=f"{MAX_LENGTH:,}")
            return _Heard(raw, answer=answer)
        if cleaned.text:
            choice = resolve(cleaned.text, self.store.current_choices(message.conversation_id))
            # An id stays valid after newer choices came; only numbers and titles move on.
            choice = choice or self._choice_by_id(message.conversation_id, cleaned.text)
            if choice is not None:
                return _heard_choice(choice)
        if cleaned.problem is not None:
            return _Heard(raw, answer=wording(cleaned.problem))
        return _Heard(cleaned.text, utterance=escape_command(cleaned.text))

    def _choice_by_id(self, conversation_id: str, text: str) -> StoredChoice | None:
        looks_like_id = len(text) == 16 and text.isascii() and " " not in text
        return self.store.choice(conversation_id, text) if looks_like_id else None

    async def _send(
        self, channel: str, conversation_id: str, outbox_id: int, body: dict[str, Any]
    ) -> None:
        deliverer = self._deliverers.get(channel)
        if deliverer is None:
            return
        try:
            await deliverer.deliver(conversation_id, outbox_id, body)
        except Exception:
            logger.exception("Sending on %s failed; it stays in the outbox", channel)
            self.store.mark_sent(outbox_id, delivered=False)
        else:
            self.store.mark_sent(outbox_id, delivered=True)

    def _lock(self, conversation_id: str) -> asyncio.Lock:
        lock = self._locks.get(conversation_id)
        if lock is None:
            lock = asyncio.Lock()
            self._locks[conversation_id] = lock
        return lock


def _heard_choice(choice: StoredChoice) -> _Heard:
    return _Heard(choice.label, utterance=choice.payload, trusted=True)


def _failure() -> OutputDict:
    return {"text": wording("failure")}
