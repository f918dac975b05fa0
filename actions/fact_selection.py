"""Which of the ranked facts are told: fairly among subjects, lists whole, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from actions.fact_ranking import RankedFact
from knowledge.analysis import Analyser
from knowledge.schema import Record

MOST_FACTS = 8
#: Share of a fact's words that must be new beside the facts already told.
_NEWS = 0.2
_FIGURE = re.compile(r"\d[\d,./]*[^\d\s、。（）]?")


def shared_out(
    ranked: Sequence[RankedFact], subjects: Sequence[Record], most: int
) -> list[RankedFact]:
    """Takes the best facts, as many of each of several subjects."""
    each = max(1, most // max(1, len(subjects)))
    return [
        one
        for subject in subjects
        for one in [fact for fact in ranked if fact.record.id == subject.id][:each]
    ]


def with_siblings(first: RankedFact, ranked: Sequence[RankedFact]) -> list[RankedFact]:
    """Returns the best fact and the other facts of its attribute, in the order of the record."""
    order = {fact.text: place for place, fact in enumerate(first.record.facts)}
    family = [
        one
        for one in ranked
        if one.record.id == first.record.id and one.fact.attribute == first.fact.attribute
    ]
    family.sort(key=lambda one: (one is not first, order.get(one.fact.text, 0)))
    return family[:MOST_FACTS]


def further(
    told: Sequence[RankedFact], ranked: Iterable[RankedFact], most: int, analyser: Analyser
) -> list[RankedFact]:
    """Returns the next best facts that say something the told ones do not.

    Args:
        told: Facts already told.
        ranked: Candidates, best first.
        most: How many at most.
        analyser: Cuts the texts into words.
    """
    known = {word for one in told for word in analyser.words(one.fact.text)}
    texts = {one.fact.text for one in told}
    found: list[RankedFact] = []
    for one in ranked:
        if len(found) >= most:
            break
        words = set(analyser.words(one.fact.text))
        if one.fact.text in texts or len(words - known) < _NEWS * len(words):
            continue
        found.append(one)
        texts.add(one.fact.text)
        known |= words
    return found


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
