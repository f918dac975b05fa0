"""「ヨーロッパ」「東南アジアのどこか」: a part of the world told instead of a country."""

from __future__ import annotations

import re

from actions.patterns import pattern
from actions.turn import Clause, asks

#: Intents of a statement, or of words too few to tell.
_TOLD = frozenset({"inform", "correct", "start_consultation", "nlu_fallback", "chitchat", "skip"})
#: Makes no question of what is only thought aloud (「東南アジアがいいかな」).
_MUSING = re.compile(r"(?:かな|かしら|かなあ|かなぁ)[。…\s]*$")
#: Entities beside which the name of a part of the world is no destination.
_NAMES = ("country", "record", "topic", "attribute")


def world_region(clause: Clause) -> str | None:
    """Returns the part of the world a company names as where it wants to go.

    Args:
        clause: What was said.

    Returns:
        Its name as typed; None in a question, or where something else is named.
    """
    found = pattern("part_of_the_world").search(clause.text)
    told = clause.intent in _TOLD and not asks(_MUSING.sub("", clause.text))
    if not found or not told or any(clause.values(one) for one in _NAMES):
        return None
    return found.group(0)
