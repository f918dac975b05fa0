"""How many messages may still be pushed this month."""

from __future__ import annotations

import logging
import time

from channels.line.client import LineApiError, LineClient, LineUnreachableError

logger = logging.getLogger(__name__)

REFRESH_SECONDS = 3600.0
WARN_SHARE = 0.8


class Quota:
    """Knows the month's quota as LINE told it, and what was pushed since.

    Attributes:
        allowed: Messages a month, None when unlimited or unknown.
        used: Messages pushed this month.
    """

    def __init__(self, client: LineClient) -> None:
        self._client = client
        self._asked_at: float | None = None
        self._warned = False
        self.allowed: int | None = None
        self.used = 0

    async def may_push(self) -> bool:
        """Return whether a push is worth trying; asks LINE at most once an hour."""
        if self._asked_at is None or time.monotonic() - self._asked_at > REFRESH_SECONDS:
            await self.refresh()
        return self.allowed is None or self.used < self.allowed

    async def refresh(self) -> None:
        """Ask LINE; where that fails the last answer stands."""
        self._asked_at = time.monotonic()
        try:
            self.allowed, self.used = await self._client.quota()
        except (LineApiError, LineUnreachableError) as error:
            logger.warning("LINE's message quota is unknown: %s", error)
            return
        self._warned = False
        self._warn()

    def count(self) -> None:
        """Count a push."""
        self.used += 1
        self._warn()

    def used_up(self) -> None:
        """Believe LINE that nothing is left, until it is asked again."""
        self._asked_at = time.monotonic()
        self.allowed = self.used = max(self.used, self.allowed or 0)
        self._warn()

    def _warn(self) -> None:
        if self.allowed is not None and not self._warned and self.used >= WARN_SHARE * self.allowed:
            self._warned = True
            logger.warning(
                "LINE: %d of the %d messages that may be pushed this month are used; replies go on",
                self.used,
                self.allowed,
            )
