"""「で、まずどこに電話すればいい？」 after a plan: the one place to turn to first."""

from __future__ import annotations

from actions.answering import answers_first
from actions.patterns import pattern
from actions.phrases import phrase
from actions.recommendations import recommendation_cards
from actions.rendering import choice
from actions.turn import Clause, Turn, changes_of
from answers import Answer, Point

#: Entities of 「まずどこに電話」 that name nothing else.
_SAYS_NOTHING = frozenset({"attribute", "kind"})
#: Intents whose answer lists all that fits.
_LISTED = frozenset({"find_hub", "find_scheme", "find_desk", "list_records"})


@answers_first
def first_step(clause: Clause, turn: Turn) -> Answer | None:
    """Names the first place of the plan that was shown, instead of the whole plan again.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        The place with its reason, and that the material has no telephone number of it; None
        where no plan was shown, something was changed, or another thing is asked.
    """
    if changes_of(turn.tracker) or not _asks_for_it(clause.text):
        return None
    if not turn.tracker.get_slot("plan") and not _may_be_told_early(clause, turn):
        return None
    if any(one["entity"] not in _SAYS_NOTHING for one in clause.entities):
        return None
    plan = turn.knowledge.guide.recommend(turn.profile)
    first = (*plan.hubs, *plan.national)[0]
    store, wording = turn.knowledge.store, turn.wording
    record = store.record(first.record_id)
    reached = record.facts_about("contact") or record.facts_about("url")
    return Answer(
        kind="list",
        lead=Point(text=phrase("first_step", name=record.short_name)),
        cards=recommendation_cards([first], turn, wording.text("utter_group_find_hub")),
        closing=None if reached else phrase("first_step_unreached", name=record.short_name),
        choices=(
            choice(wording.label("utter_plan_closing", 0), "show_sheet"),
            choice(wording.label("utter_plan_closing", 3), "request_human"),
        ),
        data={"records": [record.id]},
    )


def _may_be_told_early(clause: Clause, turn: Turn) -> bool:
    """True for 「まず誰に電話？」 before the plan, once it is known where the company is."""
    return bool(turn.profile.prefecture) and clause.intent not in _LISTED


def _asks_for_it(text: str) -> bool:
    return bool(pattern("first_step").search(text)) and not pattern("again").search(text)
