"""Answers where the material nearly, or not at all, tells what is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.asked_thing import as_asked, asked_last, asked_number
from actions.fact_ranking import (
    RankedFact,
    Ranking,
    asked_attributes,
    asks_for_several,
    residual,
)
from actions.fact_selection import further, with_siblings
from actions.limits import did_you_mean
from actions.phrases import phrase
from actions.rendering import choice, named_fact_point, status_notes, summary_point
from actions.strangers import strange_phrase, unknown_aid
from actions.turn import Clause, Turn
from actions.unasked_figures import is_unasked
from answers import Answer, Point
from knowledge.schema import Kind, Record

#: Below this confidence a near fact with a figure would be read as the answer, and is not shown.
FIGURE_SAFE = 0.12
#: Probability of a question beyond the material from which no near figure is shown.
DOUBTFUL = 0.5
#: Share of a fact from which a figure nobody named is shown among what is near.
LIKELY_FIGURE = 0.2
MOST_NEAR = 4
#: A shorter unknown word, or one in other letters, is rather a slip of the pen or one's own word.
_FOREIGN_WORD = re.compile(r"[ァ-ヶー]{4,}[A-Za-z0-9]?")
_YEAR = re.compile(r"(19|20)\d\d年度?")
#: Words that make one name with the kind right behind them.
NAME = re.compile(r"[一-龠々ァ-ヶーA-Za-zＡ-Ｚａ-ｚ0-9]{2,}$")


def perhaps(clause: Clause, ranking: Ranking, turn: Turn) -> Answer:
    """Says that nothing fits surely, shows the nearest facts and asks whether they are meant."""
    store = turn.knowledge.store
    safe = ranking.confidence >= FIGURE_SAFE and clause.outside < DOUBTFUL
    named = clause.values("record")
    near = [
        one
        for one in ranking.facts
        if not any(map(str.isdigit, one.fact.text))
        or (
            (safe and (one.belongs or not named) and _is_likely_meant(one, named))
            and not (is_unasked(one) and one.share < LIKELY_FIGURE)
        )
    ]
    shown = _its_list(near, clause) or further((), near, MOST_NEAR)
    answer = did_you_mean(clause, turn, [one.record.id for one in shown])
    points = tuple(named_fact_point(store, one.record, one.fact) for one in shown)
    known = [store.record(one) for one in named if store.has_record(one)]
    present = status_notes(known[:1], turn.wording, store)
    return answer.copy(update={"points": points, "status_notes": present})


def _its_list(near: Sequence[RankedFact], clause: Clause) -> list[RankedFact]:
    """The whole list that the nearest fact is part of, where a list is asked for."""
    if not near or not asks_for_several(clause.text):
        return []
    family = with_siblings(near[0], near)
    together = sum(one.share for one in family)
    return family if len(family) > MOST_NEAR - 2 and together >= LIKELY_FIGURE else []


def _is_likely_meant(one: RankedFact, named: Sequence[str]) -> bool:
    """True for a fact whose figure may be the one asked for, and no figure out of a table."""
    if one.fact.value is None or (named and one.belongs == 1.0):
        return True
    return one.asked or one.share >= LIKELY_FIGURE


def attribute_missing(
    record: Record, attribute: str, turn: Turn, clause: Clause | None = None
) -> Answer:
    """Says by name what the material does not hold, and shows what it does.

    Args:
        record: What is asked about.
        attribute: The property it lacks.
        turn: The turn it belongs to.
        clause: The question, where it names the property in its own words (会費).
    """
    store = turn.knowledge.store
    lead = turn.wording.text(
        "utter_attribute_missing",
        record=record.short_name,
        attribute=(_said(clause, attribute, turn) if clause else None)
        or store.attribute(attribute).label,
    )
    return Answer(
        kind="not_in_material",
        lead=Point(text=lead),
        points=_plain_summary(record, turn),
        status_notes=status_notes([record], turn.wording, store),
        closing=turn.wording.text("utter_ask_there", bodies="、".join(_bodies(record, turn))),
        choices=(choice(turn.wording.label("utter_person_can_help"), "request_human"),),
        data={"records": [record.id]},
    )


def lacking_first(answer: Answer, record: Record, attribute: str, turn: Turn) -> Answer:
    """Says first that a record lacks a property, then what is told of the next of kin."""
    lead = turn.wording.text(
        "utter_attribute_missing",
        record=record.short_name,
        attribute=turn.knowledge.store.attribute(attribute).label,
    )
    points = (answer.lead, *answer.points)
    return answer.copy(update={"lead": Point(text=lead), "points": points})


def _said(clause: Clause, attribute: str, turn: Turn) -> str | None:
    kept = tuple(
        one for one in clause.entities if one["entity"] != "attribute" or one["value"] == attribute
    )
    said = as_asked(replace(clause, entities=kept), "attribute", turn)
    label = turn.knowledge.store.attribute(attribute).label
    # 「上限」 is told in full.
    return label if said and label.startswith(said) else said


def names_something_unknown(clause: Clause, turn: Turn) -> bool:
    """True for the name of a scheme or body the material does not know (「…導入補助金」).

    A kind of record (補助金, センター) right behind words the material has nowhere is a name.
    """
    if unknown_aid(clause, turn):
        return True
    for one in clause.entities:
        if one["entity"] != "kind" or not one.get("text"):
            continue
        before = NAME.search(clause.text[: clause.text.find(one["text"])])
        if before and turn.knowledge.unknown_words(before[0]):
            return True
    return False


def names_a_stranger(clause: Clause, turn: Turn) -> bool:
    """True for a question about a thing the material has nowhere (「タイのノンイミグラントB」)."""
    asked = residual(clause)
    unknown = turn.knowledge.unknown_words(asked)
    number = not asked_attributes(clause) and asked_last(asked, turn)
    return bool(number) or any(_FOREIGN_WORD.fullmatch(one) for one in unknown)


def _plain_summary(record: Record, turn: Turn) -> tuple[Point, ...]:
    """What a record is, unless a figure in it would be read as the answer."""
    point = summary_point(turn.knowledge.store, record)
    return () if any(map(str.isdigit, _YEAR.sub("", point.text))) else (point,)


def _bodies(record: Record, turn: Turn) -> list[str]:
    """Names who can tell more of a record: whoever runs it, then whom any company may ask."""
    store = turn.knowledge.store
    running = [one for one in record.related if one.startswith("organisation.")]
    anyone = turn.wording.text("utter_default_helpers").split()
    own = [record.id] if record.kind in {Kind.ORGANISATION, Kind.HUB} else []
    named = dict.fromkeys([*own, *running[:2], *anyone])
    return [store.record(one).short_name for one in named][:MOST_NEAR]


def not_told(
    near: Sequence[RankedFact],
    record: Record,
    clause: Clause,
    turn: Turn,
    word: str | None = None,
) -> Answer:
    """Says that the material does not tell what is asked of a record, then what is near.

    Figures are left out of what is near: beside a question they do not answer they would
    be read as the answer.

    Args:
        near: Facts, the nearest first.
        record: What is asked about.
        clause: The question.
        turn: The turn it belongs to.
        word: What of it the material does not hold; otherwise what is strange in it.
    """
    store = turn.knowledge.store
    plain = [one for one in near if one.belongs and not any(map(str.isdigit, one.fact.text))]
    if record.kind is Kind.COUNTRY:
        # So much is told of a country that something always comes next, however far it is.
        plain = [one for one in plain if one.share >= LIKELY_FIGURE]
    told = further((), plain, MOST_NEAR - 2)
    asked = residual(clause)
    unknown = word or strange_phrase(asked, turn) or asked_number(clause, asked, turn)
    number = asked_last(asked, turn)
    if number and number.startswith(unknown or ""):
        unknown = number
    missing = (
        turn.wording.text("utter_not_told", record=record.short_name, word=unknown)
        if unknown
        else turn.wording.text("utter_not_told_at_all", record=record.short_name)
    )
    points = (
        *_plain_summary(record, turn),
        *(named_fact_point(store, one.record, one.fact) for one in told),
    )
    return Answer(
        kind="not_in_material",
        lead=Point(text=missing + (phrase("told_instead") if points else "")),
        points=points,
        closing=turn.wording.text("utter_ask_there", bodies="、".join(_bodies(record, turn))),
        choices=(choice(turn.wording.label("utter_person_can_help"), "request_human"),),
        data={"records": [record.id]},
    )
