"""「石川県って言ったよね？」: what was told already."""

from __future__ import annotations

from actions.acknowledgement import said_again
from actions.answering import answers_first
from actions.patterns import pattern
from actions.turn import Clause, Turn
from answers import Answer, Point


@answers_first
def told_already(clause: Clause, turn: Turn) -> Answer | None:
    """Says back what somebody insists to have told, instead of looking it up.

    Args:
        clause: 「石川県って言ったよね？」
        turn: The turn it belongs to.

    Returns:
        The value and that it is known; None for anything else.
    """
    if not pattern("told_before").search(clause.text):
        return None
    known = said_again(turn)
    return Answer(kind="message", lead=Point(text=known)) if known else None
