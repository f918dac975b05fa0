"""Which of the ranked facts are told: fairly among subjects, lists whole, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from actions.fact_ranking import RankedFact, asks_for_several
from actions.fact_table import fold, names_of
from actions.patterns import pattern
from actions.turn import Clause
from knowledge.analysis import Analyser
from knowledge.schema import Record

MOST_FACTS = 8
#: Share of a fact's words that must be new beside the facts already told.
_NEWS = 0.2
#: Attributes whose facts are numbered, and told in that order.
_LISTED = frozenset({"likeness", "difference", "approach", "pillars"})
#: Attributes that are told together, and those told in full beside each other.
_COMPANIONS = {
    "amount_limit": ("subsidy_rate",),
    "subsidy_rate": ("amount_limit",),
    "date": ("decisions", "activities"),
    "overview": ("how_to_apply",),
}
_CONTRASTS = {"likeness": ("difference",), "difference": ("likeness",)}
_BRACKETS = re.compile(r"（[^（）]*）")
_QUOTED = re.compile(r"「([^」]+)」")
_NUMERAL = re.compile(r"\d[\d,.]*")
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
    listed = first.fact.attribute in _LISTED
    family.sort(key=lambda one: (not listed and one is not first, order.get(one.fact.text, 0)))
    return family[:MOST_FACTS]


def with_the_same_of_others(
    first: RankedFact, ranked: Sequence[RankedFact], clause: Clause
) -> list[RankedFact]:
    """Returns what a reverse look-up asks for: every record of which the same is said.

    「2012年度から始まった制度」 and 「普及活動に分類されるのは」 name a value, and want all
    that have it: the one sentence that lists them where there is one, else a sentence of each.

    Args:
        first: The best fact, of a record that the question does not name.
        ranked: All ranked facts.
        clause: The question.

    Returns:
        The facts to tell; none where the question names no value of the best fact.
    """
    said = _values(first.fact.text)
    if not said or not any(one in fold(clause.text) for one in said):
        return []
    alike = [
        one
        for one in ranked
        if one.fact.attribute == first.fact.attribute and said <= _values(one.fact.text)
    ]
    names = names_of(first.record)
    for one in alike:
        text = fold(one.fact.text)
        if one.record.id != first.record.id and any(name in text for name in names):
            return [one]
    same_kind = [
        one
        for one in alike
        if one.record.kind is first.record.kind and _values(one.fact.text) == said
    ]
    return same_kind[:MOST_FACTS] if len(same_kind) > 1 else []


def _values(text: str) -> frozenset[str]:
    """The figures and the quoted terms of a fact, without what stands in brackets."""
    bare = fold(_BRACKETS.sub("", text))
    return frozenset((*_QUOTED.findall(bare), *_NUMERAL.findall(bare)))


def with_what_belongs(
    told: Sequence[RankedFact], ranked: Sequence[RankedFact], clause: Clause
) -> list[RankedFact]:
    """Returns the facts to tell with those of their record that belong to them.

    An amount goes with its rate, a meeting's date with what it did; who asks how many there are is
    told the number, and of what two countries share also in what they differ.

    Args:
        told: Facts that answer.
        ranked: All ranked facts.
        clause: The question.
    """
    first = told[0]
    found = list(told)
    wanted = set(_COMPANIONS.get(first.fact.attribute, ()))
    if pattern("counts").search(clause.text):
        wanted.add("overview")
    of_record = {
        fact.attribute: RankedFact(first.record, fact, 0.0, first.belongs, False)
        for fact in reversed(first.record.facts)
    }
    texts = {one.fact.text for one in found}
    for attribute in wanted:
        if attribute == "overview":
            number = of_record.get(attribute)
            if (
                number
                and pattern("counted").search(number.fact.text)
                and number.fact.text not in texts
            ):
                found.insert(0, number)
        elif attribute in of_record and of_record[attribute].fact.text not in texts:
            found.insert(len(told), of_record[attribute])
    if first.fact.attribute == "overview" and asks_for_several(clause.text):
        found += [
            RankedFact(first.record, fact, 0.0, first.belongs, False)
            for fact in first.record.facts
            if fact.attribute in _LISTED
        ]
    for attribute in _CONTRASTS.get(first.fact.attribute, ()):
        found += [one for one in ranked if _is_of(one, first.record, attribute)]
    return list({(one.record.id, one.fact.text): one for one in found}.values())[:MOST_FACTS]


def _is_of(one: RankedFact, record: Record, attribute: str) -> bool:
    return one.record.id == record.id and one.fact.attribute == attribute


def further(
    told: Sequence[RankedFact], ranked: Iterable[RankedFact], most: int
) -> list[RankedFact]:
    """Returns the next best facts that say something the told ones do not.

    Args:
        told: Facts already told.
        ranked: Candidates, best first.
        most: How many at most.
    """
    known = {word for one in told for word in _words(one.fact.text)}
    texts = {one.fact.text for one in told}
    found: list[RankedFact] = []
    for one in ranked:
        if len(found) >= most:
            break
        words = _words(one.fact.text)
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


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    """Returns the content words of a fact; the same facts are told again and again."""
    return frozenset(Analyser().words(text))
