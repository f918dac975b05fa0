"""What the staff wrote and the company did not get: said so, and what can be done with it."""

from __future__ import annotations

import json

from desk.model import HUMAN, QUEUED, DeskError, Staff
from desk.service import DeskService
from desk.slack import reading
from desk.slack.background import Background
from desk.slack.blocks import actions, button, sections
from desk.slack.heard import NOTE, SAID, message_key
from desk.slack.ledger import DeskLedger, Thread
from desk.slack.ports import Block, Workspace
from desk.slack.reading import View
from desk.slack.wording import texts, wording

CLAIM_AND_SEND = "desk-claim-and-send"
KEEP_AS_NOTE = "desk-keep-as-note"
_NOT_THEIRS = frozenset({"not_owner", "not_open"})


class KeptBack:
    """Messages that were kept from the company."""

    def __init__(
        self,
        service: DeskService,
        ledger: DeskLedger,
        workspace: Workspace,
        background: Background,
    ) -> None:
        """Create it.

        Args:
            service: The desk.
            ledger: Knows what was heard.
            workspace: Slack.
            background: Tells people.
        """
        self._service = service
        self._ledger = ledger
        self._slack = workspace
        self._background = background

    def tell(self, thread: Thread, ts: str, user: str, error: DeskError) -> None:
        """Say to who wrote it that it was not sent, why, and what can be done.

        Args:
            thread: Where it stands.
            ts: The message.
            user: Who wrote it.
            error: What kept it.
        """
        text, ways = wording("whispers", "failed", reason=error.message), []
        if error.code in _NOT_THEIRS:
            try:
                view = reading.read(self._service, thread.conversation_id)
            except DeskError:
                text = wording("whispers", "gone")
            else:
                text, ways = _whose(view), _ways_out(view, thread.code, ts)
        blocks = [*sections(text), *actions(ways)] if ways else []
        self._background.whisper(thread.channel, user, text, blocks, thread.ts)

    async def send(self, thread: Thread, ts: str, staff: Staff, claim: bool) -> None:
        """Send what was kept back, or keep it as a note.

        Args:
            thread: Where it stands.
            ts: The message.
            staff: Who wants so.
            claim: Whether the conversation is claimed for it; else it becomes a note.

        Raises:
            DeskError: It cannot be done.
        """
        found = await self._slack.replies(thread.channel, str(thread.ts), _just_before(ts))
        event = next((one for one in found if one.get("ts") == ts), None)
        if event is None:
            raise DeskError("unknown", wording("whispers", "gone"))
        text = self._slack.plain(str(event.get("text") or ""))
        key = message_key(self._slack.team, thread.channel, ts)
        if claim:
            self._service.claim(thread.conversation_id, staff)
            self._service.say(thread.conversation_id, staff, text, key)
        else:
            self._service.note(thread.conversation_id, staff, text, key)
        self._ledger.hear(thread.channel, ts, thread.conversation_id, SAID if claim else NOTE)
        self._background.changed(thread.conversation_id)


def _whose(view: View) -> str:
    if view.case.state == HUMAN:
        return wording("whispers", "other", name=view.case.owner_name or "")
    return wording("whispers", "free" if view.open else "over")


def _ways_out(view: View, code: str, ts: str) -> list[Block]:
    value, labels = json.dumps({"case": code, "ts": ts}), texts()["buttons"]
    note = button(KEEP_AS_NOTE, labels["keep_as_note"], value)
    if view.case.state == QUEUED or (view.callback and view.reachable):
        claim = button(CLAIM_AND_SEND, labels["claim_and_send"], value, "primary")
        return [claim, note]
    return [note]


def _just_before(ts: str) -> str:
    seconds, _, fraction = ts.partition(".")
    earlier = int(seconds) * 1_000_000 + int((fraction + "000000")[:6]) - 1
    return f"{earlier // 1_000_000}.{earlier % 1_000_000:06d}"
