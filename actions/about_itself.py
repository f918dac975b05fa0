"""「無料？」「誰が運営してるの」 with nothing shown yet: asked of this guide itself."""

from __future__ import annotations

from actions.answering import answers_first
from actions.fact_ranking import asked_attributes
from actions.follow_ups import asks_attribute_only
from actions.phrases import phrase
from actions.turn import Clause, Turn
from answers import Answer, Point

_NAMES = ("record", "country", "prefecture", "city", "kind", "topic", "reference")
#: Longest question that names nothing, in characters.
_LONGEST = 14


@answers_first
def about_itself(clause: Clause, turn: Turn) -> Answer | None:
    """Says what the guide costs and who runs it, where nothing else can be meant.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        None where something is named or was shown.
    """
    asked = set(asked_attributes(clause))
    shown = turn.focus or turn.tracker.get_slot("plan") or clause.goes_on_from
    named = any(clause.values(one) for one in _NAMES)
    if shown or named or len(clause.text) > _LONGEST or not asks_attribute_only(clause, turn):
        return None
    if asked == {"fee"}:
        return Answer(lead=Point(text=phrase("free")))
    if asked == {"operator"}:
        return Answer(lead=Point(text=turn.wording.text("utter_ask_bot")))
    return None
