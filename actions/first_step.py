"""「で、まずどこに電話すればいい？」 after a plan: the one place to turn to first."""

from __future__ import annotations

from actions.answering import answers_first
from actions.patterns import pattern
from actions.phrases import phrase
from actions.recommendations import recommendation_cards
from actions.rendering import choice
from actions.turn import Clause, Turn, changes_of
from answers import Answer, Point


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
    if not turn.tracker.get_slot("plan") or changes_of(turn.tracker):
        return None
    if clause.values("record") or clause.values("topic") or not _asks_for_it(clause.text):
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


def _asks_for_it(text: str) -> bool:
    return bool(pattern("first_step").search(text)) and not pattern("again").search(text)
