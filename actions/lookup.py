"""「MOBIOとは」「案件化調査の上限額は」「JETROと同じフロアの窓口は」: facts of the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.answering import AnsweringAction, answers
from actions.besides import facts_besides
from actions.certainty import CERTAIN, CLEARLY_INSIDE, CLEARLY_OUTSIDE, FOUND
from actions.derived import asks_for_derived
from actions.description import (
    facts_of_the_described_there,
    of_its_owner,
    told_together,
    with_abbreviated,
)
from actions.fact_ranking import RankedFact, Ranking, asked_attributes, rank_facts
from actions.fact_selection import MOST_FACTS, shared_out
from actions.filed_questions import filed_facts
from actions.follow_ups import (
    asks_attribute_only,
    asks_for_more,
    asks_for_others,
    asks_how_it_differs,
    asks_of_what_was_told,
    counting_on,
    goes_on_from_focus,
    going_on,
    means_another,
    refers_to_nothing,
)
from actions.going_on import named_instead
from actions.in_context import named_in_full
from actions.limits import (
    beside_countries_outside,
    beside_the_unknown,
    country_outside,
    topic_outside,
)
from actions.named_lookup import about
from actions.near_misses import not_told
from actions.oda_recipients import oda_listing
from actions.one_of_the_shown import of_the_shown_there
from actions.open_lookup import about_anything
from actions.patterns import pattern
from actions.plan import further_plan
from actions.record_lists import narrowed
from actions.shown_before import holds
from actions.subjects import (
    countries_outside,
    is_near_what_was_shown,
    subjects_of,
    with_country_meant,
    with_likeliest,
)
from actions.telling import MOST_RELATED, MOST_SUBJECTS, others_of_the_kind, overview, tell
from actions.topics_told import topic_is_told
from actions.turn import Clause, Turn
from actions.unasked_figures import is_beyond, is_of_country
from answers import Answer, Point
from knowledge.schema import Kind, Record

#: By how much a question must fit something else better than what was shown.
_LEAD = 0.1
#: A question of so many content words may be about what was named before it.
_LEANING_WORDS = 4


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
    clause = counting_on(named_instead(clause, turn) or clause, turn)
    clause = with_country_meant(clause, turn)
    if asks_for_more(clause, turn):
        return more_of_what_was_told(clause, turn)
    of_a_list = narrowed(clause, turn) or oda_listing(clause, turn)
    if of_a_list is not None:
        return of_a_list
    told = asks_of_what_was_told(clause, turn)
    if not told and not is_near_what_was_shown(clause, turn):
        told = [*filed_facts(clause, turn)]
    if told:
        near = rank_facts(clause, subjects_of(clause, turn), turn).facts
        other = _of_the_other(near, told[0]) if asks_for_derived(clause.text) else []
        own = [one for one in near if one.record.id == told[0].record.id]
        ranking = Ranking((*told, *other, *own), 1.0)
        return tell(clause, [*told, *other][:MOST_FACTS], ranking, (), turn)
    clause = with_abbreviated(told_together(clause, turn), turn)
    others = facts_besides(clause, turn)
    if others:
        return tell(clause, others, Ranking(tuple(others), 1.0), (), turn)
    clause = with_likeliest(clause, turn)
    subjects = subjects_of(clause, turn)[:MOST_SUBJECTS]
    there = facts_of_the_described_there(clause, subjects, turn)
    if there:
        return tell(clause, there, Ranking(tuple(there), 1.0), (), turn)
    outside = countries_outside(clause, turn)
    there = of_the_shown_there(clause, outside, turn)
    if there:
        return tell(clause, there, Ranking(tuple(there), 1.0), (), turn)
    if outside and (not subjects or is_of_country(outside[0], clause)):
        return country_outside(clause, turn, outside[0])
    if outside and pattern("which_country").search(clause.text):
        return beside_the_unknown(clause, outside[0], turn)
    if outside and subjects:
        # That one of two countries is beyond the material does not make the other so.
        clause = _without_countries(clause, outside, turn)
    named = clause.values("record") or clause.values("country")
    is_held = bool(subjects) and holds(subjects[0], asked_attributes(clause))
    before = clause.goes_on_from
    # 「関税のことです。いくらですか」; whoever says more asks of something else.
    leans = len(turn.knowledge.analyser.words(clause.text)) <= _LEANING_WORDS
    if leans and not named and not is_held and before and before.values("topic"):
        return topic_outside(before, turn)
    if subjects and not named and not _continues(clause, subjects, turn):
        subjects = []
    if not subjects and refers_to_nothing(clause, turn):
        return Answer(lead=Point(text=turn.wording.text("utter_of_what")))
    if not subjects:
        return _about_what_fits(clause, turn)
    beside = asks_how_it_differs(clause, subjects, turn)
    if beside is not None:
        return overview([beside, *subjects], turn)
    gone_on = going_on(clause, subjects, turn)
    if gone_on.values("record") != clause.values("record"):
        subjects = subjects_of(gone_on, turn)
    answer = about(subjects, gone_on, turn)
    return beside_countries_outside(answer, outside, turn)


def _of_the_other(near: Sequence[RankedFact], told: RankedFact) -> list[RankedFact]:
    """The same figure of the other country, which 「どっちが多い」 asks for as well."""
    return [
        one
        for one in near
        if told.record.kind is one.record.kind is Kind.COUNTRY
        and one.record.id != told.record.id
        and one.fact.attribute == told.fact.attribute
        and one.fact.value is not None
    ]


def _without_countries(clause: Clause, countries: Sequence[str], turn: Turn) -> Clause:
    text = clause.text
    for one in clause.entities:
        if one["entity"] == "country" and one["value"] in countries and one.get("text"):
            text = text.replace(one["text"], "", 1)
    kept = tuple(one for one in clause.entities if one["value"] not in countries)
    kinds = [turn.knowledge.store.attribute(one).kinds for one in asked_attributes(clause)]
    strange = not any(Kind.COUNTRY in one for one in kinds)
    return replace(clause, text=text, entities=kept, outside=clause.outside if strange else 0.0)


def _about_what_fits(clause: Clause, turn: Turn) -> Answer:
    """Answers a question that names nothing: of what was shown last, or of anything."""
    ranking = rank_facts(clause, (), turn)
    if goes_on_from_focus(clause, ranking, turn):
        shown = turn.knowledge.store.record(turn.focus[0])
        return about([shown], named_in_full(clause, shown), turn)
    return about_anything(clause, ranking, turn)


def more_of_what_was_told(clause: Clause, turn: Turn) -> Answer:
    """Answers 「他には？」: what else is recommended, or told of the record shown last.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    recommended = further_plan(clause, turn)
    if recommended is not None:
        return recommended
    store = turn.knowledge.store
    shown = store.record(turn.focus[0])
    if asks_for_others(clause):
        return others_of_the_kind(shown, turn)
    others = [store.record(one) for one in turn.focus[1:MOST_SUBJECTS]]
    near = [store.record(one) for one in shown.related if one not in turn.focus]
    alike = [one for one in near if any(map(one.facts_about, turn.asked))][:MOST_RELATED]
    facts = [
        RankedFact(record, fact, 0.0, 1.0, False)
        for record in (shown, *others, *alike)
        for fact in record.facts
        if (fact.attribute in turn.asked) is (record in alike) and fact.attribute != "overview"
    ]
    mixed = shared_out(facts, [shown, *others, *alike], MOST_FACTS)
    ranking = Ranking(tuple(mixed or facts), 1.0)
    if not ranking.facts:
        return overview([shown], turn)
    return tell(clause, ranking.facts[:MOST_FACTS], ranking, [shown], turn)


