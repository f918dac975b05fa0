"""Whether a question asks for another time than a figure holds for."""

from __future__ import annotations

import re

from actions.turn import Clause
from knowledge.mentions import years
from knowledge.schema import Fact

_NOW = re.compile(
    r"今年|来年|去年|昨年|最新|直近|足元|現時点|いま現在|現在の|今現在|今の|いまの|最近の|この頃の"
)


#: Asks what will become of something.
_FUTURE = re.compile(
    r"[0-9０-９一二三四五六七八九十数]+年(?:後|先)|将来|この先|これから先|行く末|続きますか|続くと思"
)


def asks_of_the_future(text: str) -> bool:
    """True where a question asks what nobody knows yet (「十年後も伸びてますか」)."""
    return bool(_FUTURE.search(text))


def time_outside(clause: Clause, fact: Fact) -> str | None:
    """Returns the time a question names, where the figure it gets is of another time.

    Args:
        clause: The question.
        fact: The fact that answers it.

    Returns:
        The time as typed (「2024年」「最新」); None where the times agree or none is named.
    """
    if fact.value is None or fact.as_of is None:
        return None
    told = years(f"{fact.as_of} {fact.text}")
    for year in sorted(years(clause.text)):
        if not any(year[:4] == one[:4] for one in told):
            return f"{year[:4]}年"
    now = _NOW.search(clause.text)
    return now[0] if now else None
