"""The card of a conversation: what it is about, how it stands, what can be done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from desk.model import HUMAN, QUEUED
from desk.pages.views import title_of
from desk.pages.wording import texts as page_words
from desk.slack.blocks import actions, button, context, cut, fields, header, sections
from desk.slack.ports import Block
from desk.slack.reading import View
from desk.slack.wording import texts, wording

CLAIM = "desk-claim"
REASSIGN = "desk-reassign"
NOTE = "desk-note"
BACK = "desk-back"
CLOSE = "desk-close"
REDACT = "desk-redact"
REVEAL = "desk-reveal"
CALLED_BACK = "desk-called-back"
OPEN = "desk-open"
_WISH = 1000
_PROFILE = 1200
_EXACT_MINUTES = 5


@dataclass(frozen=True)
class Shown:
    """One post.

    Attributes:
        text: What notifications and screen readers give, plain.
        blocks: What is seen.
        call: User who is called by it, when it is posted first.
        broadcast: Whether the whole channel sees it, when it is posted first.
    """

    text: str
    blocks: Sequence[Block]
    call: str | None = None
    broadcast: bool = False

    @property
    def digest(self) -> str:
        """What stands for what is seen."""
        seen = json.dumps([self.text, self.blocks], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:16]


def card(
    view: View,
    code: str,
    at: float,
    zone: tzinfo,
    address: Callable[[str], str | None],
) -> Shown:
    """Return the card.

    Args:
        view: The case.
        code: What stands for the conversation in Slack.
        at: The time now.
        zone: Time zone of the support centre.
        address: Returns the case's page at the built-in desk, where there is one.
    """
    case, words = view.case, page_words()
    state = words["callback"] if view.callback else words["states"][case.state]
    label, title = str(state["label"]), title_of(case.sheet.get("fields") or {})
    channel = words["channels"].get(case.channel, case.channel)
    reason = words["reasons"].get(case.reason) or words["reasons"]["other"]
    pairs = [
        (_word("state"), f"{label}（{_word('late')}）" if case.late else label),
        (_word("reason"), reason),
        (_word("channel"), channel),
        (_word("receipt"), case.receipt),
    ]
    if case.state == QUEUED or view.callback:
        pairs.append((_word("waiting"), _waiting(view, at, zone)))
    if view.open:
        pairs.append((_word("owner"), case.owner_name or _word("nobody")))
    if case.contact:
        pairs.append((_word("contact"), cut(case.contact, _PROFILE)))
    if case.outcome:
        pairs.append((_word("outcome"), words["outcomes"][case.outcome]))
    blocks: list[Block] = [header(wording("card", "title", state=label, title=title))]
    blocks += fields(pairs)
    wish = case.wish.strip()
    blocks += sections(
        wording("card", "wish", wish=cut(wish, _WISH)) if wish else wording("card", "no_wish")
    )
    profile = "\n".join(f"{name}: {value}" for name, value in _told(case.sheet.get("fields") or {}))
    if profile:
        blocks += sections(cut(profile, _PROFILE))
    blocks += actions(_buttons(view, code, address(case.conversation_id)))
    blocks.append(context(_hint(view)))
    if case.redacted:
        blocks.append(context(wording("card", "masked")))
    summary = wording("card", "summary", state=label, title=title, channel=channel, reason=reason)
    return Shown(summary, blocks)


def clock_time(at: float, now: float, zone: tzinfo) -> str:
    """Return a time as people read it."""
    moment = datetime.fromtimestamp(at, zone)
    same_day = moment.date() == datetime.fromtimestamp(now, zone).date()
    return moment.strftime(page_words()["times"]["today" if same_day else "day"])


def _waiting(view: View, at: float, zone: tzinfo) -> str:
    since = view.held.queued_at or view.began_at
    minutes = max(0, int((at - since) // 60))
    if minutes > _EXACT_MINUTES:
        # A card is not changed every minute for its own sake.
        minutes -= minutes % _EXACT_MINUTES
    waits = page_words()["waits"]
    if minutes < 1:
        waited = waits["now"]
    elif minutes < 60:
        waited = waits["minutes"].format(number=minutes)
    elif minutes < 48 * 60:
        waited = waits["hours"].format(number=minutes // 60)
    else:
        waited = waits["days"].format(number=minutes // (24 * 60))
    place = page_words()["position"].format(number=view.position) + "・" if view.position else ""
    return f"{place}{waited}（{clock_time(since, at, zone)}）"


def _buttons(view: View, code: str, address: str | None) -> list[Block]:
    case, labels = view.case, texts()["buttons"]

    def one(action: str, name: str, style: str | None = None, asks: bool = False) -> Block:
        confirm = wording("confirm", name) if asks else None
        return button(action, labels[name], code, style, confirm, wording("confirm", "cancel"))

    made: list[Block] = []
    if case.state == QUEUED or (view.callback and view.reachable):
        made.append(one(CLAIM, "claim", "primary"))
    if view.callback:
        made.append(one(CALLED_BACK, "called_back"))
    if case.state == HUMAN:
        made += [one(REASSIGN, "reassign"), one(BACK, "back")]
    made.append(one(NOTE, "note"))
    if case.state in (QUEUED, HUMAN):
        made.append(one(CLOSE, "close", "danger", asks=True))
    made.append(one(REVEAL, "reveal") if case.redacted else one(REDACT, "redact", asks=True))
    if address:
        made.append({**one(OPEN, "open"), "url": address})
    return made


def _hint(view: View) -> str:
    if view.case.state == HUMAN:
        return wording("card", "hint")
    if view.case.state == QUEUED:
        return wording("card", "hint_claim")
    return wording("card", "hint_call" if view.callback else "hint_over")


def _told(profile: dict[str, object]) -> list[tuple[str, str]]:
    # In brackets stands what the company has not said.
    return [
        (name, str(value))
        for name, value in profile.items()
        if value and not str(value).startswith("（")
    ]


def _word(key: str) -> str:
    return wording("card", key)
