"""Which of the ranked facts answer: those of the asked attribute, or the best and their list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actions.fact_ranking import RankedFact, Ranking, asked_attributes, asks_for_several
from actions.fact_selection import (
    MOST_FACTS,
    shared_out,
    with_siblings,
    with_the_same_of_others,
    without_parts,
)
from actions.patterns import pattern
from actions.times import time_outside
from actions.turn import Clause, Turn
from knowledge.schema import Kind, Record

#: Attributes by which a question asks which record is meant (「どこ」, 「何という」).
_NAMES_THE_RECORD = frozenset({"full_name", "location"})
#: So many bodies may do something together.
_SEVERAL = 2
#: Share of a record's facts from which a description means that record.
_DESCRIBED = 0.3


def facts_of_the_asked(
    ranking: Ranking, subjects: Sequence[Record], clause: Clause, turn: Turn
) -> list[RankedFact]:
    """Facts with the asked attribute: of each named record, else of the best one."""
    asked = [one for one in ranking.facts if one.asked]
    own = [one for one in asked if one.belongs == 1.0] or asked
    named = {*clause.values("record"), *clause.values("country")}
    each = not named and asks_for_several(clause.text)
    if len(subjects) > 1 and (len(named) > 1 or each):
        order = {one.id: place for place, one in enumerate(subjects)}
        own.sort(key=lambda one: order.get(one.record.id, len(order)))
        return without_parts(own)[:MOST_FACTS]
    if not own:
        return []
    found = [one for one in own if one.record.id == own[0].record.id]
    told = without_parts(found)[:MOST_FACTS]
    if pattern("is_it_this_one").search(clause.text) and told[0].fact.value is None:
        told += _same_of_the_other(told, subjects, turn)
    if time_outside(clause, told[0].fact) is None:
        told += _other_country(told, subjects, turn)
    return told


def facts_of_the_described(ranking: Ranking, clause: Clause) -> list[RankedFact]:
    """The asked attribute of a record that a question describes instead of naming it.

    「北九州モデルを発信しているセンターの運営は」: one fact tells which record is meant, another
    one of it answers.

    Returns:
        What answers, then what tells the record; none where the best fact has the asked attribute,
        or no record stands out.
    """
    best = ranking.facts[0]
    asked = [one for one in asked_attributes(clause) if one not in _NAMES_THE_RECORD]
    of_record = sum(one.share for one in ranking.facts if one.record.id == best.record.id)
    if not asked or best.asked or of_record < _DESCRIBED:
        return []
    answering = [
        RankedFact(best.record, fact, best.share, 0.0, True)
        for attribute in asked
        for fact in best.record.facts_about(attribute)
    ]
    return [*answering, best] if answering else []


def facts_they_share(
    subjects: Sequence[Record], clause: Clause, ranking: Ranking, turn: Turn
) -> list[RankedFact]:
    """What is asked of several bodies none of which has it, told of what they do together.

    「ジェトロと中小機構で上限が高いのは」 asks of the subsidy that both pay.
    """
    asked = asked_attributes(clause)
    if len(subjects) < _SEVERAL or not asked or any(map(_has_any(asked), subjects)):
        return []
    named = {one.id for one in subjects}
    shared = [one for one in turn.knowledge.store.records() if named <= {*one.related}]
    held = [one.id for one in shared if _has_any(asked)(one)]
    told = [one for one in ranking.facts if one.record.id in held and one.fact.attribute in asked]
    return told if len(held) == 1 else []


def _has_any(attributes: Sequence[str]) -> Callable[[Record], bool]:
    return lambda record: any(map(record.facts_about, attributes))


def best_facts(ranking: Ranking, subjects: Sequence[Record], clause: Clause) -> list[RankedFact]:
    """The facts that answer: the best one and the rest of its list; of several subjects, each."""
    first = ranking.facts[0]
    if not subjects:
        of_all = with_the_same_of_others(first, ranking.facts, clause)
        if of_all:
            return of_all
    if asks_for_several(clause.text):
        first = _first_of_likeliest_family(ranking.facts)
    elif subjects and first.belongs < 1:
        first = _first_of_own(first, ranking)
    best = with_siblings(first, ranking.facts)
    named = {*clause.values("record"), *clause.values("country")}
    others = [one for one in subjects if one.id in named and one.id != best[0].record.id]
    if best[0].belongs < 1 or len(others) in {0, len(subjects)}:
        return best
    return best + shared_out(ranking.facts, others, len(others))


def _first_of_likeliest_family(facts: Sequence[RankedFact]) -> RankedFact:
    """The best fact of the record and attribute that together are likeliest."""
    shares = _shares(facts)
    likeliest = max(shares, key=lambda key: shares[key])
    return next(one for one in facts if (one.record.id, one.fact.attribute) == likeliest)


def _first_of_own(first: RankedFact, ranking: Ranking) -> RankedFact:
    """The best list of the named record, where together it is as likely as another's fact."""
    own = [one for one in ranking.facts if one.belongs == 1.0]
    if not own:
        return first
    best = _first_of_likeliest_family(own)
    together = _shares(own)[best.record.id, best.fact.attribute]
    return best if together >= first.share else first


def _shares(facts: Sequence[RankedFact]) -> dict[tuple[str, str], float]:
    """Sums the shares of facts by record and attribute."""
    shares: dict[tuple[str, str], float] = {}
    for one in facts:
        key = (one.record.id, one.fact.attribute)
        shares[key] = shares.get(key, 0.0) + one.share
    return shares


def _other_country(
    asked: Sequence[RankedFact], subjects: Sequence[Record], turn: Turn
) -> list[RankedFact]:
    """Returns the same figure of the other country, to compare with (「ベトナムは162米ドル」)."""
    return [] if asked[0].fact.value is None else _same_of_the_other(asked, subjects, turn)


def _same_of_the_other(
    asked: Sequence[RankedFact], subjects: Sequence[Record], turn: Turn
) -> list[RankedFact]:
    if len(subjects) != 1 or subjects[0].kind is not Kind.COUNTRY:
        return []
    return [
        RankedFact(record, fact, 0.0, 0.0, True)
        for record in turn.knowledge.store.records(Kind.COUNTRY)
        if record.id != subjects[0].id
        for fact in record.facts_about(asked[0].fact.attribute)
    ]
