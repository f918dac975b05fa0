"""What stands in a conversation's thread, in order: derived from the store alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo

from conversations import rows
from conversations.log import REWRITTEN, TAKEN_BACK
from desk.model import CaseMessage
from desk.pages.wording import texts as page_words
from desk.slack.blocks import MESSAGE_TEXT, SECTION_TEXT, call, context, cut, pieces, sections
from desk.slack.card import Shown, clock_time
from desk.slack.reading import SLACK_KEY, Happened, View
from desk.slack.wording import wording

BEFORE = 10
"""So many messages from before are told in the beginning."""
_BEFORE_TEXT = 400
_SILENT = frozenset({"opened", "customer", "said", "offer", "corrected", "unread"})
"""Events that are no line of their own."""


@dataclass(frozen=True)
class Item:
    """Something that stands in the thread.

    Attributes:
        name: What it is: `m12` (message), `e7` (event), `s` (sheet), `p` (plan), `b` (before).
        at: When it was.
        posts: What it looks like; long things take several.
    """

    name: str
    at: float
    posts: tuple[Shown, ...]


class ThreadWriter:
    """Writes threads.

    Args:
        zone: Time zone of the support centre.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def items(self, view: View, begun_at: float, now: float, caller: str | None) -> list[Item]:
        """Return everything that stands in the thread, oldest first.

        Args:
            view: The case.
            begun_at: What was before is told in one piece.
            now: The time now.
            caller: Slack user id of who has the conversation, where it is somebody in Slack.
        """
        later = [*self._messages(view, begun_at, now), *self._events(view, begun_at, caller)]
        later.sort(key=lambda item: (item.at, item.name[0] != "m", int(item.name[1:])))
        return [*self._beginning(view, begun_at), *later]

    def _beginning(self, view: View, begun_at: float) -> Iterator[Item]:
        sheet = str(view.case.sheet.get("text") or "").strip()
        if sheet:
            yield Item("s", begun_at, _posts(wording("thread", "sheet", sheet=sheet)))
        plan = (view.case.plan or "").strip()
        if plan:
            yield Item("p", begun_at, _posts(wording("thread", "plan", plan=plan)))
        before = [one for one in view.case.messages if one.at < begun_at][-BEFORE:]
        lines = "\n".join(
            wording("thread", "line", who=_who(one), text=cut(one.text, _BEFORE_TEXT))
            for one in before
        )
        lines = lines or wording("thread", "nothing_before")
        yield Item("b", begun_at, _posts(wording("thread", "before", lines=lines)))

    # --- messages ----------------------------------------------------------------------

    def _messages(self, view: View, begun_at: float, now: float) -> Iterator[Item]:
        written_here = {
            event.message_id
            for event in view.happened
            if event.kind == "said" and _in_slack(event) and ":edit:" not in str(event.key)
        }
        for one in view.case.messages:
            failed = one.author != "customer" and one.delivery == rows.FAILED
            if one.id in written_here:
                if failed:
                    reason = wording("thread", "failed", reason=one.failure or "")
                    yield Item(f"f{one.id}", one.at, _posts(one.text, reason))
                continue
            from_desk = ((one.body or {}).get("custom") or {}).get("desk")
            if from_desk and not one.staff_id:
                # The lines of the events say it already, unless it got lost.
                shown = failed and one.at >= begun_at
            else:
                shown = one.at >= begun_at and bool(
                    one.staff_id or failed or view.concerns_staff(one)
                )
            if shown:
                yield Item(f"m{one.id}", one.at, _posts(one.text, self._by(one, view, now)))

    def _by(self, one: CaseMessage, view: View, now: float) -> str:
        # Without the day: a line is not written anew because midnight passed.
        at = clock_time(one.at, one.at, self._zone)
        mark = ""
        if one.delivery and (one.author == "staff" or one.delivery == rows.FAILED):
            marks = page_words()["deliveries"]
            mark = marks.get(f"{one.delivery}_{view.case.channel}") or marks[one.delivery]
            mark = f"{mark}: {one.failure}" if one.failure else mark
        if ((one.body or {}).get("custom") or {}).get(REWRITTEN):
            mark = "・".join(filter(None, (mark, page_words()["edited"])))
        if mark:
            return wording("thread", "by_mark", who=_who(one), at=at, mark=mark)
        return wording("thread", "by", who=_who(one), at=at)

    # --- events ------------------------------------------------------------------------

    def _events(self, view: View, begun_at: float, caller: str | None) -> Iterator[Item]:
        called = [one.id for one in view.happened if one.kind in ("claimed", "reassigned", "late")]
        notes = {note.id: note for note in view.case.notes}
        for event in view.happened:
            if event.at < begun_at or event.kind in _SILENT:
                continue
            if event.at == begun_at and event.kind in ("queued", "contact"):
                # The card says it.
                continue
            if event.kind == "note":
                note = notes.get(event.id)
                if note is not None and not _in_slack(event):
                    head = wording("thread", "note", name=note.staff_name)
                    yield Item(f"e{event.id}", event.at, _posts(note.text, head))
                continue
            line = _line(event, view)
            if line is None:
                continue
            (shown,) = _posts(line)
            back = event.kind == "queued" or (event.kind == "reassigned" and not event.detail)
            if called and event.id == called[-1]:
                shown = replace(shown, call=caller)
            broadcast = back or event.kind == "late"
            yield Item(f"e{event.id}", event.at, (replace(shown, broadcast=broadcast),))


