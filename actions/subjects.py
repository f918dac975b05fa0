"""What a question is about: the records it names, means, or goes on from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.fact_ranking import asked_attributes, rank_facts, residual
from actions.patterns import pattern
from actions.shown_before import had_earlier, holds, shown_of_the_kind
from actions.turn import Clause, Turn, speaks_of_itself
from knowledge.schema import Kind, Record

#: Kinds of records that do something in a country.
_ACTING = frozenset({Kind.CASE, Kind.DESK, Kind.HUB})
#: Longest question that leaves out what it is about, in characters.
_ELLIPTIC = 20
#: Words for the country one wants to go to.
_THERE = re.compile(r"現地|向こう|むこう|あっち|そっち|その国|あちら|そちらの国")
#: More records of one kind than this were shown as a list.
_FEW = 3
#: What stands behind a name beside which something else is put.
_BESIDE = "(と[もは]?[^はの?？]|も(同じ|一緒|いっしょ|近))"
#: So many records a name may mean.
_SEVERAL = 2
#: By how much a record must fit the words better than the one its name alone means.
_CLEARLY_MORE = 1.5


def subjects_of(clause: Clause, turn: Turn) -> list[Record]:
    """Returns the records a question is about; what was shown last where it says 「その」."""
    store = turn.knowledge.store
    named = [*clause.values("record"), *clause.values("country")]
    found = _without_context([store.record(one) for one in named if store.has_record(one)])
    found = _without_their_countries(found)
    if is_near_what_was_shown(clause, turn):
        found = [store.record(turn.focus[0]), *found]
    found += _comparing(clause, found, turn)
    refers_back = any(one["entity"] == "reference" for one in clause.entities)
    if refers_back and _is_a_body_shown(clause, turn):
        # 「それはベトナムのどこ」 after a desk: the country only tells where.
        named, found = [], []
    attributes = asked_attributes(clause)
    elliptic = not named and bool(attributes) and len(clause.text) <= _ELLIPTIC
    if not found and not named:
        found = _hubs_of_city(clause, turn)
    of_itself = refers_back and speaks_of_itself(clause.text)
    if turn.asked and len(clause.text) <= _ELLIPTIC and not of_itself:
        found = _of_the_kind_shown(clause, turn) or found
    if not found and clause.goes_on_from:
        found = subjects_of(clause.goes_on_from, turn)
    if not found and (refers_back or elliptic):
        shown = [store.record(one) for one in turn.focus if store.has_record(one)]
        if elliptic and not refers_back:
            of_one = [] if _is_a_list(shown) else _having(shown, attributes, turn)
            shown = of_one or had_earlier(attributes, turn)
        found = (shown_of_the_kind(clause, turn) or shown)[:1]
    return found


def with_likeliest(clause: Clause, turn: Turn) -> Clause:
    """Decides a name that may mean several records by what else is said of it.

    「補助金の応募を助けてくれる北九州のセンター」 is one of two centres, and the words tell which.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    candidates = [one for one in clause.ambiguous if store.has_record(one)]
    if len(candidates) < _SEVERAL or not turn.knowledge.analyser.words(residual(clause)):
        return clause
    ranked = rank_facts(clause, [store.record(one) for one in candidates], turn).facts
    share = {
        each: max((one.share for one in ranked if one.record.id == each), default=0.0)
        for each in candidates
    }
    likeliest = max(candidates, key=lambda each: share[each])
    if share[likeliest] < _CLEARLY_MORE * share[candidates[0]]:
        return clause
    entities = tuple(
        {**one, "value": likeliest} if one.get("value") == candidates[0] else one
        for one in clause.entities
    )
    return replace(clause, entities=entities)


def _is_a_list(shown: Sequence[Record]) -> bool:
    """True for many records of one kind, none of which is meant in particular."""
    return len(shown) > _FEW and len({one.kind for one in shown}) == 1


def _having(shown: Sequence[Record], attributes: Sequence[str], turn: Turn) -> list[Record]:
    """Returns the records that have an asked property, else those of a kind that can have it."""
    found = [one for one in shown if holds(one, attributes)]
    return found or [one for one in shown if _can_have(one, attributes, turn)]


