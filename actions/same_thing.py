"""Whether two names mean the same (「HIDAとAOTSは同じ？」「AOTSってHIDAのこと？」)."""

from __future__ import annotations

from actions.answering import answers_first
from actions.fact_ranking import asked_attributes
from actions.fact_table import fold, names_of
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import choice, status_notes, summary_point
from actions.turn import EXCLUDED, Clause, Turn
from answers import Answer, Point
from knowledge.schema import Record

_PAIR = 2
#: Properties that words for being the same sound like.
_OF_NAMES = frozenset({"full_name", "overview", "spelling"})


@answers_first
def same_thing(clause: Clause, turn: Turn) -> Answer | None:
    """Tells whether two names in a question are those of one record.

    Args:
        clause: The question; one that asks anything else of them is left to the others.
        turn: The turn it belongs to.

    Returns:
        That both mean the same, or that the material keeps the two apart, with what they are.
    """
    if not pattern("same_or_not").search(clause.text) or {*asked_attributes(clause)} - _OF_NAMES:
        return None
    if pattern("same_in_something").search(clause.text):
        return None
    store = turn.knowledge.store
    named: dict[str, Record] = {}
    for one in clause.entities:
        said = str(one.get("text") or "")
        known = one["entity"] == "record" and one.get("role") != EXCLUDED
        if known and said in clause.text and store.has_record(str(one["value"])):
            named.setdefault(fold(said), store.record(str(one["value"])))
    if len(named) == 1:
        named = _told_apart(*named.popitem())
    if len(named) != _PAIR:
        return None
    first, second = named.values()
    if first is not second and first.kind is not second.kind:
        return None
    typed, other = (_typed(said, clause) for said in named)
    records = list(dict.fromkeys(each.id for each in (first, second)))
    points = [summary_point(store, store.record(each), formal=True) for each in records]
    key = "same_thing" if first is second else "two_things"
    lead = phrase(key, one=typed, other=other, name=first.name)
    return Answer(
        kind="record",
        lead=Point(text=lead, citations=points[0].citations),
        points=tuple(points),
        status_notes=status_notes(map(store.record, records), turn.wording, store),
        choices=tuple(
            choice(store.record(each).short_name, "ask_record", record=each) for each in records
        ),
        data={"records": records},
    )


def _told_apart(said: str, record: Record) -> dict[str, Record]:
    """Reads two names of one record that were found as one (「JETROとジェトロ」)."""
    names = names_of(record)
    parts = [each for each in said.split("と") if each in names]
    return dict.fromkeys(parts, record) if len(parts) == _PAIR else {said: record}


def _typed(folded: str, clause: Clause) -> str:
    """A name as it was typed."""
    said = (str(one.get("text") or "") for one in clause.entities)
    parts = (part for one in said for part in (one, *one.split("と")))
    return next(part for part in parts if fold(part) == folded)
