"""「MOBIOとは」「案件化調査の上限額は」「JETROと同じフロアの窓口は」: facts of the records."""

from __future__ import annotations

from collections.abc import Sequence

from actions.answering import AnsweringAction, answers
from actions.derived import asks_for_derived
from actions.fact_choice import best_facts, facts_of_the_asked, facts_of_the_described
from actions.fact_ranking import (
    RankedFact,
    Ranking,
    asked_attributes,
    rank_facts,
)
from actions.fact_selection import (
    MOST_FACTS,
    shared_out,
    without_parts,
)
from actions.filed_questions import filed_facts
from actions.follow_ups import (
    asks_attribute_only,
    asks_for_more,
    asks_for_others,
    asks_how_it_differs,
    asks_more_than_names,
    asks_of_what_was_told,
    counting_on,
    goes_on_from_focus,
    going_on,
    means_another,
    refers_to_nothing,
)
from actions.going_on import named_instead
from actions.limits import beside_countries_outside, country_outside, not_in_material, topic_outside
from actions.near_misses import (
    attribute_missing,
    names_a_stranger,
    names_something_unknown,
    not_told,
    perhaps,
)
from actions.patterns import pattern
from actions.plan import further_plan
from actions.strangers import is_of_a_stranger
from actions.subjects import countries_outside, subjects_of, with_country_meant
from actions.telling import MOST_RELATED, MOST_SUBJECTS, others_of_the_kind, overview, tell
from actions.times import asked_of_application, asks_of_the_future
from actions.turn import Clause, Turn
from actions.unasked_figures import (
    MOSTLY_OUTSIDE,
    city_abroad,
    is_beyond,
    is_of_country,
    is_of_something_else,
    lacks_the_amount,
    only_sounds_alike,
)
from answers import Answer, Point
from knowledge.schema import Kind, Record

#: Confidence of the ranking from which its first facts answer, and from which they are offered
#: as what may be meant (「もしかして」).
CERTAIN = 0.3
LIKELY = 0.05
#: Confidence from which a message that need not be a question is looked up.
FOUND = 0.35
#: The same for a wish that a question about the company answers better.
SURELY_FOUND = 0.9
#: Confidence from which a question is taken to stand by itself, whatever was shown before.
CLEAR = 0.75
#: Confidence from which a question is answered though it names a practical topic, or though its
#: intent is another one.
CLEARLY_INSIDE = 0.6
#: Confidence from which an attribute that a question only seems to name is none.
SURELY_INSIDE = 0.9
#: Intent confidence from which a practical topic wins over an attribute of the material.
CLEARLY_OUTSIDE = 0.6
#: By how much a question must fit something else better than what was shown.
_LEAD = 0.1
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
        "url",
    }
)

#: Of these, the ones that stand in no source at all.
_NEVER_TOLD = frozenset({"contact", "deadline", "fee", "language", "opening_hours"})


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
    clause = with_country_meant(named_instead(clause, turn) or counting_on(clause, turn), turn)
    if asks_for_more(clause, turn):
        return more_of_what_was_told(clause, turn)
    told = asks_of_what_was_told(clause, turn) or filed_facts(clause, turn)
    if told:
        near = rank_facts(clause, subjects_of(clause, turn), turn).facts
        own = [one for one in near if one.record.id == told[0].record.id]
        return tell(clause, told[:MOST_FACTS], Ranking((*told, *own), 1.0), (), turn)
    subjects = subjects_of(clause, turn)[:MOST_SUBJECTS]
    outside = countries_outside(clause, turn)
    if outside and (not subjects or is_of_country(outside[0], clause)):
        return country_outside(clause, turn, outside[0])
    named = clause.values("record") or clause.values("country")
    if not named and clause.goes_on_from and clause.goes_on_from.values("topic"):
        return topic_outside(clause.goes_on_from, turn)
    if subjects and not named and not _continues(clause, subjects, turn):
        subjects = []
    if not subjects and refers_to_nothing(clause, turn):
        return Answer(lead=Point(text=turn.wording.text("utter_of_what")))
    if not subjects:
        return _about_anything(clause, turn)
    beside = asks_how_it_differs(clause, subjects, turn)
    if beside is not None:
        return overview([beside, *subjects], turn)
    answer = _about(subjects, going_on(clause, subjects, turn), turn)
    return beside_countries_outside(answer, outside, turn)


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
    sure = clause.confidence >= CLEARLY_OUTSIDE or not asked_attributes(clause)
    if clause.values("topic") and sure:
        subjects = subjects_of(clause, turn)
        if not subjects or not topic_is_told(clause, rank_facts(clause, subjects, turn)):
            return topic_outside(clause, turn)
    named = clause.values("country") or clause.values("record")
    if named and is_beyond(clause) and not asked_attributes(clause):
        # Nothing of what the material tells of a country answers a question beyond it, least of
        # all one of its figures (「ベトナム人を日本で雇う手続きは」).
        subjects = subjects_of(clause, turn)[:MOST_SUBJECTS]
        ranking = rank_facts(clause, subjects, turn) if subjects else None
        if ranking and ranking.confidence < CLEARLY_INSIDE and not filed_facts(clause, turn):
            return not_told(ranking.facts, subjects[0], clause, turn)
    return look_up(clause, turn)


