"""Properties of several records beside each other, a row each."""

from __future__ import annotations

from collections.abc import Sequence

from actions.rendering import choice, citations, fact_point, figure, status_notes
from actions.turn import Turn
from answers import Answer, Point, Table
from knowledge.schema import Fact, Record

#: Units of money and shares.
_AMOUNTS = ("円", "ドル", "%", "％")
#: Attributes that tell other rows again in one sentence.
_SUMMARIES = frozenset({"overview", "indicators", "investment_climate"})


def rows_of(subjects: Sequence[Record], asked: Sequence[str]) -> list[str]:
    """Returns the attributes to compare, in the order of the first record.

    An amount is told also where only one of the records has it: that the material names no other
    is part of the difference.
    """
    order = dict.fromkeys(fact.attribute for record in subjects for fact in record.facts)
    compared = [
        attribute
        for attribute in order
        if sum(bool(record.facts_about(attribute)) for record in subjects) > 1
        or any(_is_amount(fact) for one in subjects for fact in one.facts_about(attribute))
    ]
    if asked:
        return [one for one in compared if one in asked]
    return [one for one in compared if one not in _SUMMARIES]


def _is_amount(fact: Fact) -> bool:
    """True for money and shares of it, which who compares two schemes looks for."""
    return fact.value is not None and (fact.unit or "").endswith(_AMOUNTS)


def side_by_side(subjects: Sequence[Record], rows: Sequence[str], turn: Turn) -> Answer:
    """Sets some properties of several records side by side."""
    store = turn.knowledge.store
    cells = []
    missing = turn.wording.text("utter_compare_missing")
    used: dict[str, None] = {}
    for attribute in rows:
        row = [store.attribute(attribute).label]
        for record in subjects:
            facts = record.facts_about(attribute)
            used |= dict.fromkeys(cite for fact in facts for cite in fact.cite)
            row.append(_cell(facts) or missing)
        cells.append(tuple(row))
    names = "と".join(record.short_name for record in subjects)
    remarks = [fact for fact in _remarks(turn) if set(fact.cite) & set(used)]
    return Answer(
        kind="comparison",
        lead=Point(
            text=turn.wording.text("utter_compare", records=names),
            citations=citations(store, used),
        ),
        points=tuple(fact_point(store, fact) for fact in remarks) if len(rows) > 1 else (),
        table=Table(
            caption=turn.wording.text("utter_compare_caption", records=names),
            header=("", *(record.short_name for record in subjects)),
            rows=tuple(cells),
            citations=citations(store, used),
        ),
        status_notes=status_notes(subjects, turn.wording, store),
        choices=tuple(choice(one.short_name, "ask_record", record=one.id) for one in subjects),
        data={"records": [record.id for record in subjects]},
    )


def _cell(facts: Sequence[Fact]) -> str:
    """Words what a record has of one attribute; a sentence stands for the figures in it."""
    sentences = [fact.text for fact in facts if fact.value is None]
    return " ".join(sentences or [figure(fact) for fact in facts])


def _remarks(turn: Turn) -> tuple:
    record = turn.knowledge.store.record("policy_point.thailand_vietnam")
    return record.facts_about("likeness") + record.facts_about("difference")
