"""Rate limits: token buckets behind a Protocol (memory here, a shared store elsewhere)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

KEYS_KEPT = 20_000


@dataclass(frozen=True)
class Limits:
    """How much is allowed, per minute.

    Attributes:
        conversation: Messages and edits in one conversation.
        ip: Writing requests from one address.
        sessions: New conversations from one address.
        reads: Reading requests from one address.
        sheets: Files made of one conversation's sheet.
        streams: Open event streams of one conversation.
        streams_ip: Open event streams from one address.
    """

    conversation: int = 20
    ip: int = 60
    sessions: int = 10
    reads: int = 600
    sheets: int = 6
    streams: int = 10
    streams_ip: int = 300


class RateLimiter(Protocol):
    """Counts what a key does."""

    def take(self, key: str, per_minute: int) -> float:
        """Take one from a key's allowance.

        Returns:
            0 when there was room, else the seconds until there is.
        """


class MemoryRateLimiter:
    """Token buckets of this process; a bucket holds one minute's allowance."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, per_minute: int) -> float:
        """See `RateLimiter.take`."""
        now, rate = self._clock(), per_minute / 60
        tokens, seen = self._buckets.pop(key, (float(per_minute), now))
        tokens = min(per_minute, tokens + (now - seen) * rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / rate
        self._buckets[key] = (tokens if wait else tokens - 1, now)
        if len(self._buckets) > KEYS_KEPT:
            # Longest unused: after a minute a bucket is full again and says nothing.
            self._buckets.popitem(last=False)
        return wait
