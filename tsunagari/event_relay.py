"""Publishing dialogue events to RabbitMQ (aio-pika, with publisher confirms)."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import ujson

from conversations.database import STORE_AWAY
from conversations.event_outbox import ErasureNotice, EventOutbox, OutgoingEvents
from conversations.leases import Leases
from tsunagari import light_imports

if TYPE_CHECKING:
    from aio_pika.abc import AbstractExchange

logger = logging.getLogger(__name__)

BROKER_PACKAGES = ("aio_pika", "aiormq", "pamqp")
EXCHANGE = "tsunagari-events"
QUEUE = "tsunagari_events"
ERASED = "erased"
"""Event that tells followers to erase what they hold of a conversation (`sender_id`)."""
BATCH = 100
JOB = "event_relay"
LEASE_SECONDS = 30.0
"""Longest that a batch keeps other processes from relaying, should this one die over it."""
IDLE_SECONDS = 0.5
RETRY_SECONDS = 5.0
CONNECT_SECONDS = 5.0
AWAY = (
    "RabbitMQ に届きません。動いているか、TSUNAGARI_EVENT_BROKER_URL のホストとポートを"
    "確かめてください（届かない間、対話の記録は保存先で待ちます）"
)


class EventRelay:
    """Takes events from the outbox to a durable fan-out exchange.

    One process relays at a time. Where one is cut off between the broker's confirmation and its
    own note of it, an event arrives twice, with the same message id: delivery is at least once.
    """

    def __init__(self, outbox: EventOutbox, leases: Leases, url: str) -> None:
        """Create a relay.

        Args:
            outbox: What waits.
            leases: Say which process relays.
            url: `amqp://user:password@host:port/vhost`.
        """
        self._outbox = outbox
        self._leases = leases
        self._url = url
        self._silent = False
        self.connected = False
        light_imports.allow(*BROKER_PACKAGES)

    async def run(self) -> None:
        """Relay until cancelled; a broker that is away is tried again."""
        while True:
            try:
                await self._relay()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                if not self._silent:
                    logger.warning("%s [%s]", AWAY, type(error).__name__)
                # Said once, until it is back.
                self.connected, self._silent = False, True
            await asyncio.sleep(RETRY_SECONDS)

    async def _relay(self) -> None:
        # Imported here: only installations with a broker pay for it.
        from aio_pika import ExchangeType, connect

        connection = await connect(self._url, timeout=CONNECT_SECONDS)
        async with connection:
            channel = await connection.channel(publisher_confirms=True)
            exchange = await channel.declare_exchange(EXCHANGE, ExchangeType.FANOUT, durable=True)
            # Events published before the first consumer came must not fall on the floor.
            queue = await channel.declare_queue(QUEUE, durable=True)
            await queue.bind(exchange)
            self.connected, self._silent = True, False
            while True:
                try:
                    idle = not await self._relay_batch(exchange)
                except STORE_AWAY:
                    # The broker is not to blame, and whoever writes there says so.
                    idle = True
                if idle:
                    await asyncio.sleep(IDLE_SECONDS)
                if connection.is_closed:
                    raise ConnectionError("connection closed")

    async def _relay_batch(self, exchange: AbstractExchange) -> bool:
        """Publish what waits, unless another process is at it; returns whether anything was."""
        if not self._outbox.oldest(1) and not self._outbox.erasures(1):
            return False
        if not self._leases.take(JOB, LEASE_SECONDS):
            return False
        try:
            waiting = self._outbox.oldest(BATCH)
            for events in waiting:
                await self._publish(exchange, events)
            if waiting:
                self._outbox.sent([events.id for events in waiting])
            # After the events: who erases on the news has them all by then.
            erased = self._outbox.erasures(BATCH) if len(waiting) < BATCH else []
            for notice in erased:
                await self._tell(exchange, notice)
            if erased:
                self._outbox.told([notice.id for notice in erased])
        finally:
            self._leases.done(JOB)
        return bool(waiting or erased)

    @classmethod
    async def _publish(cls, exchange: AbstractExchange, outgoing: OutgoingEvents) -> None:
        for number, event in enumerate(outgoing.events):
            body = {"sender_id": outgoing.conversation_id, **event}
            number_of = f"{outgoing.conversation_id}:{outgoing.version}:{number}"
            await cls._send(exchange, body, number_of)

    @classmethod
    async def _tell(cls, exchange: AbstractExchange, notice: ErasureNotice) -> None:
        body = {
            "sender_id": notice.conversation_id,
            "event": ERASED,
            "timestamp": notice.at,
            "receipt": notice.receipt,
        }
        await cls._send(exchange, body, f"{notice.conversation_id}:{ERASED}:{notice.receipt}")

    @staticmethod
    async def _send(exchange: AbstractExchange, body: dict[str, Any], message_id: str) -> None:
        from aio_pika import DeliveryMode, Message

        await exchange.publish(
            Message(
                ujson.dumps(body, ensure_ascii=False).encode(),
                content_type="application/json",
                delivery_mode=DeliveryMode.PERSISTENT,
                message_id=message_id,
                app_id="tsunagari",
            ),
            routing_key="",
        )
