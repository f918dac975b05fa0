"""「MOBIOとは」「案件化調査の上限額は」「JETROと同じフロアの窓口は」: facts of the records."""

from __future__ import annotations

from collections.abc import Sequence

from actions.answering import AnsweringAction, answers
from actions.fact_ranking import (
    VAGUE_ATTRIBUTES,
    RankedFact,
    asked_attributes,
    rank_facts,
    residual,
)
from actions.fact_selection import MOST_FACTS, shared_out, with_siblings, without_parts
from actions.limits import (
    country_outside,
    default_helpers,
    did_you_mean,
    not_in_material,
    topic_outside,
)
from actions.rendering import choice, fact_point, named_fact_point, status_note, summary_point
from actions.subjects import countries_outside, holds, subjects_of
from actions.turn import Clause, Turn
from answers import Answer, Choice, Point, StatusNote
from knowledge.schema import Fact, Kind, Record

#: Search confidence from which a fact answers, and from which it is offered (「もしかして」).
#: Read off the search's calibration: foreign questions stay below the first.
CERTAIN = 0.4
LIKELY = 0.12
#: Intent confidence from which a practical topic wins over an attribute of the material.
CLEARLY_OUTSIDE = 0.6
#: Below this a near fact with a figure would be read as the answer, and is not shown.
FIGURE_SAFE = 0.35
#: The same for the words beside a named record, where every fact is near already.
FITS = 0.12
MOST_NEAR = 5
MOST_RELATED = 2
MOST_SUBJECTS = 3
#: Facts of other records shown beside the best one have at least this part of its score.
_CLOSE = 0.8
#: Attributes people ask for that the material leaves out: never answered by a near fact.
_EXACT_ONLY = frozenset(
    {
        "amount_limit",
        "contact",
        "costs",
        "deadline",
        "fee",
        "how_to_apply",
        "language",
        "opening_hours",
        "period",
        "subsidy_rate",
    }
)


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
    subjects = subjects_of(clause, turn)[:MOST_SUBJECTS]
    outside = countries_outside(clause, turn)
    if outside and not subjects:
        return country_outside(clause, turn, outside[0])
    named = clause.values("record") or clause.values("country")
    if not named and clause.goes_on_from and clause.goes_on_from.values("topic"):
        return topic_outside(clause.goes_on_from, turn)
    if not subjects:
        return _about_anything(clause, turn)
    if clause.values("topic") and all(one.kind is Kind.COUNTRY for one in subjects):
        return topic_outside(clause, turn)
    if clause.values("topic") and not asked_attributes(clause):
        best = rank_facts(clause, subjects, turn)[:1]
        if not best or best[0].confidence < CERTAIN:
            return topic_outside(clause, turn)
    return _about(subjects, clause, turn)


@answers("ask_outside")
def look_beyond(clause: Clause, turn: Turn) -> Answer:
    """Answers a practical question: honestly where it is beyond the material, else from it.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    sure = clause.confidence >= CLEARLY_OUTSIDE or not asked_attributes(clause)
    if clause.values("topic") and sure:
        return topic_outside(clause, turn)
    return look_up(clause, turn)


def found_anything(clause: Clause, turn: Turn) -> bool:
    """True where a clause names something of the material, or surely asks for a fact of it."""
    if subjects_of(clause, turn):
        return True
    if clause.values("topic"):
        return False
    best = rank_facts(clause, (), turn)[:1]
    return bool(best) and best[0].confidence >= (LIKELY if best[0].asked else CERTAIN)


def _about(subjects: Sequence[Record], clause: Clause, turn: Turn) -> Answer:
    """Answers about named records: the asked attribute, the fitting facts, or an overview."""
    attributes = asked_attributes(clause)
    if attributes and not any(holds(one, attributes) for one in subjects):
        subjects = _related_holders(subjects, attributes, turn) or subjects
    missing = [
        one
        for one in _fitting_attributes(clause, subjects, turn)
        if one in _EXACT_ONLY and not any(subject.facts_about(one) for subject in subjects)
    ]
    if missing:
        return _missing(subjects[0], missing[0], turn)
    ranked = rank_facts(clause, subjects, turn)
    asked = _asked(ranked, subjects)
    if asked:
        return _tell([*asked, *_other_country(asked, subjects, turn)], ranked, subjects, turn)
    if not _asks_more_than_names(clause, turn):
        return overview(subjects, turn)
    own = [one for one in ranked if one.belongs]
    unknown = turn.knowledge.unknown_words(residual(clause))
    if unknown:
        return _not_told(own, subjects[0], unknown[0], turn)
    if own and own[0].confidence >= FITS:
        return _tell(shared_out(own, subjects, MOST_RELATED + 1), ranked, subjects, turn)
    return _tell(shared_out(own, subjects, MOST_NEAR), ranked, subjects, turn)


def _other_country(
    asked: Sequence[RankedFact], subjects: Sequence[Record], turn: Turn
) -> list[RankedFact]:
    """Returns the same figure of the other country, to compare with (「ベトナムは162米ドル」)."""
    if len(subjects) != 1 or subjects[0].kind is not Kind.COUNTRY or asked[0].fact.value is None:
        return []
    return [
        RankedFact(record, fact, 0.0, 0.0, 0.0, True)
        for record in turn.knowledge.store.records(Kind.COUNTRY)
        if record.id != subjects[0].id
        for fact in record.facts_about(asked[0].fact.attribute)
    ]


def _fitting_attributes(clause: Clause, subjects: Sequence[Record], turn: Turn) -> list[str]:
    """Returns the asked attributes that a record of the subjects' kinds can have at all."""
    kinds = {one.kind for one in subjects}
    declared = turn.knowledge.store.attribute
    return [
        one
        for one in asked_attributes(clause)
        if not declared(one).kinds or kinds & set(declared(one).kinds)
    ]