def topic_is_told(clause: Clause, ranking: Ranking) -> bool:
    """True where the words of a practical topic are those of a named record's best fact.

    「海外投融資は融資だけですか」 names the topic of loans, and asks what the record says.
    """
    best = ranking.facts[0]
    words = [one.get("text") for one in clause.entities if one["entity"] == "topic"]
    return best.belongs == 1.0 and all(word and word in best.fact.text for word in words)


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


def _about(subjects: Sequence[Record], clause: Clause, turn: Turn) -> Answer:
    """Answers about named records: the asked attribute, the fitting facts, or an overview."""
    ranking = rank_facts(clause, subjects, turn)
    beyond = clause.values("topic") and not topic_is_told(clause, ranking)
    if beyond and ranking.confidence < CLEARLY_INSIDE:
        return topic_outside(clause, turn)
    application = asked_of_application(clause.text) if subjects[0].kind is Kind.SCHEME else None
    if application and not subjects[0].facts_about(application):
        return attribute_missing(subjects[0], application, turn)
    if asks_of_the_future(clause.text) and not asked_attributes(clause):
        return not_told(ranking.facts, subjects[0], clause, turn)
    fitting = _fitting_attributes(clause, subjects, turn)
    missing = [
        one
        for one in fitting
        if one in _EXACT_ONLY and not any(subject.facts_about(one) for subject in subjects)
    ]
    needed = SURELY_INSIDE if missing and missing[0] in _NEVER_TOLD else CLEARLY_INSIDE
    of_others = ranking.facts[0].belongs < 1.0 and subjects[0].kind is Kind.SCHEME
    leans = of_others or any(one["entity"] == "reference" for one in clause.entities)
    if missing and (ranking.confidence < needed or leans or asks_attribute_only(clause, turn)):
        return attribute_missing(subjects[0], missing[0], turn)
    names_only = not asks_more_than_names(clause, turn)
    asked = facts_of_the_asked(ranking, subjects, clause, turn)
    if asked and is_of_something_else(asked[0], clause, ranking, turn):
        return not_told(ranking.facts, subjects[0], clause, turn)
    if asked and asked[0].fact.value is not None and subjects[0].kind is Kind.COUNTRY:
        if beyond:
            # 「事務職の給料は」 names the property, and whose it is not.
            return topic_outside(clause, turn)
        city = city_abroad(clause)
        if city:
            return not_told(ranking.facts, subjects[0], clause, turn, city)
    sure = ranking.facts[0].asked or asks_attribute_only(clause, turn) or _is_implied(clause)
    if asked and sure:
        return tell(clause, asked, ranking, subjects, turn)
    if names_only:
        return overview(subjects, turn)
    if _counts_something_else(clause, ranking):
        return not_told(ranking.facts, subjects[0], clause, turn)
    if ranking.confidence >= CERTAIN:
        best = best_facts(ranking, subjects, clause)
        if beyond and ranking.confidence < SURELY_INSIDE and lacks_the_amount(best[0], clause):
            return topic_outside(clause, turn)
        if only_sounds_alike(best[0], clause, turn):
            return not_told(ranking.facts, subjects[0], clause, turn)
        return tell(clause, best, ranking, subjects, turn)
    return _near(clause, ranking, subjects, turn)


