"""Whether a message that looks like a wish or a statement is a question about the material.

The intent is judged by the form of a message, the ranking of facts by what it says. Where the
intent is unsure, and one fact stands out among all, the message asks for that fact.
"""

from __future__ import annotations

from actions.fact_ranking import Ranking, asked_attributes, rank_facts
from actions.patterns import pattern
from actions.subjects import subjects_of
from actions.turn import Clause, Turn, asks

#: Confidence of an intent below which any fitting fact, above which only a certain one wins.
UNSURE = 0.6
_SURE = 0.8
#: Least confidence that facts answer, and least share of the best fact, beside an unsure intent,
#: beside one that is rather sure, and beside a sure one.
_BESIDE_UNSURE = (0.6, 0.0)
_BESIDE_LIKELY = (0.6, 0.3)
_BESIDE_SURE = (0.9, 0.75)
#: The same for a statement, which names its subject and nothing else.
_OF_STATEMENT = (0.6, 0.5)
_OF_UNSURE_STATEMENT = (0.35, 0.4)
#: The same for one that does not ask by its form (「北九州で研修員を受け入れている団体」).
_SURELY_OF_THE_PLACE = (0.9, 0.6)
#: Confidence, and share of all facts of the best record, from which a question means that record.
_OF_ONE_RECORD = (0.45, 0.5)


def is_about_a_fact(clause: Clause, turn: Turn) -> bool:
    """True where a wish for hubs, schemes, desks or a list rather asks for one fact.

    A wish that names a place is the wish of a company from there.

    Args:
        clause: The wish.
        turn: The turn it belongs to.
    """
    if asks_a_rare_property(clause, turn):
        return True
    if clause.values("prefecture") or clause.values("city"):
        return _is_told_of_the_place(clause, turn)
    if clause.confidence >= _SURE:
        return asks(clause.text) and _stands_out(clause, turn, *_BESIDE_SURE)
    by_name = bool(pattern("by_name").search(clause.text))
    open_to = clause.confidence < UNSURE or (by_name and clause.confidence < _SURE)
    if open_to and asks(clause.text) and _means_one_record(clause, turn):
        return True
    least = _BESIDE_UNSURE if clause.confidence < UNSURE else _BESIDE_LIKELY
    return _stands_out(clause, turn, *least)


def asks_a_rare_property(clause: Clause, turn: Turn) -> bool:
    """True where an unsure wish asks by name for what one record only is told to have.

    「窓口のほうは何とつながらないといけない」 names 窓口, and is no wish for one.
    """
    asked = asked_attributes(clause)
    if not asked or clause.confidence >= UNSURE or not asks(clause.text):
        return False
    records = turn.knowledge.store.records()
    return sum(any(map(one.facts_about, asked)) for one in records) == 1


def _means_one_record(clause: Clause, turn: Turn) -> bool:
    """True where the words of a question describe one record rather than any other."""
    ranking = rank_facts(clause, subjects_of(clause, turn), turn)
    best = ranking.facts[0].record.id
    share = sum(one.share for one in ranking.facts if one.record.id == best)
    return ranking.confidence >= _OF_ONE_RECORD[0] and share >= _OF_ONE_RECORD[1]


def _is_told_of_the_place(clause: Clause, turn: Turn) -> bool:
    """True where an unsure wish asks, by its words, for one fact of a body of that very place."""
    if clause.confidence >= UNSURE:
        return False
    store = turn.knowledge.store
    best = rank_facts(clause, subjects_of(clause, turn), turn).facts[0]
    served = set(best.record.match.prefectures) if best.record.match else set()
    named = {*clause.values("prefecture")}
    for city in clause.values("city"):
        named |= set(store.prefecture_of(city))
    least = _OF_UNSURE_STATEMENT if asks(clause.text) else _SURELY_OF_THE_PLACE
    return bool(named & served) and _stands_out(clause, turn, *least)


def names_a_fact(clause: Clause, turn: Turn) -> bool:
    """True where a statement only names something of the material (「タイの現地調達率」).

    Args:
        clause: The statement.
        turn: The turn it belongs to.
    """
    unsure = clause.confidence < UNSURE
    return _stands_out(clause, turn, *(_OF_UNSURE_STATEMENT if unsure else _OF_STATEMENT))


def _stands_out(clause: Clause, turn: Turn, confidence: float, share: float) -> bool:
    ranking = rank_facts(clause, subjects_of(clause, turn), turn)
    return ranking.confidence >= confidence and share_of_best(ranking) >= share


def share_of_best(ranking: Ranking) -> float:
    """Returns the share of the best fact and the others of its record and attribute."""
    best = ranking.facts[0]
    return sum(
        one.share
        for one in ranking.facts
        if (one.record.id, one.fact.attribute) == (best.record.id, best.fact.attribute)
    )
