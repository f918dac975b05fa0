"""Locks of conversations across processes, as leases in Redis."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError

from conversations.cluster.connection import PREFIX, Reachability
from conversations.locks import MemoryTurnLocks

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
"""How long the turn of a killed process keeps others out."""
_LOOK_SECONDS = 0.02


class RedisTurnLocks:
    """Leases in Redis behind the locks of this process.

    A turn that outlives its lease, or runs while Redis is away, is still correct: its commit
    compares the versions it read.
    """

    shared = True

    def __init__(
        self, client: Redis, reachability: Reachability, lease_seconds: float = LEASE_SECONDS
    ) -> None:
        self._client = client
        self._reachability = reachability
        self._lease_seconds = lease_seconds
        self._local = MemoryTurnLocks()

    @asynccontextmanager
    async def hold(self, conversation_id: str) -> AsyncIterator[bool]:
        """See `TurnLocks.hold`."""
        async with self._local.hold(conversation_id) as waited:
            lease, waited_there = await self._acquire(conversation_id)
            try:
                yield waited or waited_there
            finally:
                if lease is not None:
                    await self._release(lease, conversation_id)

    def busy(self, conversation_id: str) -> bool:
        """See `TurnLocks.busy`."""
        return self._local.busy(conversation_id)

    async def _acquire(self, conversation_id: str) -> tuple[Lock | None, bool]:
        if not self._reachability.worth_asking():
            return None, False
        lease = self._client.lock(
            f"{PREFIX}turn:{conversation_id}",
            timeout=self._lease_seconds,
            sleep=_LOOK_SECONDS,
            # Whoever holds it longer has lost it.
            blocking_timeout=self._lease_seconds,
        )
        try:
            at_once = await lease.acquire(blocking=False)
            held = at_once or await lease.acquire()
        except (RedisError, OSError) as error:
            self._reachability.failed(error)
            return None, False
        self._reachability.answered()
        return (lease if held else None), not at_once

    async def _release(self, lease: Lock, conversation_id: str) -> None:
        try:
            await lease.release()
        except LockError:
            logger.warning("A turn of conversation %s outlived its lease", conversation_id)
        except (RedisError, OSError) as error:
            self._reachability.failed(error)
