"""Several processes on one installation: Redis and RabbitMQ, where they are configured."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from channels.web.limits import MemoryRateLimiter, RateLimiter
from conversations.event_outbox import EventOutbox
from conversations.gate import Gate
from conversations.leases import Leases
from conversations.locks import TurnLocks
from tsunagari.event_relay import EventRelay
from tsunagari.settings import Settings, UserError

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from conversations.cluster.connection import Reachability
    from conversations.cluster.news import RedisNews
    from conversations.database import Database


@dataclass
class Cluster:
    """What this process shares with others; nothing of it in the default set-up.

    Attributes:
        locks: Keep turns of a conversation apart across processes.
        limiter: Counts requests across processes.
        reachability: Whether Redis answers.
        relay: Publishes dialogue events.
        outbox: Events that wait for it.
    """

    locks: TurnLocks | None = None
    limiter: RateLimiter = field(default_factory=MemoryRateLimiter)
    reachability: Reachability | None = None
    relay: EventRelay | None = None
    outbox: EventOutbox | None = None
    _client: Redis | None = None
    _news: RedisNews | None = None

    def follow(self, gate: Gate) -> None:
        """Share the gate's live news."""
        if self._client is not None and self.reachability is not None:
            from conversations.cluster.news import RedisNews

            self._news = RedisNews(self._client, self.reachability, gate.live)

    def beside(self) -> list[asyncio.Task[None]]:
        """Start what runs beside the server."""
        running = [part.run() for part in (self._news, self.relay) if part is not None]
        return [asyncio.create_task(one) for one in running]

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()


def cluster(settings: Settings, database: Database) -> Cluster:
    """Connect to what the settings name; nothing is imported for what they do not.

    Raises:
        UserError: An address cannot be read.
    """
    shared = Cluster()
    if settings.redis_url is not None:
        _share(shared, settings.redis_url)
    if settings.event_broker_url is not None:
        shared.outbox = EventOutbox(database)
        shared.relay = EventRelay(shared.outbox, Leases(database), settings.event_broker_url)
    return shared


def _share(shared: Cluster, url: str) -> None:
    from redis.asyncio import Redis

    from conversations.cluster.connection import ANSWER_SECONDS, CONNECT_SECONDS, Reachability
    from conversations.cluster.limits import RedisRateLimiter
    from conversations.cluster.locks import RedisTurnLocks

    try:
        shared._client = Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            decode_responses=True,
        )
    except ValueError as error:
        raise UserError(
            "TSUNAGARI_REDIS_URL を読み取れません。例: redis://localhost:6379/0"
        ) from error
    shared.reachability = Reachability()
    shared.locks = RedisTurnLocks(shared._client, shared.reachability)
    shared.limiter = RedisRateLimiter(url, shared.reachability, MemoryRateLimiter())
