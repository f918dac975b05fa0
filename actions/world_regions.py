"""「ヨーロッパ」「東南アジアのどこか」: a part of the world told instead of a country."""

from __future__ import annotations

import re

from actions.patterns import pattern
from actions.turn import Clause, asks

#: Intents of a statement, or of words too few to tell.
_TOLD = frozenset({"inform", "correct", "start_consultation", "nlu_fallback", "chitchat", "skip"})
#: So many characters beside the name tell nothing else (「アフリカです」).
_HARDLY_MORE = 3
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
    if not found or asks(_MUSING.sub("", clause.text)):
        return None
    region = found.group(0)
    if len(clause.text) <= len(region) + _HARDLY_MORE:
        return region
    told = clause.intent in _TOLD and not any(clause.values(one) for one in _NAMES)
    return region if told else None
