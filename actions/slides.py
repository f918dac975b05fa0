"""A slide asked for by its number (「9枚目は何の話」): its heading, and what stands on it."""

from __future__ import annotations

import unicodedata

from actions.answering import answers_first
from actions.fact_ranking import asked_attributes
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import citations, fact_point
from actions.turn import Clause, Turn
from answers import Answer, Point

#: Id of the document the knowledge was built from.
_DOCUMENT = "deck2014"
#: So many facts of a slide are told.
_MOST = 4
_OVERVIEW = "overview"


@answers_first
def slide_by_number(clause: Clause, turn: Turn) -> Answer | None:
    """Tells what a slide is about.

    Args:
        clause: The question; None is returned for one that names no slide by its number, or asks
            for a property of what stands there.
        turn: The turn it belongs to.
    """
    found = pattern("slide_number").search(unicodedata.normalize("NFKC", clause.text))
    if found is None or clause.values("record") or asked_attributes(clause):
        return None
    number = int(found["before"] or found["behind"])
    store = turn.knowledge.store
    sections = store.document(_DOCUMENT).sections
    section = next((one for one in sections if one.page == number), None)
    if section is None:
        text = phrase("no_such_slide", number=str(number), count=str(len(sections)))
        return Answer(kind="not_in_material", lead=Point(text=text))
    place = f"{_DOCUMENT}#{section.id}"
    there = [
        (record, fact)
        for record in store.records()
        for fact in record.facts
        if fact.cite[:1] == (place,)
    ]
    # What things are comes first; a table tells little but values.
    there.sort(key=lambda one: one[1].attribute != _OVERVIEW)
    told = there[:_MOST]
    text = phrase("slide", number=str(number), heading=section.heading)
    return Answer(
        kind="fact",
        lead=Point(text=text, citations=citations(store, (place,))),
        points=tuple(fact_point(store, fact) for _, fact in told),
        data={"records": list(dict.fromkeys(record.id for record, _ in told))},
    )
