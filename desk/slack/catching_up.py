"""Reading threads back: what Slack never told us of, or told too late to keep the order."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from desk import events, ownership
from desk.model import Staff
from desk.service import DeskService
from desk.slack.heard import Marked, message_key
from desk.slack.hearing import Hearing
from desk.slack.ledger import DeskLedger, Thread
from desk.slack.ports import SlackRefusedError, Workspace
from desk.slack.wording import wording

logger = logging.getLogger(__name__)

EARLIER_SECONDS = 1.5
"""How long a message waits for earlier ones; Slack wants its answer within three seconds."""
_THREAD_GONE = frozenset({"thread_not_found", "message_not_found"})
_TOMBSTONE = "tombstone"


class CatchingUp:
    """Compares threads with what was heard of them."""

    def __init__(
        self, service: DeskService, ledger: DeskLedger, workspace: Workspace, hearing: Hearing
    ) -> None:
        """Create it.

        Args:
            service: The desk.
            ledger: Knows what was heard.
            workspace: Slack.
            hearing: Takes in what is found.
        """
        self._service = service
        self._ledger = ledger
        self._slack = workspace
        self._hearing = hearing

    async def whole(self, thread: Thread) -> None:
        """Take in everything of a thread that we do not know: messages, edits, deletions."""
        # Before Slack is asked: what is heard meanwhile is not missing.
        known = [
            one
            for one in self._ledger.written(thread.conversation_id)
            if one.channel == thread.channel and float(one.ts) > float(str(thread.ts))
        ]
        found = await self._replies(thread, str(thread.ts))
        if found is None:
            return
        await self._take_in(thread, found)
        heard = {one.ts for one in known}
        for event in found:
            if event["ts"] in heard and self._hearing.is_person(event):
                await self._hearing.corrected(thread, event)
        there = {event["ts"] for event in found if event.get("subtype") != _TOMBSTONE}
        for one in known:
            if one.ts not in there:
                self._hearing.gone(one, self._author(one))

    async def earlier(self, thread: Thread, ts: str) -> None:
        """Take in what was written before a message and not told: what came first is said first.

        It is an addition: a Slack that does not answer keeps no message waiting.
        """
        try:
            await asyncio.wait_for(self._earlier(thread, ts), EARLIER_SECONDS)
        except Exception as error:
            logger.warning("Earlier messages of a thread could not be looked up: %r", error)

    async def _earlier(self, thread: Thread, ts: str) -> None:
        found = await self._replies(thread, thread.heard_ts or str(thread.ts)) or []
        await self._take_in(thread, [one for one in found if float(one["ts"]) < float(ts)])

    async def _replies(self, thread: Thread, after: str) -> list[dict[str, Any]] | None:
        try:
            return await self._slack.replies(thread.channel, str(thread.ts), after)
        except SlackRefusedError as error:
            if error.code in _THREAD_GONE:
                # The next look at the thread finds out.
                return None
            raise

    async def _take_in(self, thread: Thread, found: list[dict[str, Any]]) -> None:
        with self._service.database.read() as connection:
            held = ownership.read(connection, thread.conversation_id)
        for event in found:
            if not self._hearing.is_person(event) or event["ts"] == thread.ts:
                continue
            if float(event["ts"]) < (held.claimed_at or 0.0):
                await self._hearing.keep_back(thread, event)
            else:
                await self._hearing.spoken(thread, event)
        newest = max((str(one["ts"]) for one in found), key=float, default=None)
        if newest is not None and float(newest) > float(thread.heard_ts or 0):
            self._ledger.heard_until(thread.conversation_id, newest)

    def _author(self, known: Marked) -> Staff:
        """Return who wrote what is gone; who took it down nobody says."""
        key = message_key(self._slack.team, known.channel, known.ts)
        with self._service.database.read() as connection:
            said = events.by_key(connection, known.conversation_id, key)
        if said is None or said.staff_id is None:
            return Staff("slack", wording("said", "unknown_person"))
        return Staff(said.staff_id, said.staff_name or wording("said", "unknown_person"))
