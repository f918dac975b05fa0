"""Which of the ranked facts are told: fairly among subjects, lists whole, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.fact_ranking import RankedFact
from knowledge.schema import Record

MOST_FACTS = 8
_FIGURE = re.compile(r"\d[\d,./]*[^\d\s、。（）]?")


def shared_out(
    ranked: Sequence[RankedFact], subjects: Sequence[Record], most: int
) -> list[RankedFact]:
    """Takes the best facts, as many of each of several subjects."""
    if len(subjects) == 1:
        return with_siblings(ranked[:most], ranked)
    each = max(1, most // len(subjects))
    return [
        one
        for subject in subjects
        for one in [fact for fact in ranked if fact.record.id == subject.id][:each]
    ]


def with_siblings(best: Sequence[RankedFact], ranked: Sequence[RankedFact]) -> list[RankedFact]:
    """Adds the other facts of the best one's attribute: the rest of its list, in order."""
    first = best[0]
    family = [
        one
        for one in ranked
        if one.record.id == first.record.id and one.fact.attribute == first.fact.attribute
    ]
    if len(family) < 2:
        return list(best)
    order = {fact.text: place for place, fact in enumerate(first.record.facts)}
    family.sort(key=lambda one: (one is not first, order.get(one.fact.text, 0)))
    rest = [one for one in best if one not in family]
    return (family + rest)[:MOST_FACTS]


def without_parts(facts: Sequence[RankedFact]) -> list[RankedFact]:
    """Leaves out facts all of whose figures another one of the same attribute tells too."""

    def figures(one: RankedFact) -> set[str]:
        return set(_FIGURE.findall(one.fact.text))

    return [
        one
        for one in facts
        if one.fact.value is None
        or not any(
            figures(one) < figures(other)
            and (one.record.id, one.fact.attribute) == (other.record.id, other.fact.attribute)
            for other in facts
        )
    ]
