"""Numbers a question asks for that the material does not tell: how many, and of which round."""

from __future__ import annotations

import re
import unicodedata

from actions.certainty import CLEARLY_INSIDE
from actions.fact_ranking import Ranking
from actions.near_misses import not_told
from actions.patterns import pattern
from actions.rendering import fact_point
from actions.turn import Clause, Turn
from actions.unasked_figures import MOSTLY_OUTSIDE
from answers import Answer
from knowledge.schema import Record

#: A meeting by its number.
_NUMBERED = re.compile("第([0-9０-９一二三四五六七八九十]+)回")
_FROM_KANJI = str.maketrans("一二三四五六七八九", "123456789")
#: Properties told by a list, whose length answers how many there are.
_LISTS = frozenset(
    {"agreements", "applicants", "approach", "desks", "examples", "heading", "members", "operator"}
    | {"partners", "schemes"}
)


def counts_something_else(clause: Clause, ranking: Ranking) -> bool:
    """True where a number is asked that the fitting fact, unsure as it is, does not tell."""
    best = ranking.facts[0].fact
    told = any(map(str.isdigit, best.text)) or pattern("counted").search(best.text)
    if told or not pattern("number").search(clause.text):
        return False
    things = bool(pattern("counted_things").search(clause.text)) and best.attribute not in _LISTS
    return things or (clause.outside >= MOSTLY_OUTSIDE and ranking.confidence < CLEARLY_INSIDE)


def later_than_told(clause: Clause, turn: Turn) -> str | None:
    """The meeting or round a question numbers, where the material has none of that number."""
    numbered = _NUMBERED.search(clause.text)
    if numbered is None:
        return None
    facts = [one.text for record in turn.knowledge.store.records() for one in record.facts]
    number = unicodedata.normalize("NFKC", numbered[1]).translate(_FROM_KANJI)
    return None if any(f"第{number}回" in one for one in facts) else f"第{number}回"


def beyond_the_last(record: Record, further: str, clause: Clause, turn: Turn) -> Answer:
    """Says that of a further meeting nothing is told, and what is told of the time after."""
    store = turn.knowledge.store
    answer = not_told((), record, clause, turn, further)
    after = sorted(
        (one for one in record.facts if "以降" in one.text), key=lambda one: len(one.text)
    )
    return answer.copy(update={"points": tuple(fact_point(store, one) for one in after[:1])})
