"""Sending answers on channels that are pushed to: a turn at once, its outcome in the outbox."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from conversations.database_lock import patiently
from conversations.outbox import Outbox
from conversations.ports import Deliverer, Delivery, UndeliverableError

logger = logging.getLogger(__name__)


class Deliveries:
    """Hands turns to the channels that send them."""

    def __init__(self, outbox: Outbox, deliverers: Mapping[str, Deliverer] | None = None) -> None:
        self._outbox = outbox
        self._deliverers = dict(deliverers or {})
        self._listeners: list[Callable[[Delivery, str | None], None]] = []

    def on_settled(self, listener: Callable[[Delivery, str | None], None]) -> None:
        """Register who is told of what was sent (None) or given up (the reason)."""
        self._listeners.append(listener)

    def add(self, channel: str, deliverer: Deliverer) -> None:
        """Plug a channel in that is pushed to."""
        self._deliverers[channel] = deliverer

    def pushes(self, channel: str) -> bool:
        """Return whether a channel is pushed to (else its answer is returned to the caller)."""
        return channel in self._deliverers

    def pending(
        self,
        channel: str | None = None,
        conversation_id: str | None = None,
        older_than: float = 0.0,
    ) -> list[Delivery]:
        """Return what still has to be sent, oldest first, of one channel or conversation."""
        return [
            delivery
            for delivery in self._outbox.pending(conversation_id, older_than=older_than)
            if delivery.channel in self._deliverers and channel in (None, delivery.channel)
        ]

    def fetched(self, conversation_id: str, channel: str, message_id: int) -> None:
        """Note that a company fetched everything up to a message."""
        if self._outbox.fetched(conversation_id, channel, message_id):
            self._tell(Delivery(conversation_id, channel, None, None, ()), None)

    async def send(self, delivery: Delivery) -> bool:
        """Send a turn; what fails for now stays in the outbox.

        Returns:
            Whether it is settled: sent, or given up for good.
        """
        ids = [part.outbox_id for part in delivery.parts]
        try:
            await self._deliverers[delivery.channel].deliver(delivery)
        except UndeliverableError as error:
            logger.warning("A turn on %s cannot be delivered: %s", delivery.channel, error)
            reason = str(error)
            await patiently(lambda: self._outbox.give_up(ids, reason))
            self._tell(delivery, reason)
        except Exception:
            logger.exception("Sending on %s failed; it stays in the outbox", delivery.channel)
            await patiently(lambda: self._outbox.mark_sent(ids, delivered=False))
            return False
        else:
            # What is not noted as sent is sent again.
            await patiently(lambda: self._outbox.mark_sent(ids, delivered=True))
            self._tell(delivery, None)
        return True

    def _tell(self, delivery: Delivery, reason: str | None) -> None:
        for listener in self._listeners:
            listener(delivery, reason)
