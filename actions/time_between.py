"""How far apart two dates of the material are, and which comes first (「第2回と第3回の間は」).

Nothing is said that does not follow from the two dates shown beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from actions.answering import answers_first
from actions.fact_ranking import RankedFact, Ranking
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import citations
from actions.shown_before import shown_alike
from actions.telling import tell
from actions.turn import Clause, Turn
from answers import Answer, Point
from knowledge.dates import dates, said
from knowledge.schema import Fact, Kind, Record

#: Properties that are a date, that of the beginning first.
_DATES = ("date", "start_year", "pilot", "restart", "transfer", "revision")
_WITH_DATES = frozenset({Kind.EVENT, Kind.SCHEME, Kind.POLICY_POINT})
_PAIR = 2
_MONTHS = 12
#: Length of a date that names a month.
_OF_MONTH = 7


class _Dated(NamedTuple):
    record: Record
    fact: Fact
    date: str


@answers_first
def time_between(clause: Clause, turn: Turn) -> Answer | None:
    """Works out the time between two dated things, or which of them is the earlier.

    Args:
        clause: The question; one that names nothing goes on from what was shown.
        turn: The turn it belongs to.

    Returns:
        The span with both dates and their sources; None where none is asked for, or the material
        does not date exactly two things that may be meant.
    """
    first = bool(pattern("which_first").search(clause.text))
    if not first and not pattern("time_between").search(clause.text):
        return None
    pair = _pair(clause, turn, first)
    if len(pair) != _PAIR or len(pair[0].date) != len(pair[1].date):
        return None
    one, other = sorted(pair, key=lambda each: each.date)
    point = Point(
        text=_worded(one, other, first),
        citations=citations(
            turn.knowledge.store,
            dict.fromkeys((*one.fact.cite, *other.fact.cite)),
            one.fact.source,
        ),
    )
    told = {id(each.fact): RankedFact(each.record, each.fact, 1.0, 1.0, True) for each in pair}
    facts = tuple(told.values())
    answer = tell(clause, facts, Ranking(facts, 1.0), (), turn)
    return answer.copy(update={"lead": point, "points": (answer.lead, *answer.points)})


def _pair(clause: Clause, turn: Turn, first: bool) -> Sequence[_Dated]:
    store = turn.knowledge.store
    named = [store.record(one) for one in clause.values("record") if store.has_record(one)]
    dated = [one for one in named if one.kind in _WITH_DATES]
    if len(dated) == 1 and not first:
        return _of_one(dated[0]) if pattern("from_to").search(clause.text) else ()
    if first and not named and not clause.values("country"):
        named = shown_alike(turn, _PAIR)
        dated = [one for one in named if one.kind in _WITH_DATES]
    return [one for each in dated for one in _of_one(each)[:1]]


def _of_one(record: Record) -> list[_Dated]:
    """The dates of a record, each once, the properties in their order."""
    found: dict[str, _Dated] = {}
    for attribute in _DATES:
        for fact in record.facts_about(attribute):
            for date in dates(fact.text):
                found.setdefault(date, _Dated(record, fact, date))
    return list(found.values())


def _worded(one: _Dated, other: _Dated, first: bool) -> str:
    span = _span(one.date, other.date)
    names = {"one": _name(one, other), "other": _name(other, one)}
    if span is None:
        return phrase("same_time", **names, time=_said(one))
    return phrase("which_first" if first else "time_between", **names, span=span)


def _name(one: _Dated, beside: _Dated) -> str:
    if one.record.id == beside.record.id:
        return _said(one)
    return f"{one.record.short_name}（{_said(one)}）"


def _said(one: _Dated) -> str:
    fiscal = "年度" in one.fact.text and len(one.date) < _OF_MONTH
    return said(one.date) + ("度" if fiscal else "")


def _span(one: str, other: str) -> str | None:
    """Words the time from one date to a later one; None for the same."""
    months = _count(other) - _count(one)
    if not months:
        return None
    if months % _MONTHS == 0:
        return phrase("so_many_years", number=str(months // _MONTHS))
    return phrase("so_many_months", number=str(months))


def _count(date: str) -> int:
    year, _, month = date.partition("-")
    return int(year) * _MONTHS + int(month[:2] or 0)