def first_post(shown: Shown) -> Shown:
    """Return a post as it is made first: it calls who shall know of it."""
    if shown.call is None:
        return shown
    return replace(shown, blocks=[*shown.blocks, call(shown.call)])


def _line(event: Happened, view: View) -> str | None:
    name, kind = event.staff_name or "", event.kind
    if kind == TAKEN_BACK:
        return _taken_back(event, view)
    if kind == REWRITTEN:
        return _rewritten(event, view)
    if kind == "reassigned" and not event.detail:
        kind = "requeued"
    elif kind == "redacted" and event.detail:
        kind = "revealed"
    elif kind == "closed" and not event.staff_name:
        kind = "closed_by_silence"
    elif kind == "contact":
        given = view.case.contact is not None
        kind = "contact_unclaimed" if event.detail == "unclaimed" else kind
        kind = "contact_given" if event.detail is None and given else kind
    elif kind in ("given_back", "outcome") and event.detail:
        kind = f"{kind}_{event.detail}"
    try:
        return wording("events", kind, name=name, to=event.detail or "")
    except KeyError:
        # Something newer than this desk; its pages may know it.
        return None


def _taken_back(event: Happened, view: View) -> str:
    detail = event.detail or "delivered"
    message = next((one for one in view.case.messages if one.id == event.message_id), None)
    if detail == "cancelled" and message is not None and message.delivery == rows.DELIVERED:
        # It was on its way already.
        detail = "delivered"
    return wording("events", f"taken_back_{detail}", name=event.staff_name or "")


def _rewritten(event: Happened, view: View) -> str:
    message = next((one for one in view.case.messages if one.id == event.message_id), None)
    if message is None or message.taken_back:
        # The line of the taking back says what stands there now.
        return wording("events", "rewritten_before", name=event.staff_name or "")
    text = cut(message.text, _BEFORE_TEXT)
    return wording("events", REWRITTEN, name=event.staff_name or "", text=text)


def _in_slack(event: Happened) -> bool:
    return (event.key or "").startswith(SLACK_KEY)


def _who(one: CaseMessage) -> str:
    author: str = page_words()["authors"][one.author]
    if one.author == "staff" and one.staff_name:
        author = page_words()["staff_by"].format(name=one.staff_name)
    return author


def _posts(text: str, head: str | None = None) -> tuple[Shown, ...]:
    """Return as many posts as a text needs."""
    room = MESSAGE_TEXT - SECTION_TEXT
    return tuple(
        Shown(
            cut(f"{head} {piece}" if head else piece, SECTION_TEXT),
            [*([context(head)] if head else []), *sections(piece)],
        )
        for piece in pieces(text.strip() or "…", room)
    )
