"""What is answered about records a question names: the asked attribute, or the fitting facts."""

from __future__ import annotations

from collections.abc import Sequence

from actions.answer_types import untold_type
from actions.certainty import CERTAIN, CLEARLY_INSIDE, LIKELY, SURELY_INSIDE
from actions.derived import asks_for_derived
from actions.description import of_its_owner, of_the_place
from actions.fact_choice import (
    best_facts,
    facts_of_the_asked,
    facts_of_the_described,
    facts_they_share,
)
from actions.fact_ranking import RankedFact, Ranking, asked_attributes, rank_facts
from actions.fact_signs import answered_by
from actions.follow_ups import asks_attribute_only, asks_more_than_names, asks_nothing_else
from actions.limits import topic_outside
from actions.missing_attributes import (
    EXACT_ONLY,
    fitting_attributes,
    lacking_attributes,
    names_one,
    not_told_otherwise,
)
from actions.near_misses import DOUBTFUL, attribute_missing, lacking_first, not_told
from actions.numbers_missing import beyond_the_last, counts_something_else, later_than_told
from actions.open_lookup import near
from actions.patterns import pattern
from actions.phrases import phrase
from actions.subjects import subjects_of
from actions.telling import NEVER_TOLD, overview, tell
from actions.times import asked_of_application, asks_of_the_future
from actions.told_in_part import told_in_part, with_what_is_missing
from actions.topics_told import topic_is_told
from actions.turn import Clause, Turn
from actions.unasked_figures import (
    asked_of_the_amount,
    city_abroad,
    is_of_something_else,
    lacks_the_amount,
    only_sounds_alike,
)
from answers import Answer
from knowledge.schema import Kind, Record

#: Share of a record's facts, or of one fact, from which it stands out among all.
_STANDS_OUT = 0.6
#: So many facts of the clause before are looked at, down to this share.
_FEW, _LIKELY_TOO = 3, 0.1
#: Of two countries measured by each other: how sure a figure is, and the least share of it.
_PAIR, _RATHER, _LEADING = 2, 0.25, 0.35
#: Properties that nothing near ever answers.
_NEVER_NEAR = frozenset({"opening_hours", "deadline"})
#: Properties that nobody has by being named in what is told of another.
_ONES_OWN = frozenset({"full_name", "location", "start_year"})
#: Of these, where somebody is: that of the companies it serves is another matter.
_OF_ITSELF = frozenset({"location", "start_year"})
_BODIES = frozenset({Kind.HUB, Kind.ORGANISATION, Kind.DESK, Kind.CASE, Kind.EVENT})


def about(subjects: Sequence[Record], clause: Clause, turn: Turn) -> Answer:
    """Answers about named records: the asked attribute, the fitting facts, or an overview."""
    told, lacks = told_in_part(subjects, clause, EXACT_ONLY, turn)
    if lacks:
        return with_what_is_missing(about(subjects, told, turn), subjects[0], lacks, turn)
    ranking = rank_facts(clause, subjects, turn)
    beyond = _asks_beyond(subjects, clause, ranking, turn)
    if beyond is not None:
        return beyond
    described = (
        _described_instead(ranking, subjects, clause)
        or of_the_place(clause, ranking, subjects, turn)
        or of_its_owner(clause, ranking, subjects)
        or _told_of_another(subjects, clause, turn)
        or facts_they_share(subjects, clause, ranking, turn)
    )
    if described:
        return tell(clause, described, ranking, (), turn)
    fitting = fitting_attributes(clause, subjects, turn)
    if fitting and _is_a_strangers(ranking.facts[0], fitting, subjects, clause, turn):
        return attribute_missing(subjects[0], fitting[0], turn, clause)
    lacking = lacking_attributes(fitting, subjects)
    missing = not_told_otherwise(lacking, subjects, clause, ranking)
    led_by = _led_to(missing, clause, turn)
    if led_by is not None:
        return about([led_by], clause, turn)
    needed = SURELY_INSIDE if lacking and lacking[0] in NEVER_TOLD else CLEARLY_INSIDE
    doubtful = ranking.confidence < needed or _leans_elsewhere(missing, subjects, clause, ranking)
    if missing and (doubtful or asks_attribute_only(clause, turn)):
        return attribute_missing(subjects[0], missing[0], turn, clause)
    return _asked_or_near(fitting, subjects, clause, ranking, turn)


