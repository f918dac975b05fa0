"""Brings a conversation's card and thread in Slack to what the store says, step by step.

What shall stand there is derived from the store; what stands there is in the ledger. A step that
was begun and whose end nobody knows is looked up in Slack before it is made again, so that a
killed process or a broken connection neither loses a post nor makes it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from desk.base import DeskBase
from desk.model import DeskError
from desk.slack import reading
from desk.slack.card import Shown, card
from desk.slack.heard import MAYBE, SAID, message_key
from desk.slack.ledger import DeskLedger, Posted, Thread
from desk.slack.people import People
from desk.slack.ports import SlackRefusedError, Workspace
from desk.slack.reading import View
from desk.slack.thread import ThreadWriter, first_post
from desk.slack.wording import texts, wording

logger = logging.getLogger(__name__)

CARD = "card"
CLOCK_DIFFERENCE = 60.0
_GONE = frozenset({"message_not_found", "thread_not_found", "cannot_reply_to_message"})
_UNREADABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
# The workspace lets nobody change what stands there: the thread tells all the same.
_FIXED = frozenset({"edit_window_closed", "cant_update_message"})
# A reaction is a nicety: where Slack takes none, the thread tells all the same.
_NO_MARK = frozenset({"message_not_found", "too_many_reactions", "thread_locked", "bad_timestamp"})


class ThreadLostError(Exception):
    """The card, or the thread under it, is not there any more."""


class Mirror:
    """Keeps cards and threads."""

    def __init__(
        self,
        service: DeskBase,
        ledger: DeskLedger,
        workspace: Workspace,
        people: People,
        channel: str,
        address: Callable[[str], str | None],
    ) -> None:
        """Create it.

        Args:
            service: The desk.
            ledger: What stands in Slack.
            workspace: Slack.
            people: Who is who.
            channel: The staff's channel.
            address: Returns a case's page at the built-in desk, where there is one.
        """
        self._service = service
        self._ledger = ledger
        self._slack = workspace
        self._people = people
        self._channel = channel
        self._address = address
        self._zone = service.hours.zone
        self._writer = ThreadWriter(self._zone)

    async def show(self, conversation_id: str) -> bool:
        """Bring a conversation's thread up to date.

        Returns:
            Whether it is now; False while another process works on it.

        Raises:
            SlackRefusedError: The channel cannot be used.
            SlackBusyError: Slack wants no call for a while.
        """
        try:
            view = reading.read(self._service, conversation_id)
        except DeskError as error:
            return await self._not_shown(conversation_id, error)
        known = self._ledger.thread(conversation_id)
        elsewhere = known is not None and known.channel != self._channel
        if not view.open and (known is None or known.ts is None or elsewhere):
            # Nobody needs a card any more, or not here.
            return self._passed_over(conversation_id)
        begun_at = view.began_at if known is None else self._service.clock()
        thread = self._ledger.open_thread(conversation_id, self._channel, begun_at)
        if not self._ledger.take(conversation_id):
            return False
        try:
            await self._bring_up(thread, view)
            self._ledger.shown(conversation_id, view.newest)
        except ThreadLostError:
            logger.warning("The thread of %s in Slack is lost; a new one is made", thread.code)
            self._ledger.begin_anew(conversation_id, self._channel, self._service.clock())
            if not view.open:
                return self._passed_over(conversation_id)
            return await self.show(conversation_id)
        finally:
            self._ledger.release(conversation_id)
        return True

    async def retract(self, conversation_id: str) -> bool:
        """Take down what stands in Slack of an erased conversation.

        Returns:
            Whether it is done; False while another process works on it.
        """
        thread = self._ledger.thread(conversation_id)
        if thread is None:
            return True
        if not self._ledger.take(conversation_id):
            return False
        try:
            await self._retract(thread)
        finally:
            self._ledger.release(conversation_id)
        return True

    async def _retract(self, thread: Thread) -> None:
        conversation_id = thread.conversation_id
        told = Shown(wording("events", "erased"), [])
        for (name, part), posted in self._ledger.posts(conversation_id).items():
            self._ledger.take(conversation_id)
            payload = self._payload(thread.code, name, part)
            where = None if name == CARD else thread.ts
            ts = posted.ts or await self._find(payload, posted.begun_at, thread.channel, where)
            try:
                if ts is not None and name == CARD and self._ledger.written(conversation_id):
                    await self._slack.update(thread.channel, ts, told.text, told.blocks)
                elif ts is not None:
                    await self._slack.delete(thread.channel, ts)
            except SlackRefusedError as error:
                if error.code not in _GONE:
                    raise
            if name != CARD:
                self._ledger.refused(conversation_id, name, part)
        self._ledger.forget(conversation_id)

    # --- inner -------------------------------------------------------------------------

    async def _not_shown(self, conversation_id: str, error: DeskError) -> bool:
        known = self._ledger.thread(conversation_id)
        if error.code == "unknown" or (known is not None and known.ts is not None):
            return await self.retract(conversation_id)
        # The company did not agree: its conversation is nobody's affair here.
        return self._passed_over(conversation_id)

    def _passed_over(self, conversation_id: str) -> bool:
        newest = reading.newest_event(self._service, conversation_id)
        known = self._ledger.thread(conversation_id)
        if known is None:
            at = self._service.clock()
            self._ledger.open_thread(conversation_id, self._channel, at)
        self._ledger.shown(conversation_id, newest)
        return True

    async def _bring_up(self, thread: Thread, view: View) -> None:
        at = self._service.clock()
        shown = card(view, thread.code, at, self._zone, self._address)
        ts = await self._put(thread, CARD, 0, shown)
        if thread.ts != ts:
            self._ledger.carded(thread.conversation_id, ts)
            thread = replace(thread, ts=ts)
        caller = self._people.slack_user(view.case.owner)
        known = self._ledger.posts(thread.conversation_id)
        for item in self._writer.items(view, thread.begun_at, at, caller):
            for part, post in enumerate(item.posts):
                posted = known.get((item.name, part))
                if posted is None or posted.ts is None or posted.digest != post.digest:
                    await self._put(thread, item.name, part, post)
        await self._take_down(thread, view, known)
        await self._mark(view)

    async def _take_down(
        self, thread: Thread, view: View, known: Mapping[tuple[str, int], Posted]
    ) -> None:
        """Take down what showed something that does not exist any more."""
        exist = {f"m{one.id}" for one in view.case.messages}
        exist |= {f"f{one.id}" for one in view.case.messages}
        exist |= {f"e{event.id}" for event in view.happened}
        for (name, part), posted in known.items():
            if not name[1:].isdigit() or name in exist or posted.ts is None:
                continue
            try:
                await self._slack.delete(thread.channel, posted.ts)
            except SlackRefusedError as error:
                if error.code not in _GONE:
                    raise
            self._ledger.refused(thread.conversation_id, name, part)

    async def _put(self, thread: Thread, name: str, part: int, shown: Shown) -> str:
        """Make a post, or make it show what it shall; return its time stamp."""
        conversation_id = thread.conversation_id
        self._ledger.take(conversation_id)
        begun = self._ledger.begin(conversation_id, name, part, shown.digest)
        ts, digest = (None, shown.digest) if begun is None else (begun.ts, begun.digest)
        try:
            if begun is not None and ts is None:
                payload = self._payload(thread.code, name, part)
                where = None if name == CARD else thread.ts
                ts = await self._find(payload, begun.begun_at, thread.channel, where)
            if ts is None:
                ts = await self._post(thread, name, part, shown)
                digest = shown.digest
        except SlackRefusedError as error:
            self._ledger.refused(conversation_id, name, part)
            if error.code in _GONE and thread.ts is not None:
                raise ThreadLostError from error
            raise
        if digest != shown.digest:
            await self._update(thread, name, ts, shown)
        self._ledger.posted(conversation_id, name, part, ts, shown.digest)
        return ts

    async def _post(self, thread: Thread, name: str, part: int, shown: Shown) -> str:
        made = first_post(shown)
        payload = self._payload(thread.code, name, part)
        where = None if name == CARD else thread.ts

        async def post(blocks: Sequence[dict[str, object]]) -> str:
            return await self._slack.post(
                thread.channel, made.text, blocks, payload, where, made.broadcast
            )

        try:
            return await post(made.blocks)
        except SlackRefusedError as error:
            if error.code not in _UNREADABLE:
                raise
            logger.error("Slack refused the blocks of %s in thread %s", name, thread.code)
            return await post([])

    async def _update(self, thread: Thread, name: str, ts: str, shown: Shown) -> None:
        try:
            await self._slack.update(thread.channel, ts, shown.text, shown.blocks)
        except SlackRefusedError as error:
            if error.code not in _GONE | _FIXED:
                raise
            if name == CARD and error.code in _GONE:
                raise ThreadLostError from error
            # Somebody took this one post down: it shall not come back.

    async def _find(
        self, payload: dict[str, object], since: float, channel: str, where: str | None
    ) -> str | None:
        return await self._slack.find(channel, payload, since - CLOCK_DIFFERENCE, where)

    async def _mark(self, view: View) -> None:
        """Put on what the staff wrote whether it arrived."""
        deliveries = {one.id: one.delivery for one in view.case.messages}
        fates = {event.key: deliveries.get(event.message_id or 0) for event in view.happened}
        names: dict[str, str] = texts()["marks"]
        for one in self._ledger.written(view.case.conversation_id):
            wanted = one.kind
            if one.kind == SAID:
                wanted = fates.get(message_key(self._slack.team, one.channel, one.ts)) or "pending"
            if wanted == one.mark:
                continue
            self._ledger.take(view.case.conversation_id)
            before = (one.mark or "").removeprefix(MAYBE)
            try:
                if before and before != wanted:
                    await self._slack.unreact(one.channel, one.ts, names[before])
                # What is tried may be there though nobody says so.
                self._ledger.mark(one.channel, one.ts, MAYBE + wanted)
                await self._slack.react(one.channel, one.ts, names[wanted])
            except SlackRefusedError as error:
                if error.code not in _NO_MARK:
                    raise
            self._ledger.mark(one.channel, one.ts, wanted)

    @staticmethod
    def _payload(code: str, name: str, part: int) -> dict[str, object]:
        return {"case": code, "item": name, "part": part}