def _continues(clause: Clause, subjects: Sequence[Record], turn: Turn) -> bool:
    """True where a question that names nothing is rather about what was shown than about others."""
    if clause.goes_on_from or any(one["entity"] == "reference" for one in clause.entities):
        return True
    if asks_attribute_only(clause, turn):
        return True
    alone = rank_facts(clause, (), turn)
    if alone.confidence >= CERTAIN and means_another(clause, alone, subjects[0], turn):
        return False
    gone_on = rank_facts(clause, subjects, turn).confidence
    return alone.confidence < CERTAIN or alone.confidence < gone_on + _LEAD


@answers("ask_outside")
def look_beyond(clause: Clause, turn: Turn) -> Answer:
    """Answers a practical question: honestly where it is beyond the material, else from it.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    unknown = countries_outside(clause, turn)
    if unknown and pattern("which_country").search(clause.text):
        return beside_the_unknown(clause, unknown[0], turn)
    sure = clause.confidence >= CLEARLY_OUTSIDE or not asked_attributes(clause)
    if clause.values("topic") and sure:
        subjects = subjects_of(clause, turn)
        if not subjects or not topic_is_told(clause, rank_facts(clause, subjects, turn)):
            return topic_outside(clause, turn)
    named = clause.values("country") or clause.values("record")
    counts = counting_on(clause, turn) is not clause
    if named and is_beyond(clause) and not asked_attributes(clause) and not counts:
        # Nothing of what the material tells of a country answers a question beyond it, least of
        # all one of its figures (「ベトナム人を日本で雇う手続きは」).
        subjects = subjects_of(clause, turn)[:MOST_SUBJECTS]
        ranking = rank_facts(clause, subjects, turn) if subjects else None
        told = filed_facts(clause, turn)
        if ranking and not told and of_its_owner(clause, ranking, subjects):
            return look_up(clause, turn)
        if ranking and ranking.confidence < CLEARLY_INSIDE and not told:
            return not_told(ranking.facts, subjects[0], clause, turn)
    return look_up(clause, turn)


def found_anything(clause: Clause, turn: Turn, least: float = FOUND) -> bool:
    """True where a clause names something of the material, or surely asks for a fact of it."""
    if counting_on(clause, turn) is not clause or subjects_of(clause, turn):
        return True
    if filed_facts(clause, turn):
        return True
    return not clause.values("topic") and rank_facts(clause, (), turn).confidence >= least


def clearly_found(clause: Clause, turn: Turn) -> bool:
    """True where the material clearly holds what a clause says, whatever its intent."""
    ranking = rank_facts(clause, subjects_of(clause, turn), turn)
    return ranking.confidence >= CLEARLY_INSIDE
