"""Records under each other, and those of a list just shown that meet a condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.fact_table import fold
from actions.patterns import pattern
from actions.rendering import choice, fact_point, summary_point
from actions.turn import Clause, Turn
from actions.validity import record_remark
from answers import Answer, Point
from knowledge.schema import Kind, Record

MOST_CHOICES = 4
#: So many records of one kind at once are a list.
_LIST = 4


def list_of(records: Sequence[Record], turn: Turn) -> Answer:
    """Lists records, one line each."""
    return Answer(
        kind="list",
        lead=Point(text=turn.wording.text("utter_list", count=str(len(records)))),
        points=tuple(_entry(one, turn) for one in records),
        choices=tuple(choice(one.short_name, "ask_record", record=one.id) for one in records)[
            :MOST_CHOICES
        ],
        data={"records": [one.id for one in records]},
    )


def narrowed(clause: Clause, turn: Turn) -> Answer | None:
    """Answers 「この中で大企業も使えるのは」 from the list just shown.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        Those of the list that meet the condition; None where no list was shown, or the question
        names no condition of the list or nothing meets it.
    """
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus if store.has_record(one)]
    one_kind = len({one.kind for one in shown}) == 1
    if len(shown) < _LIST or not one_kind or not pattern("of_these").search(clause.text):
        return None
    named = [
        {"entity": "applicant", "value": value.id}
        for value in store.slot_values("applicant")
        if any(fold(name) in fold(clause.text) for name in (value.label, *value.aliases))
    ]
    places = [
        {"entity": "prefecture", "value": place}
        for city in clause.values("city")
        for place in store.prefecture_of(city)
    ]
    given = [one for one in clause.entities if one["entity"] in {"prefecture", "country"}]
    condition = replace(clause, entities=(*named[:1], *places, *given))
    if not condition.entities:
        return None
    found = [one for one in shown if fits(one, condition)]
    return list_of(found, turn) if found and len(found) < len(shown) else None


def _entry(record: Record, turn: Turn) -> Point:
    """One line of a list: the name, and for schemes who may apply."""
    store = turn.knowledge.store
    ended = record_remark(record, store)
    for attribute in ("applicants", "heading"):
        facts = record.facts_about(attribute)
        if record.kind is Kind.SCHEME and facts:
            point = fact_point(store, facts[0])
            text = f"{record.name}（{record.summary}）{ended}"
            return Point(text=text, citations=point.citations)
    summary = summary_point(store, record)
    return Point(text=f"{record.name}：{record.summary}{ended}", citations=summary.citations)


def fits(record: Record, clause: Clause) -> bool:
    """True for a record that admits the applicant, country and place a clause names."""

    def admits(values: Sequence[str], allowed: Sequence[Any]) -> bool:
        names = {getattr(one, "value", one) for one in allowed}
        return not values or bool(names & set(values))

    match = record.match
    if match is None:
        return not any(clause.values(one) for one in ("applicant", "country", "prefecture"))
    return (
        admits(clause.values("applicant"), match.applicants)
        and admits(clause.values("country"), match.countries)
        and admits(clause.values("prefecture"), match.prefectures)
    )