def _related_holders(
    subjects: Sequence[Record], attributes: Sequence[str], turn: Turn
) -> list[Record]:
    """Returns the records next to the named ones that do hold what is asked."""
    store = turn.knowledge.store
    near = [store.record(other) for one in subjects for other in one.related]
    return [one for one in near if holds(one, attributes)][:MOST_SUBJECTS]


def _asked(ranked: Sequence[RankedFact], subjects: Sequence[Record]) -> list[RankedFact]:
    """Facts with the asked attribute: of the subjects, else of records that mention them."""
    own = [one for one in ranked if one.asked and one.belongs == 1.0]
    found = own or [one for one in ranked if one.asked]
    if len(subjects) > 1:
        order = {one.id: place for place, one in enumerate(subjects)}
        found.sort(key=lambda one: order.get(one.record.id, len(order)))
    return without_parts(found)[:MOST_FACTS]


def _asks_more_than_names(clause: Clause, turn: Turn) -> bool:
    """True where words of content are left beside the names, e.g. 「の人材教育」."""
    left = residual(clause)
    for one in clause.entities:
        vague = one["entity"] == "attribute" and one["value"] in VAGUE_ATTRIBUTES
        if (vague or one["entity"] == "reference") and one.get("text"):
            left = left.replace(one["text"], " ", 1)
    return bool(turn.knowledge.analyser.words(left))


def _asks_attribute_only(clause: Clause, turn: Turn) -> bool:
    """True where nothing of content is left beside the asked attribute, e.g. 「上限額は？」."""
    left = clause.text
    for one in clause.entities:
        if one["entity"] == "attribute" and one.get("text"):
            left = left.replace(one["text"], " ", 1)
    return not turn.knowledge.analyser.words(left)


def _tell(
    facts: Sequence[RankedFact],
    ranked: Sequence[RankedFact],
    subjects: Sequence[Record],
    turn: Turn,
) -> Answer:
    """Words some facts, with at most two related ones after them."""
    store = turn.knowledge.store
    told = {one.fact.text for one in facts}
    related = [
        one
        for one in ranked
        if one.fact.text not in told and one.belongs == 1.0 and one.confidence >= FITS
    ][: max(0, MOST_RELATED + 1 - len(facts))]
    points = [named_fact_point(store, one.record, one.fact) for one in (*facts, *related)]
    records = list(dict.fromkeys(one.record.id for one in facts))
    if subjects:
        records = list(dict.fromkeys([*(one.id for one in subjects), *records]))
    shown = [store.record(one) for one in records[:MOST_SUBJECTS]]
    return Answer(
        kind="fact",
        lead=points[0],
        points=tuple(points[1:]),
        status_notes=notes(shown, turn),
        choices=next_steps(shown[0], turn),
        data={"records": records},
    )


