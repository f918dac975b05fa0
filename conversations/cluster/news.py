"""Live news between processes over Redis' publish and subscribe."""

from __future__ import annotations

import asyncio
import logging
import uuid

import ujson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from conversations.cluster.connection import PREFIX, REST_SECONDS, Reachability
from conversations.live import LiveNews

logger = logging.getLogger(__name__)

CHANNEL = f"{PREFIX}news"
_QUEUE_SIZE = 10_000
_WAIT_SECONDS = 1.0


class RedisNews:
    """Passes this process's news on, and wakes its followers for those of others."""

    def __init__(self, client: Redis, reachability: Reachability, live: LiveNews) -> None:
        """Plug into the news of this process."""
        self._client = client
        self._reachability = reachability
        self._live = live
        self._own = uuid.uuid4().hex
        self._queue: asyncio.Queue[tuple[str, str, str | None]] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        live.announce_by(self._announce)

    async def run(self) -> None:
        """Pass news on in both directions until cancelled."""
        self._loop = asyncio.get_running_loop()
        self._queue = asyncio.Queue(_QUEUE_SIZE)
        await asyncio.gather(self._publish(self._queue), self._listen())

    def _announce(self, kind: str, conversation_id: str, who: str | None) -> None:
        if self._queue is None or self._loop is None or self._loop.is_closed():
            # Before the server runs there are no followers anywhere who wait for this process.
            return
        self._loop.call_soon_threadsafe(self._put, (kind, conversation_id, who))

    def _put(self, news: tuple[str, str, str | None]) -> None:
        assert self._queue is not None
        if not self._queue.full():
            self._queue.put_nowait(news)

    async def _publish(self, queue: asyncio.Queue[tuple[str, str, str | None]]) -> None:
        while True:
            kind, conversation_id, who = await queue.get()
            if not self._reachability.worth_asking():
                # Lost on purpose: followers look into the store every second.
                continue
            try:
                news = [self._own, kind, conversation_id, who]
                await self._client.publish(CHANNEL, ujson.dumps(news))
            except (RedisError, OSError) as error:
                self._reachability.failed(error)
            else:
                self._reachability.answered()

    async def _listen(self) -> None:
        while True:
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(CHANNEL)
                    while True:
                        found = await subscription.get_message(timeout=_WAIT_SECONDS)
                        if found is not None:
                            self._hear(found["data"])
            except (RedisError, OSError) as error:
                self._reachability.failed(error)
                await asyncio.sleep(REST_SECONDS)

    def _hear(self, data: str | bytes) -> None:
        try:
            sender, kind, conversation_id, who = ujson.loads(data)
        except ValueError:
            logger.warning("News nobody of us wrote: is this Redis shared with something else?")
            return
        if sender == self._own:
            return
        if kind == "typing":
            self._live.hear_typing(conversation_id, who)
        else:
            self._live.hear_changed(conversation_id)
