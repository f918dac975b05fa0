"""The turn gate: the one way from any channel to the bot and back.

A message is made durable first, then answered, and its answer, the choices it offers and the
dialogue state after it become durable in one transaction. A process that dies in between
leaves an inbox row; `recover` answers it on the next start, exactly once.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import replace

from conversations.database import STORE_AWAY
from conversations.database_lock import patiently
from conversations.database_problems import explained
from conversations.delivery import Deliveries
from conversations.finishing import finish
from conversations.hearing import Heard, hear, heard_act
from conversations.live import LiveNews
from conversations.locks import MemoryTurnLocks, TurnLocks
from conversations.ports import (
    BotOwnsEverything,
    Deliverer,
    IncomingMessage,
    Notices,
    OwnershipPolicy,
    Responder,
)
from conversations.recovery import MAX_ATTEMPTS, Recovery
from conversations.replies import Reply, Submission
from conversations.rows import DONE, InboxRow
from conversations.sent_again import Refused
from conversations.store import ConversationStore
from conversations.turn import TurnConflictError
from conversations.turn_runner import TurnRunner
from conversations.wording import wording

logger = logging.getLogger(__name__)

MAX_CONFLICTS = 5
RETRY_SECONDS = 1.0
STORE_AWAY_SECONDS = 30.0
"""So long a submitted message is tried again while the store is away; then it is left behind."""
RECOVERY_SECONDS = 15.0
"""After so long a message is looked at as left behind by a process that died."""


class Gate:
    """Receives messages of all channels, one at a time per conversation."""

    def __init__(
        self,
        store: ConversationStore,
        responder: Responder,
        ownership: OwnershipPolicy | None = None,
        deliverers: Mapping[str, Deliverer] | None = None,
        locks: TurnLocks | None = None,
        notices: Notices | None = None,
    ) -> None:
        """Create a gate.

        Args:
            store: The one store.
            responder: Who answers (Rasa, plugged in by `tsunagari/`).
            ownership: Who decides that a person holds a conversation.
            deliverers: Channels that are pushed to, by name; others return their answer.
            locks: Keep the turns of one conversation apart; those of this process by default.
            notices: What is said before the first answer of a conversation.
        """
        self.store = store
        self.live = LiveNews()
        self._answering: set[asyncio.Task[None]] = set()
        self._left_open: set[str] = set()
        self._ends_at = float("inf")
        self._refused = Refused()
        self._ownership = ownership or BotOwnsEverything()
        self.deliveries = Deliveries(store.outbox, deliverers)
        self._locks = locks or MemoryTurnLocks()
        self._turns = TurnRunner(
            store, self.deliveries, self.live, responder, self._ownership, notices
        )
        self._recovery = Recovery(store, self.deliveries, self._locks, self._answer_once)

    async def receive(self, message: IncomingMessage) -> Reply:
        """Take a message in, have it answered, and return the answer.

        Never raises for anything a message contains: a failure inside the bot is logged and
        answered by an apology.

        Raises:
            OperationalError: The store is away or held (or another of `STORE_AWAY`). What has
                been taken in by then is answered before anything that follows it.
        """
        message = self._refused.numbered(message)
        try:
            row, heard = await patiently(lambda: self._take_in(message))
            reply = await self._answer(row, heard)
        except STORE_AWAY:
            self._refused.add(message)
            raise
        self._refused.forget(message.conversation_id)
        return reply

    async def submit(self, message: IncomingMessage) -> Submission:
        """Take a message in and return at once; followers of the conversation see the answer.

        Raises:
            ConversationGoneError: The message may not begin a conversation, and there is none.
        """
        row, _ = await patiently(lambda: self._take_in(message))
        duplicate = row.shown_as is None
        shown_as = self.store.log.shown_as(row.id) if duplicate else row.shown_as
        self.answer_later(row)
        return Submission(shown_as or 0, duplicate)

    def accept(self, message: IncomingMessage) -> InboxRow:
        """Take a message in and do nothing more; `answer_later` or `recover` answers it.

        Returns:
            The row that is durable now: an earlier one when the message is a repetition.

        Raises:
            ConversationGoneError: The message may not begin a conversation, and there is none.
        """
        return self._take_in(message)[0]

    def answer_later(self, row: InboxRow) -> asyncio.Task[None] | None:
        """Answer an accepted message in the background.

        Returns:
            The turn; None when it has been answered, or is left to the next start.
        """
        if row.state == DONE or time.monotonic() >= self._ends_at:
            return None
        if self._ownership.bot_answers(row.message.conversation_id):
            self.live.typing(row.message.conversation_id, "bot")
        task = asyncio.create_task(self._answer_in_background(row))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        return task

    async def drain(self, seconds: float | None = None) -> None:
        """Wait until everything submitted is answered (before the store closes).

        Args:
            seconds: What takes longer is broken off: it is durable, and `recover` answers it.
                Counted from the first call, as each channel asks when it stops.
        """
        if seconds is not None:
            self._ends_at = min(self._ends_at, time.monotonic() + seconds)
            seconds = max(0.0, self._ends_at - time.monotonic())
        await finish(self._answering, seconds)

    async def erase(self, conversation_id: str) -> bool:
        """Erase a conversation everywhere, after the turn that is running in it.

        Returns:
            Whether there was anything to erase.
        """
        async with self._locks.hold(conversation_id):
            erased = bool(self.store.erase(conversation_id))
        self.live.changed(conversation_id)
        return erased

    async def recover(self, older_than: float = 0.0) -> int:
        """Answer what another or an earlier process left unanswered, and send what it left unsent.

        What came by a channel that this process cannot push to is left to one that can.

        Args:
            older_than: Only what has been waiting for so many seconds: younger messages may be
                in the hands of a process that lives.

        Returns:
            How many messages were answered now.
        """
        return await self._recovery.run(older_than)

    async def keep_recovering(self, seconds: float = RECOVERY_SECONDS) -> None:
        """Look for what killed processes left, until cancelled."""
        await self._recovery.keep_running(seconds)

    async def flush(self, conversation_id: str) -> bool:
        """Send what of one conversation still has to be sent, in order.

        Returns:
            Whether nothing is left.
        """
        async with self._locks.hold(conversation_id):
            for delivery in self.deliveries.pending(conversation_id=conversation_id):
                if not await self.deliveries.send(delivery):
                    return False
        return True

    def left(self, conversation_id: str) -> None:
        """Note that the company ended the conversation."""
        self._ownership.left(conversation_id)
        self.live.changed(conversation_id)

    async def send_pending(self, channel: str | None = None, older_than: float = 0.0) -> bool:
        """Try again to send what could not be sent, of one channel or of all.

        Args:
            channel: Only what goes out there.
            older_than: Only what has been waiting for so many seconds.

        Returns:
            Whether nothing is left.
        """
        return await self._recovery.send_pending(channel, older_than)

    # --- one turn --------------------------------------------------------------------

    def _take_in(self, message: IncomingMessage) -> tuple[InboxRow, Heard | None]:
        """Make a message durable; also return how it was understood, unless that is open."""
        message = replace(message, client_message_id=message.client_message_id or uuid.uuid4().hex)
        sealed = None
        if message.text is not None:
            # A lone surrogate from a broken JSON escape cannot be stored.
            text = message.text.encode("utf-8", "replace").decode("utf-8")
            # From here on nobody sees what identifies a person or company.
            taken = self.store.take(text)
            message, sealed = replace(message, text=taken.text), taken.sealed
        heard = None
        if message.act is not None:
            heard = heard_act(message.act)
            message = replace(message, choice_id=f"act-{secrets.token_urlsafe(12)}")
        elif message.choice_id or not self._locks.busy(message.conversation_id):
            # While an earlier message is being answered, what numbers and titles mean is open.
            heard = hear(self.store, message)
        row = self.store.inbox.accept(message, heard.shown if heard else message.text or "", sealed)
        if row.message is not message:
            # A repetition: what it repeats may be answered meanwhile.
            return row, None
        self.live.changed(message.conversation_id)
        return row, heard

    async def _answer(self, row: InboxRow, heard: Heard | None) -> Reply:
        conversation_id = row.message.conversation_id
        async with self._locks.hold(conversation_id) as waited:
            if self._locks.shared or self._recovery.running or conversation_id in self._left_open:
                await self._answer_earlier(row)
            if heard is None or waited:
                # What numbers and titles mean may have changed while others were answered.
                row, heard = self.store.inbox.row(row.id) or row, None
            try:
                reply = await self._answer_once(row, heard)
            except STORE_AWAY:
                self._left_open.add(conversation_id)
                raise
            self._left_open.discard(conversation_id)
            return reply

    async def _answer_earlier(self, row: InboxRow) -> None:
        """Answer what came before a row and waits in another process, or for `recover`."""
        for earlier in self.store.inbox.unanswered(conversation_id=row.message.conversation_id):
            if earlier.id < row.id:
                await self._answer_once(earlier, None)

    async def _answer_in_background(self, row: InboxRow) -> None:
        """Answer a submitted message; what fails again and again is left to `recover`."""
        conversation_id = row.message.conversation_id
        failed, end = 0, time.monotonic() + STORE_AWAY_SECONDS
        try:
            while failed < MAX_ATTEMPTS and time.monotonic() < end:
                try:
                    await self._answer(row, None)
                    return
                except STORE_AWAY as error:
                    logger.error("A message of %s waits: %s", conversation_id, explained(error))
                except Exception:
                    logger.exception("A message of conversation %s stays open", conversation_id)
                    failed += 1
                await asyncio.sleep(RETRY_SECONDS * max(failed, 1))
        finally:
            self.live.typing(conversation_id, None)

    async def _answer_once(self, row: InboxRow, heard: Heard | None) -> Reply:
        """Answer a row under its conversation's lock, unless it is answered already."""
        for _ in range(MAX_CONFLICTS):
            if row.state == DONE:
                return Reply(self.store.answer_of(row.id), duplicate=True)
            try:
                return await self._turns.run(row, heard or hear(self.store, row.message))
            except TurnConflictError:
                # Another process moved this conversation on: look again and start over.
                current = self.store.inbox.row(row.id)
                if current is None:
                    # Erased while it was being answered: there is nobody to answer.
                    return Reply([], duplicate=True)
                row, heard = current, None
        logger.error("Conversation %s keeps changing under us", row.message.conversation_id)
        # Whoever holds the conversation decides about this answer too.
        return await self._turns.run(row, Heard(row.message.text, answer=wording("failure")))
