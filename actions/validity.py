"""What holds today in an answer: new before old, and what has run out said to have run out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from actions.phrases import phrase
from knowledge.dates import said
from knowledge.schema import Document, Fact, Record
from knowledge.store import Store
from knowledge.validity import Validity, holds, state, today

if TYPE_CHECKING:
    from actions.fact_ranking import RankedFact


def in_force(
    facts: Sequence[RankedFact], ranked: Sequence[RankedFact], store: Store
) -> list[RankedFact]:
    """Returns facts with those that hold today first.

    Where one of them no longer holds, the fact that took its place joins them, so that old and
    new stand side by side.

    Args:
        facts: The facts that answer, best first.
        ranked: All facts of the ranking.
        store: Where the documents they stand in are registered.
    """
    day = today()
    if all(fact_holds(one.fact, store, day) for one in facts):
        return list(facts)
    found = list(facts)
    for one in facts:
        if fact_holds(one.fact, store, day):
            continue
        for other in ranked:
            same = other.record.id == one.record.id and other.fact.attribute == one.fact.attribute
            if same and other not in found and fact_holds(other.fact, store, day):
                found.append(other)
    return sorted(found, key=lambda one: not fact_holds(one.fact, store, day))


def fact_holds(fact: Fact, store: Store, day: date) -> bool:
    """Says whether a fact holds on a day: itself, and one of the documents it stands in."""
    return holds(fact, day) and any(holds(one, day) for one in _documents(fact, store))


def fact_remark(fact: Fact, store: Store, day: date | None = None) -> str:
    """Returns what is said behind a fact that no longer holds; nothing behind others."""
    day = day or today()
    if fact_holds(fact, store, day):
        return ""
    told: list[Fact | Document] = [fact, *_documents(fact, store)]
    ended = [one for one in told if not holds(one, day)]
    if state(ended[0], day) is Validity.EXPIRED and ended[0].valid_until:
        return phrase("fact_expired", date=said(ended[0].valid_until))
    return phrase("fact_superseded")


def source_remark(fact: Fact, store: Store) -> str:
    """Returns what is said behind an answer that rests on one source alone, if it asks for it."""
    remarks = {document.remark for document in _documents(fact, store)}
    return remarks.pop() if len(remarks) == 1 else ""


def _documents(fact: Fact, store: Store) -> list[Document]:
    return [store.document(reference.split("#", 1)[0]) for reference in fact.cite]


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
