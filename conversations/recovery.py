"""Recovery: answering what a process that died left unanswered, sending what it left unsent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from conversations.delivery import Deliveries
from conversations.hearing import Heard
from conversations.locks import TurnLocks
from conversations.ports import PUSHED_CHANNELS
from conversations.replies import Reply
from conversations.rows import DONE, InboxRow
from conversations.store import ConversationStore
from conversations.wording import wording

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
"""A message that could not be answered so often is answered with an apology."""


class Recovery:
    """Looks for what was left open and brings it to its end, each message under its lock.

    Attributes:
        running: Whether it is at work: messages that wait for it go before younger ones.
    """

    def __init__(
        self,
        store: ConversationStore,
        deliveries: Deliveries,
        locks: TurnLocks,
        answer_once: Callable[[InboxRow, Heard | None], Awaitable[Reply]],
    ) -> None:
        """Create it.

        Args:
            store: The one store.
            deliveries: Sends answers to the channels that are pushed to.
            locks: Keep the turns of one conversation apart.
            answer_once: Answers a row under its lock, unless it is answered already.
        """
        self._store = store
        self._deliveries = deliveries
        self._locks = locks
        self._answer_once = answer_once
        self._at_work = 0
        self._busy: set[str] = set()

    @property
    def running(self) -> bool:
        """See the class."""
        return self._at_work > 0

    async def run(self, older_than: float) -> int:
        """Answer and send what has been waiting for so many seconds, the channels side by side.

        What came by a channel that this process cannot push to is left to one that can; a
        channel at which an earlier run is still at work is left to that.

        Returns:
            How many messages were answered now.
        """
        waiting = {row.message.channel for row in self._store.inbox.unanswered(older_than)}
        waiting |= {one.channel for one in self._deliveries.pending(older_than=older_than)}
        found = await asyncio.gather(
            *(self._run_channel(channel, older_than) for channel in waiting - self._busy),
            return_exceptions=True,
        )
        for one in found:
            if isinstance(one, BaseException):
                raise one
        return sum(one for one in found if isinstance(one, int))

    async def keep_running(self, seconds: float) -> None:
        """Look again and again, until cancelled."""
        looking: set[asyncio.Task[None]] = set()
        try:
            while True:
                await asyncio.sleep(seconds)
                # Not waited for: a platform that hangs must not keep other channels from theirs.
                task = asyncio.create_task(self._look(seconds))
                looking.add(task)
                task.add_done_callback(looking.discard)
        finally:
            for task in looking:
                task.cancel()

    async def _look(self, seconds: float) -> None:
        try:
            answered = await self.run(older_than=seconds)
        except Exception:
            logger.exception("What was left open could not be looked for; trying again")
            return
        if answered:
            logger.warning("%d messages another process left were answered", answered)

    async def _run_channel(self, channel: str, older_than: float) -> int:
        self._busy.add(channel)
        try:
            answered = await self._answer_open(channel, older_than)
            await self.send_pending(channel, older_than)
        finally:
            self._busy.discard(channel)
        return answered

    async def send_pending(self, channel: str | None = None, older_than: float = 0.0) -> bool:
        """Try again to send what could not be sent, of one channel or of all.

        Returns:
            Whether nothing is left.
        """
        settled = True
        for delivery in self._deliveries.pending(channel, older_than=older_than):
            async with self._locks.hold(delivery.conversation_id):
                # Its own turn may have sent it while we waited.
                if self._store.outbox.pending(delivery.conversation_id, delivery.inbox_id):
                    settled = await self._deliveries.send(delivery) and settled
        return settled

    async def _answer_open(self, channel: str, older_than: float) -> int:
        if channel in PUSHED_CHANNELS and not self._deliveries.pushes(channel):
            return 0
        answered = 0
        self._at_work += 1
        try:
            for row in self._store.inbox.unanswered(older_than):
                if row.message.channel == channel:
                    async with self._locks.hold(row.message.conversation_id):
                        answered += await self._answer(row.id)
        finally:
            self._at_work -= 1
        return answered

    async def _answer(self, inbox_id: int) -> bool:
        """Answer a row under its lock, unless somebody did meanwhile."""
        row = self._store.inbox.row(inbox_id)
        if row is None or row.state == DONE:
            return False
        self._store.inbox.count_attempt(row.id)
        heard = None
        if row.attempts + 1 >= MAX_ATTEMPTS:
            heard = Heard(row.message.text or "", answer=wording("failure"))
        reply = await self._answer_once(row, heard)
        return not reply.duplicate