def is_near_what_was_shown(clause: Clause, turn: Turn) -> bool:
    """True for 「JETROと近いんだっけ」 after a hub of which a fact names JETRO.

    Args:
        clause: The question, which names one body.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus[:1] if store.has_record(one)]
    named = [one for one in clause.entities if one["entity"] == "record" and one.get("text")]
    if len(named) != 1 or not shown or shown[0].id == named[0]["value"]:
        return False
    if len(clause.text) > _ELLIPTIC or "difference" in asked_attributes(clause):
        return False
    said = str(named[0]["text"])
    beside = re.search(re.escape(said) + _BESIDE, clause.text)
    names = {said, store.record(named[0]["value"]).short_name}
    return bool(beside) and any(name in fact.text for fact in shown[0].facts for name in names)


def _is_a_body_shown(clause: Clause, turn: Turn) -> bool:
    """True where what was shown last is no country, and the question names nothing but one."""
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus[:1] if store.has_record(one)]
    return bool(shown) and shown[0].kind is not Kind.COUNTRY and not clause.values("record")


def _of_the_kind_shown(clause: Clause, turn: Turn) -> list[Record]:
    """「愛知のやつは？」 after a desk was shown is about the desk of that place."""
    store = turn.knowledge.store
    places = {*clause.values("prefecture"), *clause.values("city")}
    shown = [store.record(one) for one in turn.focus[:1] if store.has_record(one)]
    if not places or not shown or clause.values("record"):
        return []
    return [
        one
        for one in store.records(shown[0].kind)
        if one.match
        and places & {*one.match.prefectures, *one.match.cities}
        and holds(one, turn.asked)
        and not one.id.startswith("hub.bureau_")
    ][:1]


def _comparing(clause: Clause, found: list[Record], turn: Turn) -> list[Record]:
    """Returns the records that set the named countries side by side."""
    countries = set(clause.values("country"))
    if len(countries) < 2:
        return []
    points = turn.knowledge.store.records(Kind.POLICY_POINT)
    return [one for one in points if countries <= set(one.related) and one not in found]


def _without_context(subjects: list[Record]) -> list[Record]:
    """Drops bodies named only to tell whose scheme or desk is meant (「JICAの海外投融資」)."""
    kept = [
        one
        for one in subjects
        if one.kind is not Kind.ORGANISATION
        or not any(
            one.id in other.related and other.kind in {Kind.SCHEME, Kind.DESK} for other in subjects
        )
    ]
    return kept or subjects


def _without_their_countries(subjects: list[Record]) -> list[Record]:
    """Drops a country named only to tell where a body acts (「V.I.T.はタイで何を」)."""
    bodies = [one for one in subjects if one.kind in _ACTING]
    acting_in = {country for one in bodies if one.match for country in one.match.countries}
    acting_in |= {country for one in bodies for country in one.related}
    return [one for one in subjects if one.kind is not Kind.COUNTRY or one.id not in acting_in]


def _hubs_of_city(clause: Clause, turn: Turn) -> list[Record]:
    """「横浜の覚書の相手は」 is about the bodies of that city, though none is named."""
    cities = set(clause.values("city"))
    return [
        one
        for one in turn.knowledge.store.records(Kind.HUB)
        if cities and one.match and cities & set(one.match.cities)
    ]


def with_country_meant(clause: Clause, turn: Turn) -> Clause:
    """Returns a question about a country that is not named with the one the company told of.

    That is the country of 「現地」, and in a consultation the one of a property that only countries
    have (「賃金は」), unless another country was just spoken of or countries are compared. Of a
    country the material has nothing of, no other country's facts answer.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    if clause.values("country") or clause.values("record"):
        return clause
    attributes = asked_attributes(clause)
    kinds = [turn.knowledge.store.attribute(one).kinds for one in attributes]
    if not any(Kind.COUNTRY in one for one in kinds):
        return clause
    if not _THERE.search(clause.text) and not _is_of_the_planned_country(clause, kinds, turn):
        return clause
    before = clause.goes_on_from.values("country") if clause.goes_on_from else ()
    country = next(iter(before), turn.profile.country)
    if country is None:
        return clause
    return replace(clause, entities=({"entity": "country", "value": country}, *clause.entities))


def _is_of_the_planned_country(clause: Clause, kinds: Sequence[Sequence[Kind]], turn: Turn) -> bool:
    """True for a short question, once a company consults, for what only countries have."""
    consults = turn.in_consultation or bool(turn.tracker.get_slot("plan"))
    if not consults or len(clause.text) > _ELLIPTIC or clause.goes_on_from:
        return False
    of_countries_only = all(tuple(one) == (Kind.COUNTRY,) for one in kinds)
    speaks_of_one = any(one.startswith("country.") for one in turn.focus)
    return (
        of_countries_only
        and not speaks_of_one
        and not pattern("several_countries").search(clause.text)
    )


def countries_outside(clause: Clause, turn: Turn) -> list[str]:
    """Returns the countries a clause names that the material has no record of."""
    store = turn.knowledge.store
    return [one for one in clause.values("country") if not store.has_record(one)]


def _can_have(record: Record, attributes: Sequence[str], turn: Turn) -> bool:
    """True for a record that has one of some attributes, or is of a kind that has it."""
    kinds = [turn.knowledge.store.attribute(one).kinds for one in attributes]
    return holds(record, attributes) or any(not one or record.kind in one for one in kinds)