def _asks_beyond(
    subjects: Sequence[Record], clause: Clause, ranking: Ranking, turn: Turn
) -> Answer | None:
    """What is answered where the question goes beyond all that is told of the first record."""
    further = later_than_told(clause, turn)
    if further:
        return beyond_the_last(subjects[0], further, clause, turn)
    if _names_another_topic(clause, ranking) and ranking.confidence < CLEARLY_INSIDE:
        return topic_outside(clause, turn)
    applied_for = subjects[0].kind is Kind.SCHEME or "scheme" in clause.values("kind")
    wanted = asked_of_application(clause.text) if applied_for else None
    if subjects[0].kind is Kind.SCHEME:
        wanted = wanted or asked_of_the_amount(clause)
    if wanted and not subjects[0].facts_about(wanted):
        return attribute_missing(subjects[0], wanted, turn, clause)
    if pattern("next_date").search(clause.text) and not asked_attributes(clause):
        return not_told(ranking.facts, subjects[0], clause, turn, phrase("next_date"))
    if asks_of_the_future(clause.text) and not asked_attributes(clause):
        return not_told(ranking.facts, subjects[0], clause, turn)
    return None


def _names_another_topic(clause: Clause, ranking: Ranking) -> bool:
    """True where a practical topic is named that the best fact does not tell of."""
    return bool(clause.values("topic")) and not topic_is_told(clause, ranking)


def _leans_elsewhere(
    missing: Sequence[str], subjects: Sequence[Record], clause: Clause, ranking: Ranking
) -> bool:
    """True where the best fact is hardly what was asked of the first record."""
    best = ranking.facts[0]
    return (
        (best.belongs < 1.0 and subjects[0].kind is Kind.SCHEME)
        or (bool(missing) and missing[0] in _NEVER_NEAR)
        or lacks_the_amount(best, clause)
        or any(one["entity"] == "reference" for one in clause.entities)
    )


def _asked_or_near(
    fitting: Sequence[str],
    subjects: Sequence[Record],
    clause: Clause,
    ranking: Ranking,
    turn: Turn,
) -> Answer:
    """The asked facts; else the best ones, as far as they are sure to be meant."""
    untold = untold_type(ranking, subjects, clause, turn)
    if untold:
        return not_told(ranking.facts, subjects[0], clause, turn, untold)
    beyond = _names_another_topic(clause, ranking)
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
    alone = asks_nothing_else(clause, turn)
    lacks_own = alone and [
        one
        for one in fitting
        if one in _OF_ITSELF and not _held(one, subjects) and not _asks_for_whom(clause)
    ]
    if asked and lacks_own and subjects[0].kind in _BODIES:
        kin = tell(clause, asked, ranking, subjects, turn)
        return lacking_first(kin, subjects[0], lacks_own[0], turn)
    sure = ranking.facts[0].asked or alone or _is_implied(clause)
    if asked and sure:
        return tell(clause, asked, ranking, subjects, turn)
    if names_only:
        return overview(subjects, turn)
    if counts_something_else(clause, ranking):
        return not_told(ranking.facts, subjects[0], clause, turn)
    if ranking.confidence >= CERTAIN:
        best = best_facts(ranking, subjects, clause)
        if beyond and ranking.confidence < SURELY_INSIDE and lacks_the_amount(best[0], clause):
            return topic_outside(clause, turn)
        if only_sounds_alike(best[0], clause, turn):
            return not_told(ranking.facts, subjects[0], clause, turn)
        return tell(clause, best, ranking, subjects, turn)
    counted = _figures_to_compare(subjects, clause, ranking)
    if counted:
        return tell(clause, counted, ranking, subjects, turn)
    return near(clause, ranking, subjects, turn)


