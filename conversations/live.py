"""Live news of conversations: who follows one is woken when something in it changed.

News say only *that* something changed; followers read the store, so nothing is lost when a
wake-up is, and several processes may share a store: `watch` looks for what others wrote.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from conversations.log import MessageLog

logger = logging.getLogger(__name__)

WATCH_SECONDS = 1.0


class Follower:
    """One open connection's view of a conversation.

    Attributes:
        typing: Who is writing an answer now (`bot`, `staff`), or None.
        closed: Whether the server wants the connection to end.
    """

    def __init__(self) -> None:
        self.typing: str | None = None
        self.closed = False
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Let `wait` return."""
        self._news.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for news.

        Returns:
            Whether there are any; False after `seconds` without.
        """
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        self._news.clear()
        return True


class LiveNews:
    """Followers of conversations in this process."""

    def __init__(self) -> None:
        self._followers: dict[str, set[Follower]] = {}

    @contextmanager
    def follow(self, conversation_id: str) -> Iterator[Follower]:
        """Follow a conversation for the length of a block."""
        follower = Follower()
        self._followers.setdefault(conversation_id, set()).add(follower)
        try:
            yield follower
        finally:
            followers = self._followers[conversation_id]
            followers.discard(follower)
            if not followers:
                del self._followers[conversation_id]

    def count(self, conversation_id: str) -> int:
        """Return how many follow a conversation."""
        return len(self._followers.get(conversation_id, ()))

    def changed(self, conversation_id: str) -> None:
        """Tell the followers that the store holds something new."""
        for follower in self._followers.get(conversation_id, ()):
            follower.wake()

    def typing(self, conversation_id: str, who: str | None) -> None:
        """Tell the followers who is writing; None when nobody is."""
        for follower in self._followers.get(conversation_id, ()):
            follower.typing = who
            follower.wake()

    def close(self) -> None:
        """Ask all followers to end (the server stops)."""
        for followers in self._followers.values():
            for follower in followers:
                follower.closed = True
                follower.wake()

    async def watch(self, log: MessageLog, seconds: float = WATCH_SECONDS) -> None:
        """Wake followers for messages other processes wrote, until cancelled."""
        seen = log.newest()
        while True:
            await asyncio.sleep(seconds)
            try:
                newest = log.newest()
                if newest > seen and self._followers:
                    for conversation_id in log.changed_since(seen):
                        self.changed(conversation_id)
                seen = newest
            except Exception:
                logger.exception("The store could not be looked at; trying again")
