"""Doors elsewhere (「神戸と名古屋以外で相談できる窓口は」): all but those of the places named."""

from __future__ import annotations

from actions.answering import answers_first
from actions.patterns import pattern
from actions.phrases import phrase
from actions.record_lists import list_of
from actions.turn import Clause, Turn
from answers import Answer, Point
from knowledge.schema import Kind, Record
from knowledge.validity import holding_first, today

_PLACES = frozenset({"city", "prefecture"})
#: What the bureaus serve is every prefecture: they are no place's own.
_BUREAU = "hub.bureau_"


@answers_first
def doors_but_for(clause: Clause, turn: Turn) -> Answer | None:
    """Lists the doors of the material that are not those of the places set aside.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        The list; None where no place is set aside, another one is named, or no door looked for.
    """
    marker = pattern("set_aside").search(clause.text)
    looks_for_doors = "hub" in clause.values("kind") or clause.intent == "find_hub"
    if marker is None or not looks_for_doors:
        return None
    named = [one for one in clause.entities if one["entity"] in _PLACES and one.get("text")]
    aside = [one for one in named if clause.text.find(str(one["text"])) < marker.start()]
    if not aside or aside != named or any(map(clause.values, ("record", "country"))):
        return None
    if not pattern("run_of_names").fullmatch(_without(aside, clause.text[: marker.start()])):
        return None
    store = turn.knowledge.store
    cities = {str(one["value"]) for one in aside if one["entity"] == "city"}
    prefectures = {str(one["value"]) for one in aside if one["entity"] == "prefecture"}
    of_cities = {place for one in cities for place in store.prefecture_of(one)}
    left = [
        one
        for one in store.records(Kind.HUB)
        if not one.id.startswith(_BUREAU) and not _is_there(one, cities, prefectures, of_cities)
    ]
    listed = list_of(holding_first(left, today()), turn)
    said = "と".join(str(one["text"]) for one in aside)
    lead = Point(text=phrase("doors_but_for", said=said, count=str(len(left))))
    return listed.copy(update={"lead": lead})


def _without(entities: list, text: str) -> str:
    for one in entities:
        text = text.replace(str(one["text"]), "", 1)
    return text


def _is_there(record: Record, cities: set[str], prefectures: set[str], of_cities: set[str]) -> bool:
    """True for a door of such a place: its city's, its prefecture's, or the prefecture's own."""
    match = record.match
    if match is None:
        return False
    own = {*match.prefectures}
    if prefectures & own and own <= prefectures:
        return True
    return bool(cities & {*match.cities}) if match.cities else bool(own) and own <= of_cities
