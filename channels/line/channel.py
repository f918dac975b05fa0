"""The LINE channel over the gate: what a webhook call does, and what runs beside it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from channels.line import unsend
from channels.line.client import LineApiError, LineClient, LineConfig, LineUnreachableError
from channels.line.delivery import LineDeliverer
from channels.line.events import CHANNEL, Locate, Meaning, Reader, target_of
from channels.line.menu import load_menu
from channels.line.signature import is_genuine
from conversations.finishing import STOP_SECONDS
from conversations.gate import Gate
from conversations.rows import InboxRow

logger = logging.getLogger(__name__)

LOADING_AFTER_SECONDS = 0.8
LOADING_SECONDS = 20
RETRY_SECONDS = 20.0


class NotFromLineError(Exception):
    """The signature is missing or wrong."""


class NotReadableError(Exception):
    """The body is signed but not what LINE sends."""


@dataclass(frozen=True)
class Accepted:
    """What a webhook call left to do: durable already, so that it may be done after the 200."""

    rows: tuple[InboxRow, ...]


class LineChannel:
    """Takes webhook calls in and answers them.

    Args:
        gate: Where messages go.
        config: Secrets and addresses.
        locate: Turns a place into an act.
    """

    def __init__(self, gate: Gate, config: LineConfig, locate: Locate) -> None:
        self.gate = gate
        self.client = LineClient(config)
        self.deliverer = LineDeliverer(gate.store, self.client)
        self._secret = config.secret
        self._reader = Reader(load_menu().acts, locate)
        self._bot_user_id: str | None = None
        self._beside: set[asyncio.Task[None]] = set()
        gate.deliveries.add(CHANNEL, self.deliverer)

    # --- a webhook call --------------------------------------------------------------

    def accept(self, body: bytes, signature: str | None) -> Accepted:
        """Check a call and make its messages durable; nothing is answered yet.

        Args:
            body: The raw bytes.
            signature: The `X-Line-Signature` header.

        Raises:
            NotFromLineError: Not signed with our secret.
            NotReadableError: Not a webhook body.
        """
        if not is_genuine(self._secret, body, signature):
            raise NotFromLineError
        destination, events = _parse(body)
        if self._bot_user_id not in (None, destination):
            logger.warning("A LINE event for another bot was ignored")
            return Accepted(())
        received_at = time.time()
        rows = []
        for event in sorted(events, key=_timestamp):
            meaning = self._reader.read(destination, event, received_at)
            if meaning is not None:
                row = self._take(meaning)
                rows += [row] if row is not None else []
        return Accepted(tuple(rows))

    def _take(self, meaning: Meaning) -> InboxRow | None:
        contacts = self.deliverer.contacts
        if meaning.effect == "blocked":
            contacts.set_blocked(meaning.conversation_id, True)
        elif meaning.effect == "unsent" and meaning.unsent:
            unsend.forget(self.gate.store, meaning.conversation_id, meaning.unsent)
        elif meaning.effect == "reachable" and contacts.is_blocked(meaning.conversation_id):
            contacts.set_blocked(meaning.conversation_id, False)
        return self.gate.accept(meaning.message) if meaning.message is not None else None

    def answer(self, accepted: Accepted) -> None:
        """Answer what was accepted, in the background and in order for each conversation."""
        for row in accepted.rows:
            turn = self.gate.answer_later(row)
            if turn is not None and target_of(row.message.conversation_id)[0] == "user":
                self._run(self._show_loading(row.message.conversation_id, turn))

    async def _show_loading(self, conversation_id: str, turn: asyncio.Task[None]) -> None:
        """Show that an answer is coming while it takes longer than a moment."""
        _, user_id = target_of(conversation_id)
        wait = LOADING_AFTER_SECONDS
        while not (await asyncio.wait({turn}, timeout=wait))[0]:
            wait = float(LOADING_SECONDS)
            try:
                await self.client.show_loading(user_id, LOADING_SECONDS)
            except (LineApiError, LineUnreachableError) as error:
                logger.info("No loading indicator: %s", error)
                return

    # --- beside the calls ------------------------------------------------------------

    async def start(self) -> None:
        """Begin what runs beside the webhook: who we are, sending again what failed."""
        self._run(self._learn_who_we_are())
        self._run(self._send_again())

    async def stop(self) -> None:
        """End it, after what is being answered."""
        await self.gate.drain(STOP_SECONDS)
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        await self.client.close()

    async def _learn_who_we_are(self) -> None:
        try:
            self._bot_user_id = str((await self.client.bot_info())["userId"])
            await self.deliverer.quota.refresh()
        except (LineApiError, LineUnreachableError, KeyError) as error:
            logger.warning("LINE cannot be asked about this bot: %s", error)

    async def _send_again(self) -> None:
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                await self.gate.send_pending(CHANNEL)
            except Exception:
                logger.exception("What LINE did not take could not be sent again; trying later")

    def _run(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


def _parse(body: bytes) -> tuple[str, Sequence[dict[str, Any]]]:
    try:
        parsed = json.loads(body)
    except ValueError as error:
        raise NotReadableError("not JSON") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("destination"), str):
        raise NotReadableError("no destination")
    events = parsed.get("events")
    if not isinstance(events, list):
        raise NotReadableError("no events")
    return parsed["destination"], [event for event in events if isinstance(event, dict)]


def _timestamp(event: dict[str, Any]) -> float:
    timestamp = event.get("timestamp")
    return float(timestamp) if isinstance(timestamp, (int, float)) else 0.0
