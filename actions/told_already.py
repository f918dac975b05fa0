"""「石川県って言ったよね？」 「ヨーロッパ」: what was told already, and parts of the world."""

from __future__ import annotations

from actions.acknowledgement import said_again
from actions.answering import answers_first
from actions.patterns import pattern
from actions.phrases import phrase
from actions.turn import Clause, Turn
from answers import Answer, Point

#: Entities beside which the name of a part of the world is no destination.
_NAMES = ("country", "record", "topic", "attribute")


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


def part_of_the_world(clause: Clause, turn: Turn) -> str | None:
    """Returns the part of the world a company names where a country is asked (「ヨーロッパ」).

    Args:
        clause: What was said.
        turn: The turn it belongs to.
    """
    found = pattern("part_of_the_world").search(clause.text)
    if not found or turn.profile.country or any(clause.values(one) for one in _NAMES):
        return None
    return found.group(0)


def asks_for_the_country(clause: Clause, turn: Turn) -> Answer | None:
    """Takes a part of the world up, and says that the country may be left open."""
    region = part_of_the_world(clause, turn)
    if region is None or not turn.in_consultation:
        return None
    return Answer(kind="message", lead=Point(text=phrase("part_of_the_world", region=region)))
