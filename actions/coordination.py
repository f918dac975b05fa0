"""Two needs told in one clause (「タイの人口と法人税率」): each is answered by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.patterns import pattern
from actions.turn import Clause

_BODIES = {"hub": "find_hub", "scheme": "find_scheme", "desk": "find_desk"}
#: What both parts are about, where only the first names it.
_SHARED = frozenset({"country", "record", "prefecture", "city"})


def coordinated(clause: Clause) -> tuple[Clause, ...]:
    """Returns the parts of a question that asks for two things of different needs.

    A property and a topic beyond the material, or a property and a place to turn to, are found in
    different ways: asked as one, only one of them would be answered.

    Args:
        clause: The question.

    Returns:
        Its two parts, in order; the clause itself where it asks for one thing.
    """
    named = [one for one in clause.entities if one.get("text")]
    placed = [(clause.text.find(str(one["text"])), one) for one in named]
    for join in pattern("joins").finditer(clause.text):
        start, end = join.span()
        if pattern("ruled_out_together").search(clause.text[end:]):
            continue
        before = tuple(one for at, one in placed if at >= 0 and at + len(one["text"]) <= start)
        after = tuple(one for at, one in placed if at >= end)
        first, second = _need(before), _need(after)
        if first is None or second is None or first == second:
            continue
        inside = after if first == "ask_outside" else before
        if "ask_outside" in (first, second) and not _is_inside(inside):
            continue
        if not any(one["entity"] in _SHARED for one in after):
            after = (*(one for one in before if one["entity"] in _SHARED), *after)
        return (
            _part(clause, clause.text[:start], first, before),
            _part(clause, clause.text[end:], second, after),
        )
    return (clause,)


def _is_inside(entities: tuple[dict[str, Any], ...]) -> bool:
    """True for what is asked of something the material has, or for a place to turn to."""
    return _need(entities) != "ask_attribute" or any(
        one["entity"] in ("record", "country") for one in entities
    )


def _part(clause: Clause, text: str, intent: str, entities: tuple[dict[str, Any], ...]) -> Clause:
    """Returns a part; that the other one is beyond the material does not make it so."""
    outside = clause.outside if intent == "ask_outside" else 0.0
    return replace(
        clause, text=text, intent=intent, entities=entities, confidence=1.0, outside=outside
    )


def _need(entities: Sequence[dict[str, Any]]) -> str | None:
    """Returns the intent of what is named; None where nothing is asked for."""
    kinds = {one["entity"]: str(one["value"]) for one in entities}
    if "topic" in kinds:
        return "ask_outside"
    if "attribute" in kinds:
        return "ask_attribute"
    return _BODIES.get(kinds.get("kind", ""))
