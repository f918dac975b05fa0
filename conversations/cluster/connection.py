"""The connection to Redis, and what to do while it is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 1.0
REST_SECONDS = 2.0
PREFIX = "tsunagari:"
AWAY = (
    "Redis に届きません。動いているか、TSUNAGARI_REDIS_URL のホストとポートを確かめて"
    "ください（届かない間も会話は続きますが、回数の制限がサーバーごとになります）"
)


class Reachability:
    """Remembers that Redis did not answer, so that not every turn waits for it in vain.

    The circuit breaker of Nygard, "Release It!": after a failure nobody asks for a while.
    """

    def __init__(
        self, rest_seconds: float = REST_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._asks_again_at = 0.0
        self._reachable = True

    @property
    def reachable(self) -> bool:
        """Whether Redis answered when it was last asked."""
        return self._reachable

    def worth_asking(self) -> bool:
        """Return whether to ask Redis now."""
        return self._clock() >= self._asks_again_at

    def failed(self, error: Exception) -> None:
        """Note that Redis did not answer."""
        if self._reachable:
            logger.warning("%s [%s]", AWAY, type(error).__name__)
        self._reachable = False
        self._asks_again_at = self._clock() + self._rest_seconds

    def answered(self) -> None:
        """Note that Redis answered."""
        if not self._reachable:
            logger.warning("Redis に、また届くようになりました")
        self._reachable = True
