"""Records shown earlier in a conversation: 「そのデスク」「さっきの制度」, the two told of last."""

from __future__ import annotations

from collections.abc import Sequence

from actions.turn import Clause, Turn
from knowledge.schema import Kind, Record

#: So many answers back 「いつから」 may mean.
_BACK = 2


def holds(record: Record, attributes: Sequence[str]) -> bool:
    """True for a record with a fact of one of some attributes."""
    return any(record.facts_about(attribute) for attribute in attributes)


def shown_of_the_kind(clause: Clause, turn: Turn) -> list[Record]:
    """Returns what was shown last of the kind that 「そのデスク」 names; nothing for 「そこ」.

    After a question about one of them the others of a plan can still be meant.
    """
    store = turn.knowledge.store
    planned = turn.tracker.get_slot("plan") or ()
    shown = [store.record(one) for one in (*turn.focus, *planned) if store.has_record(one)]
    shown = list({one.id: one for one in shown}.values())
    words = [one.get("text") or "" for one in clause.entities if one["entity"] == "reference"]
    kinds = {
        value.id
        for value in store.slot_values("kind")
        if any(name in word for name in (value.label, *value.aliases) for word in words)
    }
    abroad = set()
    if Kind.DESK.value in kinds and planned:
        # Where to ask abroad, a plan also names bodies that are no desks by kind.
        abroad = {one.record_id for one in turn.knowledge.guide.recommend(turn.profile).desks}
    found = [one for one in shown if one.kind.value in kinds or one.id in abroad]
    return found or _shown_before(kinds, turn)


def _shown_before(kinds: set[str], turn: Turn) -> list[Record]:
    """Returns the records of some kinds that were shown last, before others (「さっきの制度」)."""
    store = turn.knowledge.store
    for event in reversed(turn.tracker.events) if kinds else ():
        if event["event"] != "slot" or event.get("name") != "focus":
            continue
        shown = [store.record(one) for one in event.get("value") or () if store.has_record(one)]
        found = [one for one in shown if one.kind.value in kinds]
        if found:
            return found
    return []


def shown_alike(turn: Turn, most: int) -> list[Record]:
    """Returns the records of one kind that were shown last, in the order they were shown.

    Args:
        turn: The turn that goes on from them.
        most: So many of them at most, the latest ones.
    """
    store = turn.knowledge.store
    found: list[Record] = []
    earlier = (
        event.get("value") or ()
        for event in reversed(turn.tracker.events)
        if event["event"] == "slot" and event.get("name") == "focus"
    )
    for focus in (turn.focus, *earlier):
        shown = [store.record(one) for one in focus if store.has_record(one)]
        alike = [one for one in shown if one.kind is (found or shown)[0].kind]
        found = [*(one for one in alike if one not in found), *found]
        if len(found) >= most:
            break
    return found[-most:]


def had_earlier(attributes: Sequence[str], turn: Turn) -> list[Record]:
    """Returns what was told of just before what was shown last, where that has the property.

    「いつから」 after a desk and then its country goes back to the desk.
    """
    told = _told_one_by_one(turn)
    late = told[: _BACK + 1]
    found = [one for one in late if holds(one, attributes)]
    return (found or [one for one in late if _is_one_to_have(one, attributes, turn)])[:1]


def _told_one_by_one(turn: Turn) -> list[Record]:
    """Returns the first record of each answer, the latest first."""
    store = turn.knowledge.store
    told = (
        (event.get("value") or ("",))[0]
        for event in reversed(turn.tracker.events)
        if event["event"] == "slot" and event.get("name") == "focus"
    )
    return [store.record(one) for one in dict.fromkeys(told) if store.has_record(one)]


def _is_one_to_have(record: Record, attributes: Sequence[str], turn: Turn) -> bool:
    """True for a body or a scheme that is of a kind declared to have a property."""
    declared = turn.knowledge.store.attribute
    return record.kind is not Kind.COUNTRY and any(
        record.kind in declared(one).kinds for one in attributes
    )
