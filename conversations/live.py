"""Live news of conversations: who follows one is woken when something in it changed.

News say only *that* something changed; followers read the store, so nothing is lost when a
wake-up is, and several processes may share a store: `watch` looks for what others wrote.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
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


Announce = Callable[[str, str, "str | None"], None]
"""Passes news on: kind (`changed`, `typing`), conversation, who is writing."""


class LiveNews:
    """Followers of conversations in this process."""

    def __init__(self) -> None:
        self._followers: dict[str, set[Follower]] = {}
        self._announce: Announce | None = None

    def announce_by(self, announce: Announce) -> None:
        """Plug in who passes news on to other processes."""
        self._announce = announce

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
        """Tell the followers everywhere that the store holds something new."""
        self.hear_changed(conversation_id)
        if self._announce is not None:
            self._announce("changed", conversation_id, None)

    def typing(self, conversation_id: str, who: str | None) -> None:
        """Tell the followers everywhere who is writing; None when nobody is."""
        self.hear_typing(conversation_id, who)
        if self._announce is not None:
            self._announce("typing", conversation_id, who)

    def hear_changed(self, conversation_id: str) -> None:
        """Wake the followers of this process: the store holds something new."""
        for follower in self._followers.get(conversation_id, ()):
            follower.wake()

    def hear_typing(self, conversation_id: str, who: str | None) -> None:
        """Wake the followers of this process: somebody writes, or no longer."""
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
        """Wake followers for what other processes wrote or did, until cancelled."""
        seen = before = log.newest()
        told = False
        while True:
            await asyncio.sleep(seconds)
            try:
                newest = log.newest()
                if newest != seen and self._followers:
                    # One look further back: another process' transaction may have taken its
                    # numbers before the newest one did and ended after it.
                    for conversation_id in log.changed_since(before):
                        self.hear_changed(conversation_id)
                seen, before, told = newest, seen, False
            except Exception:
                if not told:
                    # Once, not every second that it lasts.
                    logger.exception("The store could not be looked at; trying again")
                told = True
