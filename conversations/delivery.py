"""Sending answers on channels that are pushed to: a turn at once, its outcome in the outbox."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from conversations.outbox import Outbox
from conversations.ports import Deliverer, Delivery, UndeliverableError

logger = logging.getLogger(__name__)


class Deliveries:
    """Hands turns to the channels that send them."""

    def __init__(self, outbox: Outbox, deliverers: Mapping[str, Deliverer] | None = None) -> None:
        self._outbox = outbox
        self._deliverers = dict(deliverers or {})

    def add(self, channel: str, deliverer: Deliverer) -> None:
        """Plug a channel in that is pushed to."""
        self._deliverers[channel] = deliverer

    def pushes(self, channel: str) -> bool:
        """Return whether a channel is pushed to (else its answer is returned to the caller)."""
        return channel in self._deliverers

    def pending(self, channel: str | None = None) -> list[Delivery]:
        """Return what still has to be sent, oldest first, of one channel or of all."""
        return [
            delivery
            for delivery in self._outbox.pending()
            if delivery.channel in self._deliverers and channel in (None, delivery.channel)
        ]

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
            self._outbox.give_up(ids)
        except Exception:
            logger.exception("Sending on %s failed; it stays in the outbox", delivery.channel)
            self._outbox.mark_sent(ids, delivered=False)
            return False
        else:
            self._outbox.mark_sent(ids, delivered=True)
        return True
