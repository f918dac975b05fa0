"""Wording facts: the ones that answer, what belongs beside them, and records as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from actions.derived import derived
from actions.fact_ranking import RankedFact, Ranking, asked_attributes
from actions.fact_selection import MOST_FACTS, further, with_what_belongs
from actions.fact_table import fold, names_of
from actions.leading import led
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import choice, fact_point, named_fact_point, status_notes, summary_point
from actions.share_of_costs import share_of_costs
from actions.times import time_outside
from actions.turn import Clause, Turn
from actions.unasked_figures import is_unasked
from actions.validity import in_force, source_remark
from answers import Answer, Choice, Point
from knowledge.schema import Fact, Kind, Record
from knowledge.validity import holding_first, today

#: Another name of so many letters stands for one thing only.
_LONG_NAME = 7
#: Properties asked of every record that the material gives of none.
NEVER_TOLD = frozenset({"contact", "deadline", "fee", "language", "opening_hours"})
#: Related facts told beside an answer; more where the question is a broad one.
MOST_RELATED = 2
MOST_BROAD = 4
MOST_SUBJECTS = 3
#: Share from which a fact of another record is worth telling beside the answer.
_LIKELY_TOO = 0.012
#: Share of a fact from which it stands out among all.
_STANDS_OUT = 0.25


def tell(
    clause: Clause,
    facts: Sequence[RankedFact],
    ranking: Ranking,
    subjects: Sequence[Record],
    turn: Turn,
) -> Answer:
    """Words some facts, with at most two related ones after them."""
    store = turn.knowledge.store
    facts = in_force(with_what_belongs(facts, ranking.facts, clause), ranking.facts, store)
    facts = led(facts, clause, turn)
    other_time = time_outside(clause, facts[0].fact)
    anywhere = not subjects or not facts[0].belongs
    attributes = {one.fact.attribute for one in facts}
    others = [
        one
        for one in ranking.facts
        if (one.belongs or (anywhere and (_is_near(one, facts) or one.share >= _LIKELY_TOO)))
        and (one.fact.attribute in attributes or not is_unasked(one))
    ]
    # A question no single fact stands out for is a broad one: more of what is near belongs to it.
    most = MOST_RELATED if asked_attributes(clause) or facts[0].share >= _STANDS_OUT else MOST_BROAD
    room = max(1, most + 1 - len(facts)) if other_time is None else 0
    related = further(facts, others, room)
    points = [named_fact_point(store, one.record, one.fact) for one in (*facts, *related)]
    points[0] = points[0].copy(
        update={"text": points[0].text + source_remark(facts[0].fact, store)}
    )
    counted = derived(clause, (*facts, *related), store) or share_of_costs(clause, facts, store)
    if counted is not None:
        points.insert(0, counted)
    if other_time is not None:
        told_of = facts[0].fact.as_of or ""
        points.insert(
            0, Point(text=turn.wording.text("utter_other_time", asked=other_time, told=told_of))
        )
    points += _missing_beside(clause, facts, turn)
    if facts[0].fact.value is not None and pattern("in_currency").search(clause.text):
        points.insert(1, Point(text=phrase("move_other_currency")))
    records = list(dict.fromkeys(one.record.id for one in facts))
    named = [record.id for one in facts for record in _named_in_list(one.record, one.fact, turn)]
    if subjects:
        records = list(dict.fromkeys([*(one.id for one in subjects), *records]))
    shown = [store.record(one) for one in records[:MOST_SUBJECTS]]
    return Answer(
        kind="fact",
        lead=points[0],
        points=tuple(points[1:]),
        status_notes=status_notes(shown, turn.wording, store),
        closing=_who_knows_newer(turn) if other_time is not None else None,
        choices=next_steps(shown[0], turn, facts[0].fact.attribute),
        data={
            "records": list(dict.fromkeys([*named, *records])),
            "attributes": list(dict.fromkeys(one.fact.attribute for one in facts)),
        },
    )


def _missing_beside(clause: Clause, facts: Sequence[RankedFact], turn: Turn) -> list[Point]:
    """Names what is asked in the same breath as what is told, and is told of no record."""
    told = {one.fact.attribute for one in facts}
    asked = asked_attributes(clause)
    if not told & set(asked):
        return []
    store, record = turn.knowledge.store, facts[0].record
    return [
        Point(
            text=turn.wording.text(
                "utter_attribute_missing",
                record=record.short_name,
                attribute=store.attribute(one).label,
            )
        )
        for one in asked
        if one in NEVER_TOLD - told and not record.facts_about(one)
    ]


def _who_knows_newer(turn: Turn) -> str:
    store = turn.knowledge.store
    bodies = [store.record(one) for one in turn.wording.text("utter_default_helpers").split()]
    return phrase("newer_figures", bodies="、".join(one.short_name for one in bodies))


def overview(subjects: Sequence[Record], turn: Turn) -> Answer:
    """Says what some records are, with their facts in the order worth telling."""
    store = turn.knowledge.store
    most = MOST_FACTS // len(subjects)
    points = []
    for record in subjects:
        points.append(summary_point(store, record, formal=True))
        if record.name.isascii():
            # 「DBJって何」 asks first of all what the letters stand for.
            points += [fact_point(store, fact) for fact in record.facts_about("full_name")[:1]]
            points.reverse()
        points += [fact_point(store, fact) for fact in _worth_telling(record)[:most]]
    return Answer(
        kind="record",
        lead=points[0],
        points=tuple(points[1:]),
        status_notes=status_notes(subjects, turn.wording, store),
        choices=next_steps(subjects[0], turn),
        data={"records": [one.id for one in subjects]},
    )


def _is_near(one: RankedFact, told: Sequence[RankedFact]) -> bool:
    """True for a fact of a record already told of, or next to one; no stray figure of another."""
    return any(
        one.record.id == other.record.id or one.record.id in other.record.related for other in told
    )


def _named_in_list(record: Record, fact: Fact, turn: Turn) -> list[Record]:
    """Returns the bodies a list names, for they are what is asked of next."""
    if record.kind is not Kind.POLICY_POINT:
        return []
    near = [turn.knowledge.store.record(one) for one in record.related]
    text = fold(fact.text)
    return [one for one in near if any(name in text for name in _telling_names(one))]


def _telling_names(record: Record) -> list[str]:
    """The folded names of a record without short ones, which stand in any text."""
    own = {fold(record.name), fold(record.short_name)}
    return [one for one in names_of(record) if one in own or len(one) >= _LONG_NAME]


def others_of_the_kind(record: Record, turn: Turn) -> Answer:
    """Lists the other records of a record's kind, those next to it first.

    Args:
        record: The one already shown.
        turn: The turn they answer.
    """
    store = turn.knowledge.store
    others = [one for one in store.records(record.kind) if one.id != record.id]
    own = [one for one in others if not one.id.startswith("hub.bureau_")] or others
    own = holding_first(own, today())
    own.sort(key=lambda one: one.id not in record.related)
    return Answer(
        kind="list",
        lead=Point(
            text=turn.wording.text(
                "utter_others_of_kind", record=record.short_name, count=str(len(own))
            )
        ),
        points=tuple(summary_point(store, one) for one in own),
        choices=(
            *(choice(one.short_name, "ask_record", record=one.id) for one in own[:MOST_SUBJECTS]),
            choice(turn.wording.label("utter_start"), "start_consultation"),
        ),
        data={"records": [one.id for one in own]},
    )


def _worth_telling(record: Record) -> list[Fact]:
    """The facts of a record without those its summary or an earlier fact repeats."""
    told: list[Fact] = []
    for fact in record.facts:
        if fact.attribute not in {"overview", "full_name", "url"}:
            told.append(fact)
    return holding_first(told or record.facts, today())


def next_steps(record: Record, turn: Turn, attribute: str | None = None) -> tuple[Choice, ...]:
    """Offers the records next to this one, and the consultation.

    Args:
        record: What was told of.
        turn: The turn it was told in.
        attribute: What was asked of a country: the choice of the other one asks the same.
    """
    store = turn.knowledge.store
    steps = []
    for near in map(store.record, record.related[:2]):
        if attribute and near.kind is Kind.COUNTRY and near.facts_about(attribute):
            steps.append(
                choice(near.short_name, "ask_attribute", country=near.id, attribute=attribute)
            )
        else:
            steps.append(choice(near.short_name, "ask_record", record=near.id))
    steps.append(choice(turn.wording.label("utter_start"), "start_consultation"))
    return tuple(steps)
