"""What holds today in an answer: new before old, and what has run out said to have run out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from actions.phrases import phrase
from knowledge.dates import said
from knowledge.schema import Fact, Record
from knowledge.store import Store
from knowledge.validity import Validity, holds, state, today

if TYPE_CHECKING:
    from actions.fact_ranking import RankedFact


def in_force(facts: Sequence[RankedFact], ranked: Sequence[RankedFact]) -> list[RankedFact]:
    """Returns facts with those that hold today first.

    Where one of them no longer holds, the fact that took its place joins them, so that old and
    new stand side by side.

    Args:
        facts: The facts that answer, best first.
        ranked: All facts of the ranking.
    """
    day = today()
    if all(holds(one.fact, day) for one in facts):
        return list(facts)
    found = list(facts)
    for one in facts:
        if holds(one.fact, day):
            continue
        for other in ranked:
            same = other.record.id == one.record.id and other.fact.attribute == one.fact.attribute
            if same and holds(other.fact, day) and other not in found:
                found.append(other)
    return sorted(found, key=lambda one: not holds(one.fact, day))


def fact_remark(fact: Fact, day: date | None = None) -> str:
    """Returns what is said behind a fact that no longer holds; nothing behind others."""
    if fact.valid_until is None and fact.superseded_by is None:
        return ""
    found = state(fact, day or today())
    if found is Validity.EXPIRED and fact.valid_until:
        return phrase("fact_expired", date=said(fact.valid_until))
    return phrase("fact_superseded") if found is Validity.SUPERSEDED else ""


def record_remark(record: Record, store: Store, day: date | None = None) -> str:
    """Returns what is said of a record that no longer holds; nothing of others."""
    if record.valid_until is None and record.superseded_by is None:
        return ""
    found = state(record, day or today())
    if found is Validity.SUPERSEDED and record.superseded_by:
        return phrase("record_superseded", name=store.record(record.superseded_by).name)
    if found is Validity.EXPIRED and record.valid_until:
        return phrase("record_expired", date=said(record.valid_until))
    return ""
