"""Answers where the material nearly, or not at all, tells what is asked."""

from __future__ import annotations

from collections.abc import Sequence

from actions.fact_ranking import RankedFact, Ranking, residual
from actions.fact_selection import further
from actions.limits import default_helpers, did_you_mean
from actions.rendering import choice, named_fact_point, status_notes, summary_point
from actions.turn import Clause, Turn
from answers import Answer, Point
from knowledge.schema import Record

#: Below this confidence a near fact with a figure would be read as the answer, and is not shown.
FIGURE_SAFE = 0.35
MOST_NEAR = 3


def perhaps(clause: Clause, ranking: Ranking, turn: Turn) -> Answer:
    """Says that nothing fits surely, shows the nearest facts and asks whether they are meant."""
    store = turn.knowledge.store
    near = [
        one
        for one in ranking.facts
        if ranking.confidence >= FIGURE_SAFE or not any(map(str.isdigit, one.fact.text))
    ]
    shown = further((), near, MOST_NEAR, turn.knowledge.analyser)
    answer = did_you_mean(clause, turn, [one.record.id for one in shown])
    points = tuple(named_fact_point(store, one.record, one.fact) for one in shown)
    return answer.copy(update={"points": points})


def attribute_missing(record: Record, attribute: str, turn: Turn) -> Answer:
    """Says by name what the material does not hold, and shows what it does."""
    store = turn.knowledge.store
    lead = turn.wording.text(
        "utter_attribute_missing",
        record=record.short_name,
        attribute=store.attribute(attribute).label,
    )
    return Answer(
        kind="not_in_material",
        lead=Point(text=lead),
        points=(summary_point(store, record),),
        status_notes=status_notes([record], turn.wording),
        closing=turn.wording.text("utter_person_can_help"),
        choices=(choice(turn.wording.label("utter_person_can_help"), "request_human"),),
        data={"records": [record.id]},
    )


def not_told(near: Sequence[RankedFact], record: Record, clause: Clause, turn: Turn) -> Answer:
    """Says that the material does not tell what is asked of a record, then what is near.

    Figures are left out of what is near: beside a question they do not answer they would
    be read as the answer.
    """
    store = turn.knowledge.store
    plain = [one for one in near if one.belongs and not any(map(str.isdigit, one.fact.text))]
    told = further((), plain, MOST_NEAR - 1, turn.knowledge.analyser)
    unknown = turn.knowledge.unknown_words(residual(clause))
    return Answer(
        kind="not_in_material",
        lead=Point(
            text=turn.wording.text("utter_not_told", record=record.short_name, word=unknown[0])
            if unknown
            else turn.wording.text("utter_not_told_at_all", record=record.short_name)
        ),
        points=(
            summary_point(store, record),
            *(named_fact_point(store, one.record, one.fact) for one in told),
            *default_helpers(turn),
        ),
        status_notes=status_notes([record], turn.wording),
        closing=turn.wording.text("utter_person_can_help"),
        choices=(choice(turn.wording.label("utter_person_can_help"), "request_human"),),
        data={"records": [record.id]},
    )