def _about_anything(clause: Clause, turn: Turn) -> Answer:
    """Answers from the facts that fit best, whatever records they belong to."""
    ranked = rank_facts(clause, (), turn)
    if clause.values("topic") and not (ranked and ranked[0].confidence >= CLEARLY_OUTSIDE):
        return topic_outside(clause, turn)
    asked = [one for one in ranked if one.asked]
    holders = list(dict.fromkeys(one.record.id for one in asked))
    sure = bool(asked) and (asked[0].confidence >= LIKELY or _asks_attribute_only(clause, turn))
    if sure and len(holders) <= MOST_SUBJECTS:
        return _tell(without_parts(asked)[:MOST_FACTS], ranked, (), turn)
    if not ranked or ranked[0].confidence < LIKELY:
        return not_in_material(clause, turn)
    best = [one for one in ranked if one.score >= _CLOSE * ranked[0].score][:MOST_FACTS]
    if ranked[0].confidence < CERTAIN:
        return perhaps(clause, best, turn)
    if len({one.record.id for one in best}) == 1:
        best = with_siblings(best, ranked)
    return _tell(best, ranked, (), turn)


def perhaps(clause: Clause, near: Sequence[RankedFact], turn: Turn) -> Answer:
    """Says that nothing fits surely, shows the nearest facts and asks whether they are meant."""
    store = turn.knowledge.store
    shown = [
        one
        for one in near
        if one.confidence >= FIGURE_SAFE or not any(map(str.isdigit, one.fact.text))
    ][: MOST_RELATED + 1]
    answer = did_you_mean(clause, turn, [one.record.id for one in near])
    if not shown:
        return answer
    points = tuple(named_fact_point(store, one.record, one.fact) for one in shown)
    return answer.copy(update={"points": points})


def _missing(record: Record, attribute: str, turn: Turn) -> Answer:
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
        status_notes=notes([record], turn),
        closing=turn.wording.text("utter_person_can_help"),
        choices=(choice(turn.wording.label("utter_person_can_help"), "request_human"),),
        data={"records": [record.id]},
    )


def _not_told(near: Sequence[RankedFact], record: Record, word: str, turn: Turn) -> Answer:
    """Says by its word what the material does not know about a record, then what is near.

    Figures are left out of what is near: beside a question they do not answer they would
    be read as the answer.
    """
    store = turn.knowledge.store
    told = [one for one in near if not any(map(str.isdigit, one.fact.text))][:MOST_NEAR]
    lead = turn.wording.text("utter_not_told", record=record.short_name, word=word)
    return Answer(
        kind="not_in_material",
        lead=Point(text=lead),
        points=(
            summary_point(store, record),
            *(named_fact_point(store, one.record, one.fact) for one in told),
            *default_helpers(turn),
        ),
        status_notes=notes([record], turn),
        closing=turn.wording.text("utter_person_can_help"),
        choices=(choice(turn.wording.label("utter_person_can_help"), "request_human"),),
        data={"records": [record.id]},
    )


def overview(subjects: Sequence[Record], turn: Turn) -> Answer:
    """Says what some records are, with their facts in the order worth telling."""
    store = turn.knowledge.store
    most = MOST_FACTS // len(subjects)
    points = []
    for record in subjects:
        points.append(summary_point(store, record))
        points += [fact_point(store, fact) for fact in _worth_telling(record)[:most]]
    return Answer(
        kind="record",
        lead=points[0],
        points=tuple(points[1:]),
        status_notes=notes(subjects, turn),
        choices=next_steps(subjects[0], turn),
        data={"records": [one.id for one in subjects]},
    )


def _worth_telling(record: Record) -> list[Fact]:
    """The facts of a record without those its summary or an earlier fact repeats."""
    told: list[Fact] = []
    for fact in record.facts:
        if fact.attribute not in {"overview", "full_name", "url"}:
            told.append(fact)
    return told or list(record.facts)


def notes(subjects: Sequence[Record], turn: Turn) -> tuple[StatusNote, ...]:
    """Words the present status of records that were researched."""
    found = (status_note(one, turn.wording) for one in subjects if one.kind is not Kind.COUNTRY)
    return tuple(note for note in found if note)


def next_steps(record: Record, turn: Turn) -> tuple[Choice, ...]:
    """Offers the records next to this one, and the consultation."""
    store = turn.knowledge.store
    near = [store.record(one) for one in record.related[:2]]
    steps = [choice(one.short_name, "ask_record", record=one.id) for one in near]
    steps.append(choice(turn.wording.label("utter_start"), "start_consultation"))
    return tuple(steps)
