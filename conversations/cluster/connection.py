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
            logger.warning("Redis does not answer, going on without it: %s", error)
        self._reachable = False
        self._asks_again_at = self._clock() + self._rest_seconds

    def answered(self) -> None:
        """Note that Redis answered."""
        if not self._reachable:
            logger.warning("Redis answers again")
        self._reachable = True
