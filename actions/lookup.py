"""「MOBIOとは」「案件化調査の上限額は」「JETROと同じフロアの窓口は」: facts of the records."""

from __future__ import annotations

from collections.abc import Sequence

from actions.answering import AnsweringAction, answers
from actions.limits import country_outside, did_you_mean, not_in_material, topic_outside
from actions.rendering import choice, fact_point, named_fact_point, status_note, summary_point
from actions.turn import Clause, Turn
from answers import Answer, Choice
from knowledge.schema import Fact, Kind, Record
from knowledge.search import Hit

CERTAIN = 0.75
LIKELY = 0.5
MOST_FACTS = 6
MOST_RELATED = 2
MOST_SUBJECTS = 3


class ActionLookUp(AnsweringAction):
    """Answers what a record is, one of its attributes, or which record has a feature."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_look_up"


@answers("ask_record", "ask_attribute")
def look_up(clause: Clause, turn: Turn) -> Answer:
    """Answers with the asked fact first, then at most two related ones.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        Facts of the named records; else of whatever records the question fits; else
        what is missing, by name, and who can help.
    """
    subjects = subjects_of(clause, turn)
    attributes = clause.values("attribute")
    outside = _countries_outside(clause, turn)
    if clause.values("topic") and not attributes:
        return topic_outside(clause, turn)
    if outside and not subjects:
        return country_outside(clause, turn, outside[0])
    if subjects:
        return _about(subjects[:MOST_SUBJECTS], attributes, clause, turn)
    if attributes:
        holders = _holders(attributes, turn)
        if 0 < len(holders) <= MOST_SUBJECTS:
            return _about(holders, attributes, clause, turn)
    return by_feature(clause, turn)


@answers("find_record")
def by_feature(clause: Clause, turn: Turn) -> Answer:
    """Answers from the facts that fit the words best, whatever records they belong to."""
    hits = turn.knowledge.search.facts(clause.text, limit=8)
    if not hits or hits[0].confidence < LIKELY:
        if clause.values("topic"):
            return topic_outside(clause, turn)
        return not_in_material(clause, turn)
    best = [hit for hit in hits if hit.score >= 0.6 * hits[0].score][:MOST_FACTS]
    if hits[0].confidence < CERTAIN and len({hit.record_id for hit in best}) > 1:
        return did_you_mean(clause, turn, [hit.record_id for hit in best])
    store = turn.knowledge.store
    records = list(dict.fromkeys(hit.record_id for hit in best))
    points = [named_fact_point(store, store.record(hit.record_id), hit.fact) for hit in best]
    return Answer(
        kind="fact",
        lead=points[0],
        points=tuple(points[1 : MOST_RELATED + 1] if len(records) == 1 else points[1:]),
        status_notes=_notes([store.record(records[0])], turn),
        choices=_next_steps(store.record(records[0]), turn),
        data={"records": records},
    )


def subjects_of(clause: Clause, turn: Turn) -> list[Record]:
    """Returns the records a question is about; what was shown last where it says 「その」."""
    store = turn.knowledge.store
    known = {record.id for record in store.records()}
    named = [*clause.values("record"), *clause.values("country")]
    found = [store.record(one) for one in named if one in known]
    refers_back = any(one["entity"] == "reference" for one in clause.entities)
    elliptic = not named and bool(clause.values("attribute")) and len(clause.text) <= 20
    if not found and (refers_back or elliptic):
        found = [store.record(one) for one in turn.focus[:1] if one in known]
        if elliptic and not refers_back:
            found = [one for one in found if _holds(one, clause.values("attribute"))]
    return found


def _holds(record: Record, attributes: Sequence[str]) -> bool:
    return any(record.facts_about(attribute) for attribute in attributes)


def _countries_outside(clause: Clause, turn: Turn) -> list[str]:
    known = {record.id for record in turn.knowledge.store.records(Kind.COUNTRY)}
    return [one for one in clause.values("country") if one not in known]


def _holders(attributes: Sequence[str], turn: Turn) -> list[Record]:
    return [one for one in turn.knowledge.store.records() if _holds(one, attributes)]


def _about(
    subjects: Sequence[Record], attributes: Sequence[str], clause: Clause, turn: Turn
) -> Answer:
    """Answers about named records: the asked attributes, the best facts, or an overview."""
    store = turn.knowledge.store
    missing: list[tuple[Record, str]] = []
    asked: list[tuple[Record, Fact]] = []
    ranked = {one.id: _ranked(one, clause, turn) for one in subjects}
    for record in subjects:
        for attribute in attributes:
            facts = [hit.fact for hit in ranked[record.id] if hit.fact.attribute == attribute]
            facts += [fact for fact in record.facts_about(attribute) if fact not in facts]
            if facts:
                asked += [(record, fact) for fact in facts]
            else:
                missing.append((record, attribute))
    if not asked:
        strong = [
            (one, hit.fact)
            for one in subjects
            for hit in ranked[one.id][: MOST_RELATED + 1]
            if hit.confidence >= (CERTAIN if attributes else LIKELY)
        ]
        if strong:
            asked, missing = strong, []
    if not asked and missing:
        return _missing(missing, turn)
    if not asked:
        return overview(subjects, turn)
    points = [named_fact_point(store, record, fact) for record, fact in asked[:MOST_FACTS]]
    shown = {id(fact) for _, fact in asked}
    related = [
        fact_point(store, hit.fact)
        for hit in ranked[subjects[0].id]
        if id(hit.fact) not in shown and hit.confidence >= LIKELY
    ][: max(0, MOST_RELATED + 1 - len(points))]
    return Answer(
        kind="fact",
        lead=points[0],
        points=tuple(points[1:] + related),
        status_notes=_notes(subjects, turn),
        choices=_next_steps(subjects[0], turn),
        data={"records": [one.id for one in subjects]},
    )


def _ranked(record: Record, clause: Clause, turn: Turn) -> list[Hit]:
    return turn.knowledge.search.facts(clause.text, records=[record.id], limit=len(record.facts))


def _missing(missing: Sequence[tuple[Record, str]], turn: Turn) -> Answer:
    """Says by name what the material does not hold, and shows what it does."""
    store = turn.knowledge.store
    record, attribute = missing[0]
    lead = turn.wording.text(
        "utter_attribute_missing",
        record=record.short_name,
        attribute=store.attribute(attribute).label,
    )
    note = status_note(record, turn.wording)
    return Answer(
        kind="not_in_material",
        lead={"text": lead},
        points=(summary_point(store, record),),
        status_notes=(note,) if note else (),
        closing=turn.wording.text("utter_person_can_help"),
        choices=(choice(turn.wording.label("utter_person_can_help"), "request_human"),),
        data={"records": [record.id]},
    )


def overview(subjects: Sequence[Record], turn: Turn) -> Answer:
    """Says what some records are, with their facts in the order worth telling."""
    store = turn.knowledge.store
    most = MOST_FACTS if len(subjects) == 1 else MOST_FACTS // len(subjects)
    points = []
    for record in subjects:
        points.append(summary_point(store, record))
        points += [fact_point(store, fact) for fact in record.facts[:most]]
    return Answer(
        kind="record",
        lead=points[0],
        points=tuple(points[1:]),
        status_notes=_notes(subjects, turn),
        choices=_next_steps(subjects[0], turn),
        data={"records": [one.id for one in subjects]},
    )


def _notes(subjects: Sequence[Record], turn: Turn) -> tuple:
    found = (status_note(one, turn.wording) for one in subjects)
    return tuple(note for note in found if note)


def _next_steps(record: Record, turn: Turn) -> tuple[Choice, ...]:
    """Offers the records next to this one, and the consultation."""
    store = turn.knowledge.store
    near = [store.record(one) for one in record.related[:2]]
    steps = [choice(one.short_name, "ask_record", record=one.id) for one in near]
    steps.append(choice(turn.wording.label("utter_start"), "start_consultation"))
    return tuple(steps)
