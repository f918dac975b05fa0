"""What the pages show, made from what the desk knows: words instead of codes, times as read."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any

from conversations.log import REWRITTEN, TAKEN_BACK
from desk.accounts import Account
from desk.model import HUMAN, QUEUED, Case, CaseMessage, Note, Waiting
from desk.pages.view_models import Card, CaseView, Group, Item, Revision
from desk.pages.wording import texts, wording
from desk.posting import EDITABLE, STAFF, WEB
from desk.taking_back import DELIVERED, SENDING

#: A bot's message longer than this is folded: plans would push the talk out of sight.
LONGEST_OPEN = 280
LEAD = 60


class Views:
    """Makes views.

    Args:
        clock: The time, seconds since the epoch.
        zone: Time zone of the support centre.
    """

    def __init__(self, clock: Callable[[], float], zone: tzinfo) -> None:
        self._clock = clock
        self._zone = zone

    def groups(
        self,
        me: Account,
        waiting: Iterable[Waiting],
        in_hand: Iterable[Waiting],
        contacts: Iterable[Waiting],
    ) -> list[Group]:
        """Return the list of all open cases, by what they need."""
        held = [(one.owner == me.staff_id, self.card(one)) for one in in_hand]
        cards = {
            "waiting": [self.card(one) for one in waiting],
            "mine": [card for mine, card in held if mine],
            "contacts": [self.card(one, callback=True) for one in contacts],
            "others": [card for mine, card in held if not mine],
        }
        return [Group(id=name, **texts()["groups"][name], cards=cards[name]) for name in cards]

    def card(self, one: Waiting, callback: bool = False) -> Card:
        """Return one line of the list."""
        state = texts()["callback"] if callback else _state(one.state)
        waited = self._waited(one.since)
        if one.position:
            waited = f"{wording_position(one.position)}・{waited}"
        return Card(
            address=address_of(one.conversation_id),
            title=title_of(one.profile),
            label=state["label"],
            tone=state["tone"],
            channel=_channel(one.channel),
            reason=_reason(one.reason),
            waited=waited,
            wish=one.wish,
            contact=one.contact,
            owner=one.owner_name,
            receipt=one.receipt,
            version=one.version,
            late=one.late,
            claimable=one.state != HUMAN,
            callback=callback,
        )

    def case(self, case: Case, me: Account, staff: Iterable[Account], callback: bool) -> CaseView:
        """Return the frame around a conversation.

        Args:
            case: The case.
            me: Who looks.
            staff: All accounts.
            callback: Whether its request to be called back is open.
        """
        mine = case.state == HUMAN and case.owner == me.staff_id
        profile = dict(case.sheet.get("fields") or {})
        state = _state(case.state)
        return CaseView(
            id=case.conversation_id,
            address=address_of(case.conversation_id),
            title=title_of(profile),
            label=state["label"],
            tone=state["tone"],
            channel=_channel(case.channel),
            receipt=case.receipt,
            owner=case.owner_name,
            version=case.version,
            late=case.late,
            reason=_reason(case.reason),
            wish=case.wish,
            contact=case.contact,
            outcome=texts()["outcomes"].get(case.outcome) if case.outcome else None,
            redacted=case.redacted,
            profile=[
                (label, str(value))
                for label, value in sorted(profile.items(), key=lambda one: _untold(one[1]))
                if value
            ],
            plan=case.plan,
            claimable=case.state == QUEUED or (callback and case.state != HUMAN),
            mine=mine,
            may_override=case.state == HUMAN and not mine and me.administers,
            may_reply=mine,
            hint=_hint(case, mine, callback),
            callback=callback,
            colleagues=[
                one for one in staff if one.disabled_at is None and one.staff_id != case.owner
            ],
        )

    def items(self, case: Case, me: Account) -> list[Item]:
        """Return messages and notes in the order of time, as somebody at the desk sees them."""
        items = [
            replace(self._message(one, case.channel), revision=_revision(one, case, me))
            for one in case.messages
        ]
        # What was said later stands below, also when the clock was set back meanwhile.
        for before, one in pairwise(range(len(items))):
            items[one] = replace(items[one], at=max(items[before].at, items[one].at))
        items += [self._note(one) for one in case.notes]
        return [_hashed(one) for one in sorted(items, key=lambda one: one.at)]

    def _message(self, one: CaseMessage, channel: str) -> Item:
        by = texts()["authors"][one.author]
        if one.author == "staff" and one.staff_name:
            by = wording_name("staff_by", one.staff_name)
        lead = None
        if one.author == "bot" and len(one.text) > LONGEST_OPEN:
            lead = one.text.strip().split("\n")[0][:LEAD] + "…"
        mark = delivery = None
        # What the bot said is the bot's affair, unless it got lost.
        if one.delivery and (one.author == "staff" or one.delivery == "failed"):
            delivery, marks = one.delivery, texts()["deliveries"]
            mark = marks.get(f"{delivery}_{channel}") or marks[delivery]
            if one.failure:
                mark = f"{mark}: {one.failure}"
        kind = one.author
        custom = (one.body or {}).get("custom") or {}
        if custom.get(TAKEN_BACK):
            # The text says what became of it.
            kind, delivery, mark = f"{kind} taken-back", None, None
        elif custom.get(REWRITTEN):
            mark = "・".join(filter(None, (mark, texts()["edited"])))
        elif one.taken_back in (SENDING, DELIVERED):
            mark = "・".join(filter(None, (mark, texts()["too_late"])))
        item = self._item(f"m{one.id}", kind, by, one.text, one.at, lead, delivery, mark)
        return replace(item, former=one.former)

    def _note(self, one: Note) -> Item:
        by = wording_name("note_by", one.staff_name)
        return self._item(f"n{one.id}", "note", by, one.text, one.at)

    def _item(
        self,
        key: str,
        kind: str,
        by: str,
        text: str,
        at: float,
        lead: str | None = None,
        delivery: str | None = None,
        mark: str | None = None,
    ) -> Item:
        moment = datetime.fromtimestamp(at, self._zone)
        same_day = moment.date() == datetime.fromtimestamp(self._clock(), self._zone).date()
        shown = moment.strftime(texts()["times"]["today" if same_day else "day"])
        iso = moment.isoformat(timespec="seconds")
        return Item(key, kind, by, text, at, iso, shown, lead, delivery, mark)

    def _waited(self, since: float) -> str:
        minutes = max(0, int((self._clock() - since) // 60))
        if minutes < 1:
            return wording("waits", "now")
        if minutes < 60:
            return wording("waits", "minutes", number=minutes)
        if minutes < 48 * 60:
            return wording("waits", "hours", number=minutes // 60)
        return wording("waits", "days", number=minutes // (24 * 60))


def address_of(conversation_id: str) -> str:
    """Return the address of a case's page.

    The id goes in as base64url: ids of channels have slashes and colons, which proxies rewrite.
    """
    coded = base64.urlsafe_b64encode(conversation_id.encode()).rstrip(b"=").decode()
    return f"/desk/cases/{coded}"


def conversation_of(coded: str) -> str | None:
    """Return the conversation an address names; None when it names none."""
    try:
        return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except ValueError:
        return None


def wording_position(position: int) -> str:
    """Return a place in the queue."""
    text: str = texts()["position"]
    return text.format(number=position)


def wording_name(key: str, name: str) -> str:
    """Return who wrote something."""
    text: str = texts()[key]
    return text.format(name=name)


def _hashed(item: Item) -> Item:
    # The text of the time changes at midnight without anything having happened.
    shown = repr(replace(item, time=""))
    return replace(item, hash=hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()[:12])


def title_of(profile: Mapping[str, Any]) -> str:
    """Return in one line who the company is, from the fields of its sheet."""
    # In brackets stands what the company has not said.
    values = [str(value) for value in profile.values() if value and not _untold(value)]
    title: str = "・".join(values[:4]) or texts()["untitled"]
    return title


def _revision(one: CaseMessage, case: Case, me: Account) -> Revision | None:
    """Return what somebody may do about a message; None for nothing."""
    if one.author != STAFF or not one.staff_id or one.taken_back or one.delivery == "failed":
        return None
    own, hides = one.staff_id == me.staff_id, case.channel == WEB
    # Masked at the desk, nobody shall send on what stands there.
    holds = case.state == HUMAN and case.owner == me.staff_id and not case.redacted
    take_back = (own or me.administers) and (hides or one.delivery == "pending")
    if not take_back and not (own and holds):
        return None
    in_place = case.channel in EDITABLE
    return Revision(one.id, _channel(case.channel), in_place, hides, own and holds, take_back)


def _untold(value: Any) -> bool:
    return str(value).startswith("（")


def _state(state: str) -> dict[str, str]:
    states: dict[str, dict[str, str]] = texts()["states"]
    return states[state]


def _channel(channel: str) -> str:
    name: str = texts()["channels"].get(channel, channel)
    return name


def _reason(reason: str) -> str:
    reasons: dict[str, str] = texts()["reasons"]
    return reasons.get(reason) or reasons["other"]


def _hint(case: Case, mine: bool, callback: bool) -> str:
    if mine:
        return wording("hints", "mine")
    if case.state == HUMAN:
        return wording("hints", "other", name=case.owner_name or "")
    return wording("hints", "claim" if case.state == QUEUED or callback else "over")
