"""Whether a place has an office abroad (「ハノイに神戸市の事務所ある？」)."""

from __future__ import annotations

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
    owner = _owner(clause, turn)
    if owner is None:
        return None
    store = turn.knowledge.store
    desks = [one for one in store.records(Kind.DESK) if one.match and one.match.countries]
    stem = owner.rstrip("都府県市")
    own = [one for one in desks if stem in one.short_name]
    there = [one for one in own if not countries or countries[0] in _countries(one)]
    if there:
        facts = tuple(
            RankedFact(one, fact, 1.0, 1.0, True)
            for one in there
            for fact in one.facts_about("location")[:1]
        )
        return tell(clause, facts, Ranking(facts, 1.0), there, turn)
    near = own or [one for one in desks if not countries or countries[0] in _countries(one)]
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


def _countries(desk: Record) -> tuple[str, ...]:
    return tuple(desk.match.countries) if desk.match else ()


def _none(clause: Clause, owner: str, near: list[Record], turn: Turn) -> Answer:
    store = turn.knowledge.store
    where = next(
        (str(e["text"]) for e in clause.entities if e["entity"] == "country" and e.get("text")),
        phrase("abroad"),
    )
    return Answer(
        kind="not_in_material",
        lead=Point(text=phrase("no_office_abroad", owner=owner, where=where)),
        points=tuple(summary_point(store, one) for one in near),
        status_notes=status_notes(near, turn.wording, store),
        choices=(
            *(choice(one.short_name, "ask_record", record=one.id) for one in near),
            *person(turn),
        ),
        data={"records": [one.id for one in near]},
    )
