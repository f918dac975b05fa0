"""Offices and schemes by names the material does not hold (「福岡ベトナムデスク」)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from actions.answering import answers_first
from actions.limits import not_in_material
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import summary_point
from actions.turn import Clause, Turn
from answers import Answer
from knowledge.analysis import tokens_of
from knowledge.guide import Profile
from knowledge.schema import Record

_NOUNS = frozenset({"名詞", "接尾辞", "接頭辞"})
_JOINS = frozenset({"・", "-", "－", "‐", "ー", "＝", "&"})
_PLACES = ("prefecture", "city", "region")
_QUOTED = re.compile('[「『“"]([^」』”"]{3,24})[」』”"]')
#: A shorter name is rather a kind of body than one.
_LEAST = 6
#: A shorter unknown word is rather a slip of the pen.
_LEAST_WORD = 3


@answers_first
def made_up_name(clause: Clause, turn: Turn) -> Answer | None:
    """Says that a body or scheme of that name is not in the material, and who is near.

    Args:
        clause: The question; None is returned where it names nothing of the kind.
        turn: The turn it belongs to.
    """
    name = _strange_name(clause, turn)
    if name is None:
        return None
    alone = replace(clause, entities=_others(clause, name))
    answer = not_in_material(alone, turn, missing=name)
    near = _nearest(clause, turn)
    if near is None:
        return answer
    told = summary_point(turn.knowledge.store, near)
    told = told.copy(update={"text": phrase("near_place", hub=told.text)})
    return answer.copy(update={"points": (told, *answer.points)})


def _strange_name(clause: Clause, turn: Turn) -> str | None:
    for quoted in _QUOTED.finditer(clause.text):
        if pattern("name_of_aid").search(quoted[1]) and not _is_told(quoted[1], turn):
            return quoted[1]
    for one in clause.entities:
        aid = _aid_of(one, clause.text) if one["entity"] in _PLACES else None
        if aid is not None:
            return aid
    for name in _names(clause.text):
        found = pattern("name_of_body").search(name)
        if found and len(name) >= _LEAST and _is_strange(name, clause, turn):
            return name
    return None


def _is_told(name: str, turn: Turn) -> bool:
    """True for a name that stands anywhere in the material."""
    return any(
        name in text
        for record in turn.knowledge.store.records()
        for text in (record.name, *record.aliases, *(one.text for one in record.facts))
    )


def _aid_of(place: dict[str, Any], text: str) -> str | None:
    """Aid of a prefecture or a municipality, of which the material holds none."""
    said = str(place.get("text") or "")
    found = re.search(re.escape(said) + pattern("aid_of_a_place").pattern, text) if said else None
    return found[0] if found else None


def _names(text: str) -> list[str]:
    """The runs of nouns of a text, with what joins their parts."""
    names, run = [], ""
    for token in tokens_of(text):
        if token.pos in _NOUNS or (run and token.surface in _JOINS):
            run += token.surface
        else:
            names.append(run)
            run = ""
    return [one for one in (*names, run) if one]


def _is_strange(name: str, clause: Clause, turn: Turn) -> bool:
    """True for a name with a place no known body of it serves, or with words nobody knows."""
    store = turn.knowledge.store
    bodies = [one for one in clause.entities if one["entity"] == "record" and _within(one, name)]
    places = [one for one in clause.entities if one["entity"] in _PLACES and _within(one, name)]
    if bodies:
        records = [store.record(str(one["value"])) for one in bodies]
        return any(not _serves(record, one, turn) for record in records for one in places)
    if any(one["entity"] == "topic" and _within(one, name) for one in clause.entities):
        return False
    unknown = [
        one
        for one in turn.knowledge.unknown_words(name)
        # A foreign word in small letters is one's own word for something.
        if len(one) >= _LEAST_WORD and not one.islower()
    ]
    return bool(places) or bool(unknown)


def _within(entity: dict[str, Any], name: str) -> bool:
    said = str(entity.get("text") or "")
    return bool(said) and said in name


def _serves(record: Record, place: dict[str, Any], turn: Turn) -> bool:
    """True where a place in a name is of the record that was found in it."""
    names = (record.name, record.short_name, *record.aliases)
    said = str(place["text"])
    if any(said in one for one in names):
        return True
    served = {*(record.match.prefectures if record.match else ())}
    if not served:
        return True
    store = turn.knowledge.store
    value = str(place["value"])
    around = store.prefecture_of(value) if place["entity"] == "city" else value.split("、")
    return bool(served & {*around})


def _nearest(clause: Clause, turn: Turn) -> Record | None:
    """The hub of the material that serves the place in the name."""
    store = turn.knowledge.store
    prefecture = next(iter(clause.values("prefecture")), None)
    city = next(iter(clause.values("city")), None)
    if prefecture is None and city is not None:
        prefecture = next(iter(store.prefecture_of(city)), None)
    if prefecture is None:
        return None
    plan = turn.knowledge.guide.recommend(Profile(prefecture=prefecture, city=city))
    return store.record(plan.hubs[0].record_id) if plan.hubs else None


def _others(clause: Clause, name: str) -> tuple[dict[str, Any], ...]:
    return tuple(one for one in clause.entities if not _within(one, name))
