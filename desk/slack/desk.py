"""The Slack desk: told by the desk, told by Slack, and one worker that keeps the threads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from desk.model import DeskError, Staff
from desk.service import DeskService
from desk.slack.background import Background
from desk.slack.catching_up import CatchingUp
from desk.slack.deeds import Deeds
from desk.slack.hearing import Hearing
from desk.slack.kept_back import KeptBack
from desk.slack.ledger import DeskLedger, Thread
from desk.slack.mirror import Mirror
from desk.slack.people import Links, People
from desk.slack.ports import SlackBusyError, SlackRefusedError, Workspace
from desk.slack.wording import problem_text, wording

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""How often what other processes did is looked for."""
FULL_SECONDS = 30.0
"""How often everything is looked at: what was left behind, waiting times, what Slack never told."""
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
LONGEST_OUTAGE = 24 * 3600.0
"""Threads that were written in since are read back after an outage, also of ended cases."""
REPORTER = Staff("slack:desk", "Slack のデスク")


class SlackDesk:
    """One card and one thread per conversation in the staff's channel.

    It is a `DeskListener`, and the staff's side of the Slack channel.
    """

    def __init__(
        self,
        service: DeskService,
        workspace: Workspace,
        links: Links,
        channel: str,
        address: Callable[[str], str | None] = lambda _conversation_id: None,
    ) -> None:
        """Create it and plug it into the desk.

        Args:
            service: The desk.
            workspace: Slack.
            links: Which accounts of the built-in desk people in Slack have.
            channel: The staff's channel.
            address: Returns a case's page at the built-in desk, where there is one.
        """
        self.service = service
        self.ledger = DeskLedger(service.database, service.clock)
        self._slack = workspace
        self._channel = channel
        people = People(workspace, links)
        self.background = Background(workspace, self._touch, self._lost)
        kept_back = KeptBack(service, self.ledger, workspace, self.background)
        self._hearing = Hearing(service, self.ledger, workspace, people, kept_back, self.background)
        self._catching_up = CatchingUp(service, self.ledger, workspace, self._hearing)
        self._deeds = Deeds(service, self.ledger, workspace, people, kept_back, self.background)
        self._mirror = Mirror(service, self.ledger, workspace, people, channel, address)
        self.problem: str | None = None
        self._known_usable = False
        self._touched: dict[str, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._fed = 0
        self._full_at = 0.0
        self._not_before = 0.0
        self._pause = FIRST_PAUSE
        # Nobody listened before the start, and while Slack could not be reached.
        self._was_away = True
        service.staffed_when(self.is_there)
        service.listeners.add(self)

    def is_there(self) -> bool:
        """Return whether the staff can be reached in its channel."""
        return self.problem is None

    # --- told by Slack (see `channels.slack.staff`) --------------------------------------

    async def hear(self, event: dict[str, Any]) -> bool:
        """Take a message of the channel in; False: it is no message of a thread of the desk."""
        if event.get("channel") != self._channel:
            return False
        thread = self._hearing.new_in(event)
        if thread is not None:
            await self._catching_up.earlier(thread, str(event["ts"]))
        return await self._hearing.hear(event)

    async def act(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Do what a button says."""
        await self._deeds.act(body, action)

    async def submit(self, body: dict[str, Any]) -> dict[str, str]:
        """Take a modal in; return what is wrong, by block."""
        return await self._deeds.submit(body)

    # --- told by the desk (see `DeskListener`) -------------------------------------------

    def case_queued(self, conversation_id: str) -> None:
        """See `DeskListener`."""
        self._touch(conversation_id)

    def case_changed(self, conversation_id: str, kind: str) -> None:
        """See `DeskListener`."""
        self._touch(conversation_id)

    def customer_message(self, conversation_id: str) -> None:
        """See `DeskListener`."""
        self._touch(conversation_id)

    def staff_message(self, conversation_id: str, message_id: int) -> None:
        """See `DeskListener`."""
        self._touch(conversation_id)

    def delivery_failed(self, conversation_id: str, message_id: int, reason: str) -> None:
        """See `DeskListener`."""
        self._touch(conversation_id)

    # --- beside the server ---------------------------------------------------------------

    async def run(self) -> None:
        """Keep the threads until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            try:
                await self._round()
            except asyncio.CancelledError:
                raise
            except Exception:
                logger.exception("The Slack desk stumbled; trying again")
            self._news.clear()
            if self._touched and self._loop.time() >= self._not_before:
                continue
            wait = max(self._not_before - self._loop.time(), 0.0) or LOOK_SECONDS
            try:
                await asyncio.wait_for(self._news.wait(), wait)
            except asyncio.TimeoutError:
                continue

    async def _round(self) -> None:
        """Show what changed, one conversation after the other: one channel takes one at a time."""
        assert self._loop is not None
        time = self._loop.time()
        if time < self._not_before:
            await asyncio.sleep(self._not_before - time)
        self._look()
        if self._loop.time() >= self._full_at:
            # Before anybody is promised a person: can the staff be told at all?
            if self.problem is None and self._known_usable:
                await self._guarded(self._catch_up)
            elif await self._guarded(self._check_channel):
                self._known_usable, self.problem = True, None
            self._full_at = self._loop.time() + FULL_SECONDS
        while self._touched and self._loop.time() >= self._not_before:
            conversation_id = next(iter(self._touched))
            del self._touched[conversation_id]
            if not await self._guarded(lambda: self._mirror.show(conversation_id)):  # noqa: B023
                # Nothing is given up: it comes again after the pause.
                self._touched[conversation_id] = None
                if self.problem is not None:
                    self._report(conversation_id)

    def _look(self) -> None:
        """Find what other processes did, and what an earlier one left."""
        assert self._loop is not None
        if self._loop.time() >= self._full_at:
            self._fed = self.service.newest_event()
            # Waiting times pass by themselves.
            waiting = [*self.service.queue(), *self.service.in_hand(), *self.service.contacts()]
            found = [one.conversation_id for one in waiting]
            found += [*self.ledger.behind(), *self.ledger.unmarked(), *self.ledger.erased()]
        else:
            events = self.service.feed(self._fed)
            self._fed = events[-1].id if events else self._fed
            found = [event.conversation_id for event in events]
        for conversation_id in found:
            self._touched.setdefault(conversation_id)

    async def _check_channel(self) -> bool:
        await self._slack.must_be_usable(self._channel)
        if self.problem is not None:
            logger.warning("The Slack desk works again")
        return True

    async def _catch_up(self) -> bool:
        """Hear what Slack never told us of: written, edited or deleted while nobody listened."""
        found = [one.conversation_id for one in self.service.in_hand()]
        if self._was_away:
            found += self.ledger.written_since(self.service.clock() - LONGEST_OUTAGE)
        for conversation_id in dict.fromkeys(found):
            thread = self.ledger.thread(conversation_id)
            if thread is not None and thread.channel == self._channel and thread.ts is not None:
                await self._catching_up.whole(thread)
        self._was_away = False
        return True

    async def _guarded(self, work: Callable[[], Any]) -> bool:
        """Do something in Slack; whatever keeps it from being done also sets the pause."""
        assert self._loop is not None
        try:
            done = bool(await work())
        except SlackBusyError as error:
            self._not_before = self._loop.time() + error.seconds
            return False
        except SlackRefusedError as error:
            if self.problem != error.code:
                logger.error("Slack desk: %s", problem_text(error.code))
            self.problem, self._was_away = error.code, True
        except Exception as error:
            logger.warning("Slack cannot be reached: %r", error)
            self._was_away = True
        else:
            if not done:
                # Another process has it; it is soon free.
                self._not_before = self._loop.time() + FIRST_PAUSE
                return False
            self._pause = FIRST_PAUSE
            return True
        self._not_before = self._loop.time() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        return False

    def _report(self, conversation_id: str) -> None:
        """Say on the case's page that Slack does not have it."""
        text = wording("events", "lost", problem=problem_text(str(self.problem)))
        try:
            key = f"slack-lost:{self.problem}"
            self.service.note(conversation_id, REPORTER, text, key)
        except DeskError:
            # Nothing the staff may see.
            return

    # --- inner -------------------------------------------------------------------------

    def _touch(self, conversation_id: str) -> None:
        self._touched.setdefault(conversation_id)
        # Listeners may be told on another thread.
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    def _lost(self, card: Thread) -> None:
        """Somebody deleted a card: the next look makes a new one, where one is needed."""
        self.ledger.begin_anew(card.conversation_id, self._channel, self.service.clock())
        self._touch(card.conversation_id)
