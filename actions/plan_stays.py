"""「社長です」 after a plan: what is told changes nothing in it, so it is not shown again."""

from __future__ import annotations

from collections.abc import Sequence

from actions.acknowledgement import replacements
from actions.phrases import phrase
from actions.profile_slots import label_of
from actions.rendering import choice
from actions.turn import CHOICE, Turn, changes_of
from answers import Answer, Point

#: What a company tells of itself.
_TELLING = frozenset({"inform", "correct", "greet", "thank", "affirm", "deny", "nlu_fallback"})
#: Conditions whose change the whole plan answers.
_READ_ANEW = frozenset({"country", "purpose", "stage", "prefecture"})


def stays(records: Sequence[str], turn: Turn) -> bool:
    """True where a company tells something after the plan that changes nothing worth reading.

    Whoever asks for the plan, fills in the sheet, or names another country, purpose, stage or
    prefecture, wants it whole, even if it is the same.

    Args:
        records: Ids of all the plan recommends now.
        turn: The turn that told something.
    """
    if list(turn.tracker.get_slot("plan") or ()) != list(records):
        return False
    if str((turn.tracker.latest_message or {}).get("text") or "").startswith(CHOICE):
        return False
    told = set(changes_of(turn.tracker) or ())
    intents = {one.intent for one in turn.clauses}
    return not told & _READ_ANEW and intents <= _TELLING


def plan_stays(records: Sequence[str], turn: Turn) -> Answer:
    """Says that the plan shown before holds, naming where it leads.

    Args:
        records: Ids of all it recommends.
        turn: The turn that told something.
    """
    store, wording = turn.knowledge.store, turn.wording
    told = [
        label_of(store, slot, value)
        for slot in changes_of(turn.tracker) or ()
        if (value := getattr(turn.profile, slot))
    ]
    noted = replacements(turn) or (
        wording.text("utter_understood", profile="・".join(told))
        if told
        else wording.text("utter_noted")
    )
    plan = turn.knowledge.guide.recommend(turn.profile)
    named = [one.record_id for one in (*plan.hubs, *plan.schemes, *plan.desks)] or records
    names = "".join(f"「{store.record(one).short_name}」" for one in named)
    return Answer(
        kind="list",
        lead=Point(text=noted.strip() + phrase("plan_stays", names=names)),
        choices=(
            choice(wording.label("utter_plan_closing", 0), "show_sheet"),
            choice(wording.label("utter_plan_closing", 1), "change_conditions"),
            choice(wording.label("utter_plan_closing", 3), "request_human"),
        ),
        data={"records": list(records)},
    )
