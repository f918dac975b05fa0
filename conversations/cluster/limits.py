"""Rate limits that all processes count together."""

from __future__ import annotations

from typing import Protocol

from redis import Redis
from redis.exceptions import RedisError

from conversations.cluster.connection import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    PREFIX,
    Reachability,
)

# The generic cell rate algorithm (ITU-T I.371) with Redis' clock: a key holds the time at which
# its allowance will be full again; a minute's allowance may be used at once.
_TAKE = """
local seconds_each = 60 / tonumber(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + seconds_each
local wait = full_at - now - 60
if wait > 0.000001 then
  return tostring(wait)
end
redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', math.ceil((full_at - now) * 1000))
return '0'
"""


class _Limiter(Protocol):
    def take(self, key: str, per_minute: int) -> float: ...


class RedisRateLimiter:
    """Counts in Redis; this process's own count while it is away."""

    def __init__(self, url: str, reachability: Reachability, own: _Limiter) -> None:
        """Connect lazily.

        Args:
            url: `redis://…`.
            reachability: Shared with the other helpers of this process.
            own: Counts while Redis is away.
        """
        client = Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            decode_responses=True,
        )
        self._take = client.register_script(_TAKE)
        self._reachability = reachability
        self._own = own

    def take(self, key: str, per_minute: int) -> float:
        """Take one from a key's allowance.

        Returns:
            0 when there was room, else the seconds until there is.
        """
        if not self._reachability.worth_asking():
            return self._own.take(key, per_minute)
        try:
            wait = float(self._take(keys=[f"{PREFIX}limit:{key}"], args=[per_minute]))
        except (RedisError, OSError) as error:
            self._reachability.failed(error)
            return self._own.take(key, per_minute)
        self._reachability.answered()
        return wait
