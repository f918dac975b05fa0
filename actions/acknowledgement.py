"""Saying back what was just understood, and what was changed from what."""

from __future__ import annotations

from actions.patterns import pattern
from actions.phrases import phrase
from actions.profile_slots import ASKED_SLOTS, describe, label_of
from actions.turn import Turn, changes_of
from actions.world_regions import world_region


def slot_label(turn: Turn, slot: str) -> str:
    """Returns how a slot is named to the company."""
    return turn.wording.text(f"utter_slot_{slot}")


def replacements(turn: Turn) -> str:
    """Says which conditions the latest message replaced; empty for none."""
    before = changes_of(turn.tracker) or {}
    store = turn.knowledge.store
    return "".join(
        turn.wording.text(
            "utter_changed",
            slot=slot_label(turn, slot),
            old=label_of(store, slot, old),
            new=label_of(store, slot, getattr(turn.profile, slot)),
        )
        for slot, old in before.items()
        if old is not None and getattr(turn.profile, slot) is not None
    )


def acknowledge(turn: Turn) -> str:
    """Says what was just understood: what changed from what, or the profile so far.

    Returns:
        A line with its line break, or an empty string where nothing is new.
    """
    before = changes_of(turn.tracker)
    if before is None:
        return ""
    replaced = replacements(turn)
    if replaced:
        return replaced + "\n"
    words = describe(turn.knowledge.store, turn.profile)
    region = next(filter(None, map(world_region, turn.clauses)), None)
    if region and not turn.profile.country:
        told = [slot for slot in before if getattr(turn.profile, slot)]
        known = turn.wording.text("utter_understood", profile="・".join(words)) if told else ""
        return known + phrase("part_of_the_world", region=region) + "\n"
    beside = further_countries(turn)
    if not any(getattr(turn.profile, slot) for slot in before) or not words:
        return beside + "\n" if beside else turn.wording.text("utter_noted")
    small = phrase("move_small_is_fine") if _asks_whether_small_will_do(turn) else ""
    return small + turn.wording.text("utter_understood", profile="・".join(words)) + beside + "\n"


def _asks_whether_small_will_do(turn: Turn) -> bool:
    """True for 「うちは3人でやってるけど大丈夫？」."""
    told = "".join(clause.text for clause in turn.clauses)
    return turn.profile.applicant == "sme" and bool(pattern("is_small_all_right").search(told))


def further_countries(turn: Turn) -> str:
    """Says that further countries named in the message are not lost; empty for none."""
    named = {value for clause in turn.clauses for value in clause.values("country")}
    store = turn.knowledge.store
    others = [one for one in turn.tracker.get_slot("alternatives") or () if one in named]
    labels = [label_of(store, "country", one) for one in others if one != turn.profile.country]
    return phrase("countries_beside", countries="・".join(labels)) if labels else ""


def said_again(turn: Turn) -> str:
    """Says back what the latest message told once more; empty where it told nothing known."""
    told = {
        slot: value
        for clause in turn.clauses
        for slot in ASKED_SLOTS
        for value in clause.values(slot)
        if value == getattr(turn.profile, slot)
    }
    store = turn.knowledge.store
    labels = "・".join(label_of(store, slot, value) for slot, value in told.items())
    return phrase("said_again", values=labels) if labels else ""