def _counts_something_else(clause: Clause, ranking: Ranking) -> bool:
    """True where a number is asked that the fitting fact, unsure as it is, does not tell."""
    told = any(map(str.isdigit, ranking.facts[0].fact.text))
    unsure = clause.outside >= MOSTLY_OUTSIDE and ranking.confidence < CLEARLY_INSIDE
    return unsure and not told and bool(pattern("number").search(clause.text))


def _is_implied(clause: Clause) -> bool:
    """True where the attribute is that of the question before, or of a choice taken."""
    return any(one["entity"] == "attribute" and not one.get("text") for one in clause.entities)


def _fitting_attributes(clause: Clause, subjects: Sequence[Record], turn: Turn) -> list[str]:
    """Returns the asked attributes that a record of the subjects' kinds can have at all.

    The limit of a loan beyond the material is asked of a bank, though no bank can have one.
    """
    kinds = {one.kind for one in subjects}
    declared = turn.knowledge.store.attribute
    return [
        one
        for one in asked_attributes(clause)
        if not declared(one).kinds
        or kinds & set(declared(one).kinds)
        or (one in _EXACT_ONLY and clause.outside >= MOSTLY_OUTSIDE and not clause.goes_on_from)
    ]


def _about_anything(clause: Clause, turn: Turn) -> Answer:
    """Answers from the facts that fit best, whatever records they belong to."""
    ranking = rank_facts(clause, (), turn)
    if ranking.confidence < CLEAR and goes_on_from_focus(clause, ranking, turn):
        return _about([turn.knowledge.store.record(turn.focus[0])], clause, turn)
    if clause.values("topic") and ranking.confidence < CLEARLY_INSIDE:
        return topic_outside(clause, turn)
    if is_of_a_stranger(clause, ranking, turn):
        return not_in_material(clause, turn)
    if names_something_unknown(clause, turn):
        return not_in_material(clause, turn)
    asked = [one for one in ranking.facts if one.asked]
    if asked and asks_for_derived(clause.text) and asked[0].record.kind is Kind.COUNTRY:
        same = [one for one in asked if one.fact.attribute == asked[0].fact.attribute]
        return tell(clause, same[:MOST_SUBJECTS], ranking, (), turn)
    described = facts_of_the_described(ranking, clause)
    if described and ranking.confidence >= CERTAIN:
        return tell(clause, described, ranking, (), turn)
    holders = {one.record.id for one in asked}
    if asked and asks_attribute_only(clause, turn) and len(holders) <= MOST_SUBJECTS:
        return tell(clause, without_parts(asked)[:MOST_FACTS], ranking, (), turn)
    if ranking.confidence < CLEARLY_INSIDE and is_beyond(clause):
        schemes = (one.record for one in asked if one.record.kind is Kind.SCHEME)
        return not_in_material(clause, turn, next(schemes, None))
    if ranking.confidence >= CERTAIN:
        return tell(clause, best_facts(ranking, (), clause), ranking, (), turn)
    return _near(clause, ranking, (), turn)


def _near(clause: Clause, ranking: Ranking, subjects: Sequence[Record], turn: Turn) -> Answer:
    """Where nothing answers surely: asks whether the nearest facts are meant, or says no."""
    strange = bool(subjects) and subjects[0].kind is Kind.COUNTRY and names_a_stranger(clause, turn)
    if ranking.confidence >= LIKELY and not strange:
        return perhaps(clause, ranking, turn)
    if subjects:
        return not_told(ranking.facts, subjects[0], clause, turn)
    return not_in_material(clause, turn)