def _figures_to_compare(
    subjects: Sequence[Record], clause: Clause, ranking: Ranking
) -> list[RankedFact]:
    """The same figure of two countries, where one is measured by the other and it fits best."""
    best = ranking.facts[0]
    countries = [one for one in subjects if one.kind is Kind.COUNTRY]
    if len(countries) < _PAIR or best.record not in countries or best.fact.value is None:
        return []
    if not asks_for_derived(clause.text) or ranking.confidence < _RATHER:
        return []
    same = [
        one
        for one in ranking.facts
        if one.fact.attribute == best.fact.attribute and one.record in countries
    ]
    return same if sum(one.share for one in same) >= _LEADING else []


def _described_instead(
    ranking: Ranking, subjects: Sequence[Record], clause: Clause
) -> list[RankedFact]:
    """The asked attribute of a record that is described, where none of the named ones has it.

    「精密機械の共同研究の会の事務局は」 names the joint study, and means another body.
    """
    best = ranking.facts[0]
    asked = asked_attributes(clause)
    held = any(one.facts_about(each) for one in subjects for each in asked)
    share = sum(one.share for one in ranking.facts if one.record.id == best.record.id)
    if held or best.fact.attribute in asked or best.belongs == 1.0 or share < _STANDS_OUT:
        return []
    return facts_of_the_described(ranking, clause)


def _told_of_another(subjects: Sequence[Record], clause: Clause, turn: Turn) -> list[RankedFact]:
    """What is asked for by name, where no named record can have it and one other record does.

    「いきなりJICAに行くより先に、どことつながればよいか」 asks nothing of JICA.
    """
    asked = asked_attributes(clause)
    if not asked or fitting_attributes(clause, subjects, turn):
        return []
    alone = rank_facts(clause, (), turn)
    found = [one for one in alone.facts if one.asked]
    sure = alone.confidence >= LIKELY and clause.outside < DOUBTFUL and alone.facts[0].asked
    return found if sure and len({one.record.id for one in found}) == 1 else []


def _is_a_strangers(
    found: RankedFact,
    asked: Sequence[str],
    subjects: Sequence[Record],
    clause: Clause,
    turn: Turn,
) -> bool:
    """True where only a property is asked for, and the best fact has it of somebody else.

    「関東経済産業局の場所は」 asks for nothing that the place of another body answers, and
    「APIRはどこにある」 for nothing that is told of its studies.
    """
    its_own = bool(_ONES_OWN & set(asked))
    shared = not its_own and names_one(subjects, found)
    if shared or (found.record in subjects and (not its_own or len(subjects) > 1)):
        return False
    if answered_by(asked, subjects):
        return False
    return asks_nothing_else(clause, turn)


def _asks_for_whom(clause: Clause) -> bool:
    """True for 「どこの県を見てるの」, which asks for the area rather than for the place."""
    return bool(pattern("whose_area").search(clause.text))


def _held(attribute: str, subjects: Sequence[Record]) -> bool:
    return any(one.facts_about(attribute) for one in subjects)


def _led_to(missing: Sequence[str], clause: Clause, turn: Turn) -> Record | None:
    """The record that has what the named one lacks, where the clause before was about it.

    「中小機構がF/Sの費用を補助してくれると聞きました。上限はいくら」 asks of the subsidy.
    """
    before = clause.goes_on_from
    if not missing or before is None:
        return None
    ranking = rank_facts(before, subjects_of(before, turn), turn)
    if ranking.confidence < CLEARLY_INSIDE:
        return None
    likely = [one.record for one in ranking.facts[:_FEW] if one.share >= _LIKELY_TOO]
    return next((one for one in likely if one.facts_about(missing[0])), None)


def _is_implied(clause: Clause) -> bool:
    """True where the attribute is that of the question before, or of a choice taken."""
    return any(one["entity"] == "attribute" and not one.get("text") for one in clause.entities)
