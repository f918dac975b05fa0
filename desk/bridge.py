"""The desk beside the gate: delivers what was said there, wakes pages, keeps the timers."""

from __future__ import annotations

import asyncio
import logging

from conversations.finishing import finish
from conversations.gate import Gate
from conversations.ports import Delivery
from desk.service import DeskService
from desk.wording import failure

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 20.0


class GateBridge:
    """A `DeskListener` that has the gate deliver, and tells the desk what became of it."""

    def __init__(self, service: DeskService, gate: Gate) -> None:
        """Plug the service and the gate together."""
        self.service = service
        self._gate = gate
        self._running: set[asyncio.Task[None]] = set()
        service.poster.plug(gate.deliveries.pushes)
        service.listeners.add(self)
        gate.deliveries.on_settled(self._settled)
        gate.store.on_erasure(self)

    # --- what the desk did ---------------------------------------------------------------

    def case_queued(self, conversation_id: str) -> None:
        """Wake the company's page: its state changed."""
        self._gate.live.changed(conversation_id)

    def case_changed(self, conversation_id: str, kind: str) -> None:
        """Wake the company's page."""
        self._gate.live.changed(conversation_id)

    def customer_message(self, conversation_id: str) -> None:
        """Nothing: the company knows what it wrote."""

    def staff_message(self, conversation_id: str, message_id: int) -> None:
        """Show it on the page, or send it where messages are pushed."""
        self._gate.live.changed(conversation_id)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # Outside the server (a command): the server finds it in the outbox.
            return
        task = loop.create_task(self._flush(conversation_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def delivery_failed(self, conversation_id: str, message_id: int, reason: str) -> None:
        """Nothing: the gate knew first."""

    def erased(self, conversation_id: str) -> None:
        """Tell the desk's screens that a case is gone."""
        self.service.changed(conversation_id, "erased")

    # --- beside the server ---------------------------------------------------------------

    async def run(self, seconds: float = SWEEP_SECONDS) -> None:
        """Keep the timers until cancelled."""
        while True:
            try:
                self.service.sweep()
            except Exception:
                logger.exception("The desk's timers could not be kept; trying again")
            await asyncio.sleep(seconds)

    async def drain(self, seconds: float | None = None) -> None:
        """Wait until everything said is handed to its channel.

        Args:
            seconds: What takes longer is broken off, and stays in the outbox.
        """
        await finish(self._running, seconds)

    async def _flush(self, conversation_id: str) -> None:
        try:
            await self._gate.flush(conversation_id)
        except Exception:
            logger.exception("What was said to %s stays in the outbox", conversation_id)

    def _settled(self, delivery: Delivery, reason: str | None) -> None:
        """Tell the desk about deliveries nobody's message called for."""
        if delivery.inbox_id is not None:
            return
        if reason is None:
            self.service.changed(delivery.conversation_id, "delivered")
            return
        for part in delivery.parts:
            self.service.listeners.tell(
                "delivery_failed", delivery.conversation_id, part.message_id, failure(reason)
            )
