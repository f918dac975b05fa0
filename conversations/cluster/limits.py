"""Rate limits that all processes count together."""

from __future__ import annotations

import time
from typing import Protocol

from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from conversations.cluster.connection import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    PREFIX,
    Reachability,
)


class _Limiter(Protocol):
    def take(self, key: str, per_minute: int) -> float: ...


class RedisRateLimiter:
    """A moving window of one minute in Redis; this process's own count while it is away."""

    def __init__(self, url: str, reachability: Reachability, own: _Limiter) -> None:
        """Connect lazily.

        Args:
            url: `redis://…`.
            reachability: Shared with the other helpers of this process.
            own: Counts while Redis is away.
        """
        storage = RedisStorage(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            key_prefix=f"{PREFIX}limits",
        )
        self._window = MovingWindowRateLimiter(storage)
        self._reachability = reachability
        self._own = own

    def take(self, key: str, per_minute: int) -> float:
        """Take one from a key's allowance.

        Returns:
            0 when there was room, else the seconds until there is.
        """
        if not self._reachability.worth_asking():
            return self._own.take(key, per_minute)
        allowance = RateLimitItemPerMinute(per_minute)
        try:
            if self._window.hit(allowance, key):
                wait = 0.0
            else:
                resets_at = self._window.get_window_stats(allowance, key).reset_time
                wait = max(resets_at - time.time(), 0.1)
        except (RedisError, OSError) as error:
            self._reachability.failed(error)
            return self._own.take(key, per_minute)
        self._reachability.answered()
        return wait
