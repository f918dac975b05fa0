"""A question for several properties of which the material holds some (「運営主体と電話番号は」)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from actions.asked_thing import as_asked, asked_number
from actions.derived import asks_for_derived
from actions.fact_ranking import residual
from actions.turn import Clause, Turn
from answers import Answer, Point
from knowledge.schema import Kind, Record

#: What stands between two things asked for; 「期間は何年」 asks for one.
_JOINED = re.compile("[とや、。?？・]|および|及び|あと|それと|プラス")
#: People of a body are counted nowhere.
_PEOPLE = "population"


def told_in_part(
    subjects: Sequence[Record], clause: Clause, lacking: Collection[str], turn: Turn
) -> tuple[Clause, tuple[str, ...]]:
    """Cuts what the material lacks off a question that asks for something told as well.

    Args:
        subjects: What is asked about.
        clause: The question.
        lacking: Properties that are never answered by a near fact.
        turn: The turn it belongs to.

    Returns:
        The question for what is told, and the names of what is missing; the question as it is
        where all of it, or none, is told.
    """
    if subjects and subjects[0].kind is Kind.COUNTRY and asks_for_derived(clause.text):
        # 「ベトナムはタイの何割」 is worked out, and asks for no rate of a subsidy.
        return clause, ()
    asked = [
        one
        for one in clause.entities
        if one["entity"] == "attribute" and one.get("text") and one["text"] in clause.text
    ]
    told = [one for one in asked if _is_told(str(one["value"]), subjects)]
    missing = [
        one
        for one in asked
        if not _is_told(str(one["value"]), subjects)
        and (one["value"] in lacking or _counts_people(one, subjects))
        and any(_is_joined(clause.text, one, each) for each in told)
    ]
    if not told or not missing:
        return clause, ()
    names = [_name(clause, one, turn) for one in missing]
    text = clause.text
    for one, name in zip(missing, names, strict=True):
        said = name if name in text else str(one["text"])
        text = text.replace(said, "", 1)
    kept = tuple(one for one in clause.entities if one not in missing)
    return replace(clause, text=text, entities=kept, outside=0.0), tuple(dict.fromkeys(names))


def with_what_is_missing(
    answer: Answer, record: Record, missing: Sequence[str], turn: Turn
) -> Answer:
    """Adds to what is told of a record the names of what the material lacks of it."""
    lacks = turn.wording.text(
        "utter_attribute_missing", record=record.short_name, attribute="」「".join(missing)
    )
    closing = turn.wording.text("utter_person_can_help")
    return answer.copy(
        update={
            "points": (Point(text=lacks), *answer.points),
            "closing": answer.closing or closing,
        }
    )


def _is_told(attribute: str, subjects: Sequence[Record]) -> bool:
    return any(one.facts_about(attribute) for one in subjects)


def _counts_people(entity: dict[str, Any], subjects: Sequence[Record]) -> bool:
    return entity["value"] == _PEOPLE and all(one.kind is not Kind.COUNTRY for one in subjects)


def _is_joined(text: str, one: dict[str, Any], other: dict[str, Any]) -> bool:
    start, end = sorted(
        (text.find(str(each["text"])), text.find(str(each["text"])) + len(str(each["text"])))
        for each in (one, other)
    )
    return bool(_JOINED.search(text[start[1] : end[0]]))


def _name(clause: Clause, entity: dict[str, Any], turn: Turn) -> str:
    others = (one for one in clause.entities if one["entity"] != "attribute")
    alone = replace(clause, entities=(entity, *others))
    named = as_asked(alone, "attribute", turn)
    if entity["value"] == _PEOPLE:
        return asked_number(clause, residual(clause), turn) or str(entity["text"])
    return named or turn.knowledge.store.attribute(str(entity["value"])).label
