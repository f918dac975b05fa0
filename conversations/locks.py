"""Locks of conversations: one turn at a time, in the order of arrival.

The gate would be safe without them (every commit compares what it read, see `turn`), but two
turns of one conversation at once would both be computed and one thrown away.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol
from weakref import WeakValueDictionary


class TurnLocks(Protocol):
    """Hands conversations out to one turn at a time.

    Attributes:
        shared: Whether other processes are kept out too.
    """

    shared: bool

    def hold(self, conversation_id: str) -> AbstractAsyncContextManager[bool]:
        """Hold a conversation for the length of a block.

        Yields:
            Whether somebody else held it, so that what was read before may be old.
        """

    def busy(self, conversation_id: str) -> bool:
        """Return whether a turn of this process holds the conversation."""


class MemoryTurnLocks:
    """Locks of one process; who waits longest comes first."""

    shared = False

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, conversation_id: str) -> AsyncIterator[bool]:
        """See `TurnLocks.hold`."""
        lock = self._locks.get(conversation_id)
        if lock is None:
            lock = self._locks[conversation_id] = asyncio.Lock()
        waited = lock.locked()
        async with lock:
            yield waited

    def busy(self, conversation_id: str) -> bool:
        """See `TurnLocks.busy`."""
        lock = self._locks.get(conversation_id)
        return lock is not None and lock.locked()
