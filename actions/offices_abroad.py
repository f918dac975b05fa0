"""Whether a place has an office abroad (「ハノイに神戸市の事務所ある？」)."""

from __future__ import annotations

from collections.abc import Sequence

from actions.answering import answers_first
from actions.fact_ranking import RankedFact, Ranking
from actions.limits import person
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import choice, status_notes, summary_point
from actions.telling import tell
from actions.turn import Clause, Turn, speaks_of_itself
from answers import Answer, Point
from knowledge.schema import Kind, Record

_PLACES = frozenset({"city", "prefecture"})


@answers_first
def office_abroad(clause: Clause, turn: Turn) -> Answer | None:
    """Tells the desk that a prefecture or city has in a country, or that none is told of.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        Where its desk is; else that the material tells of none, with the desks of that country;
        None where no office of a place abroad is asked for.
    """
    if not pattern("office_abroad").search(clause.text) or speaks_of_itself(clause.text):
        return None
    countries = clause.values("country")
    if len(countries) > 1 or not (countries or pattern("overseas").search(clause.text)):
        return None
    store = turn.knowledge.store
    desks = [one for one in store.records(Kind.DESK) if one.match and one.match.countries]
    owner = _owner(clause, turn)
    if owner is None and pattern("which_municipality").search(clause.text):
        return _of_whom([one for one in desks if _is_there(one, countries)], clause, turn)
    if owner is None:
        return None
    stem = owner.rstrip("都府県市")
    own = [one for one in desks if stem in one.short_name]
    there = [one for one in own if _is_there(one, countries)]
    if there:
        return _told("location", there, clause, turn)
    near = own or [one for one in desks if _is_there(one, countries)]
    return _none(clause, owner, near, turn)


def _owner(clause: Clause, turn: Turn) -> str | None:
    """The place whose office is asked for, also where it is told as the name of a desk."""
    for one in clause.entities:
        said = str(one.get("text") or "")
        if one["entity"] in _PLACES:
            return str(one["value"])
        record = (
            turn.knowledge.store.record(str(one["value"])) if one["entity"] == "record" else None
        )
        if record and record.kind is Kind.DESK and record.match and said:
            places = [p for p in record.match.prefectures if p.rstrip("都府県") in said]
            if places and len(record.match.prefectures) == 1:
                return str(places[0])
    return None


def _is_there(desk: Record, countries: Sequence[str]) -> bool:
    """True for a desk in the country named, or for any where none is."""
    return not countries or bool(desk.match and countries[0] in desk.match.countries)


def _of_whom(there: list[Record], clause: Clause, turn: Turn) -> Answer:
    """Tells who keeps the desks of a country (「ハノイに事務所がある県は」)."""
    if there:
        # What one prefecture keeps comes before what a whole region does.
        there = sorted(there, key=lambda one: len(one.match.prefectures) if one.match else 0)
        return _told("operator", there, clause, turn)
    return _none(clause, phrase("municipalities"), there, turn)


def _told(attribute: str, there: list[Record], clause: Clause, turn: Turn) -> Answer:
    facts = tuple(
        RankedFact(one, fact, 1.0, 1.0, True)
        for one in there
        for fact in one.facts_about(attribute)[:1]
    )
    return tell(clause, facts, Ranking(facts, 1.0), there, turn)


def _none(clause: Clause, owner: str, near: list[Record], turn: Turn) -> Answer:
    store = turn.knowledge.store
    key = "no_office_abroad" if near else "no_office_there"
    where = next(
        (str(e["text"]) for e in clause.entities if e["entity"] == "country" and e.get("text")),
        phrase("abroad"),
    )
    return Answer(
        kind="not_in_material",
        lead=Point(text=phrase(key, owner=owner, where=where)),
        points=tuple(summary_point(store, one) for one in near),
        status_notes=status_notes(near, turn.wording, store),
        choices=(
            *(choice(one.short_name, "ask_record", record=one.id) for one in near),
            *person(turn),
        ),
        data={"records": [one.id for one in near]},
    )
