"""What is answered about records a question names: the asked attribute, or the fitting facts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.certainty import CERTAIN, CLEARLY_INSIDE, LIKELY, SURELY_INSIDE
from actions.description import of_the_place
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
from actions.near_misses import DOUBTFUL, attribute_missing, lacking_first, not_told
from actions.numbers_missing import beyond_the_last, counts_something_else, later_than_told
from actions.open_lookup import near
from actions.patterns import pattern
from actions.phrases import phrase
from actions.subjects import subjects_of
from actions.telling import NEVER_TOLD, overview, tell
from actions.times import asked_of_application, asks_of_the_future
from actions.told_in_part import told_in_part, with_what_is_missing
from actions.turn import Clause, Turn
from actions.unasked_figures import (
    MOSTLY_OUTSIDE,
    asked_of_the_amount,
    city_abroad,
    has_figure,
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

#: Properties that nothing near ever answers.
_NEVER_NEAR = frozenset({"opening_hours", "deadline"})
#: Of the former, those that a scheme has for each body that runs it.
_SHARED = frozenset({"amount_limit", "costs", "subsidy_rate"})
#: So many of the best facts may tell it beside the named record.
_NEAR_BY = 5
#: Properties that nobody has by being named in what is told of another.
_ONES_OWN = frozenset({"full_name", "location", "start_year"})
#: Of these, where somebody is: that of the companies it serves is another matter.
_OF_ITSELF = frozenset({"location", "start_year"})
_BODIES = frozenset({Kind.HUB, Kind.ORGANISATION, Kind.DESK, Kind.CASE, Kind.EVENT})
#: A noun that goes on (無料アドバイザー), not a verb behind it (日曜開いてる).
_GOES_ON = "[一-龠ァ-ヶ](?![いえかきくけこさしすせってとまみめりるれわん])"


def topic_is_told(clause: Clause, ranking: Ranking) -> bool:
    """True where the words of a practical topic are those of the best fact of what is named.

    「海外投融資は融資だけですか」 names the topic of loans, and asks what the record says.
    """
    best = ranking.facts[0]
    words = [one.get("text") for one in clause.entities if one["entity"] == "topic"]
    of_it = best.belongs == 1.0 or {*clause.values("record")} & {*best.record.related}
    return bool(of_it) and all(word and word in best.fact.text for word in words)


def about(subjects: Sequence[Record], clause: Clause, turn: Turn) -> Answer:
    """Answers about named records: the asked attribute, the fitting facts, or an overview."""
    told, lacks = told_in_part(subjects, clause, _EXACT_ONLY, turn)
    if lacks:
        return with_what_is_missing(about(subjects, told, turn), subjects[0], lacks, turn)
    ranking = rank_facts(clause, subjects, turn)
    further = later_than_told(clause, turn)
    if further:
        return beyond_the_last(subjects[0], further, clause, turn)
    beyond = clause.values("topic") and not topic_is_told(clause, ranking)
    if beyond and ranking.confidence < CLEARLY_INSIDE:
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
    described = _described_instead(ranking, subjects, clause) or of_the_place(
        clause, ranking, subjects, turn
    )
    described = described or _told_of_another(subjects, clause, turn)
    described = described or facts_they_share(subjects, clause, ranking, turn)
    if described:
        return tell(clause, described, ranking, (), turn)
    fitting = _fitting_attributes(clause, subjects, turn)
    if fitting and _is_a_strangers(ranking.facts[0], fitting, subjects, clause, turn):
        return attribute_missing(subjects[0], fitting[0], turn, clause)
    missing = [
        one
        for one in fitting
        if one in _EXACT_ONLY and not any(subject.facts_about(one) for subject in subjects)
    ]
    needed = SURELY_INSIDE if missing and missing[0] in NEVER_TOLD else CLEARLY_INSIDE
    missing = [one for one in missing if not _is_part_of_a_word(one, clause)]
    if any(_told_beside(one, missing, subjects, clause) for one in ranking.facts[:_NEAR_BY]):
        missing = []
    if missing == ["language"] and ranking.facts[0].asked and ranking.facts[0].share >= _STANDS_OUT:
        # 「GRIPSのフルネームは日本語で何」 names the language it wants the name in.
        missing = []
    led_by = _led_to(missing, clause, turn)
    if led_by is not None:
        return about([led_by], clause, turn)
    of_others = ranking.facts[0].belongs < 1.0 and subjects[0].kind is Kind.SCHEME
    leans = (
        of_others
        or (bool(missing) and missing[0] in _NEVER_NEAR)
        or lacks_the_amount(ranking.facts[0], clause)
        or any(one["entity"] == "reference" for one in clause.entities)
    )
    if missing and (ranking.confidence < needed or leans or asks_attribute_only(clause, turn)):
        return attribute_missing(subjects[0], missing[0], turn, clause)
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
    return near(clause, ranking, subjects, turn)


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
    if not asked or _fitting_attributes(clause, subjects, turn):
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
    shared = not its_own and _names_one(subjects, found)
    if shared or (found.record in subjects and (not its_own or len(subjects) > 1)):
        return False
    if answered_by(asked, subjects):
        return False
    return asks_nothing_else(clause, turn)


def _names_one(subjects: Sequence[Record], found: RankedFact) -> bool:
    names = (name for one in subjects for name in (one.short_name, *one.aliases))
    return any(name in found.fact.text for name in names)


def _asks_for_whom(clause: Clause) -> bool:
    """True for 「どこの県を見てるの」, which asks for the area rather than for the place."""
    return bool(pattern("whose_area").search(clause.text))


def _held(attribute: str, subjects: Sequence[Record]) -> bool:
    return any(one.facts_about(attribute) for one in subjects)


def _told_beside(
    found: RankedFact, missing: Sequence[str], subjects: Sequence[Record], clause: Clause
) -> bool:
    """True where what is missing of a named record is told beside it, with its figure.

    「F/Sの補助、中小機構は上限いくら」 is told by the subsidy, which names the limit of each.
    """
    near = found.belongs or _names_one(subjects, found)
    if not (near and _SHARED & set(missing) and has_figure(found.fact.text)):
        return False
    said = [one.get("text") for one in clause.entities if one.get("value") in missing]
    return found.fact.attribute in missing or any(one and one in found.fact.text for one in said)


def _is_part_of_a_word(attribute: str, clause: Clause) -> bool:
    """True for a property that is only mentioned in a longer word (「無料アドバイザー」)."""
    said = [one for one in clause.entities if one.get("value") == attribute and one.get("text")]
    return bool(said) and all(
        re.search(re.escape(one["text"]) + _GOES_ON, clause.text) for one in said
    )


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


def _fitting_attributes(clause: Clause, subjects: Sequence[Record], turn: Turn) -> list[str]:
    """Returns the asked attributes that a record of the subjects' kinds can have at all.

    The limit of a loan beyond the material is asked of a bank, though no bank can have one.
    """
    kinds = {one.kind for one in subjects}
    declared = turn.knowledge.store.attribute
    asked = asked_attributes(clause)
    fitting = [one for one in asked if not declared(one).kinds or kinds & set(declared(one).kinds)]
    if fitting or clause.outside < MOSTLY_OUTSIDE or clause.goes_on_from:
        return fitting
    return [one for one in asked if one in _EXACT_ONLY]
