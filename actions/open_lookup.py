"""What is answered where a question names no record: the facts that fit best, or an honest no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.certainty import CERTAIN, CLEARLY_INSIDE, LIKELY
from actions.derived import asks_for_derived
from actions.fact_choice import best_facts, facts_of_the_described
from actions.fact_ranking import RankedFact, Ranking, asked_attributes
from actions.fact_selection import MOST_FACTS, with_siblings, without_parts
from actions.filed_questions import nearly_filed
from actions.follow_ups import asks_attribute_only
from actions.limits import not_in_material, topic_outside
from actions.near_misses import (
    DOUBTFUL,
    names_a_stranger,
    names_something_unknown,
    not_told,
    perhaps,
)
from actions.numbers_missing import later_than_told
from actions.patterns import pattern
from actions.share_of_costs import facts_of_the_share
from actions.strangers import is_of_a_stranger
from actions.telling import MOST_SUBJECTS, tell
from actions.turn import Clause, Turn
from actions.unasked_figures import is_beyond
from answers import Answer
from knowledge.mentions import years
from knowledge.schema import Kind, Record

#: Share from which the best fact is meant rather than any other.
_STANDS_OUT = 0.15
#: Share of all facts of one record from which a question describes it, and how many records
#: have a property at most that few have.
_DESCRIBED_ALONE, _FEW = 0.8, 4
#: The term that a fact is about.
_TERM = re.compile("「([^」]+)」の")
_QUESTION_WORD = re.compile(r"どこ|どちら|いつ|どう(?:やって|すれば)?|いくら")


def about_anything(clause: Clause, ranking: Ranking, turn: Turn) -> Answer:
    """Answers from the facts that fit best, whatever records they belong to.

    Args:
        clause: The question.
        ranking: All facts ranked for it.
        turn: The turn it belongs to.
    """
    further = later_than_told(clause, turn)
    if further:
        return not_in_material(clause, turn, missing=further)
    paid = facts_of_the_share(clause, ranking)
    if paid:
        return tell(clause, paid, ranking, (), turn)
    if clause.values("topic") and ranking.confidence < CLEARLY_INSIDE:
        filed = nearly_filed(clause, ranking, turn)
        return tell(clause, filed, ranking, (), turn) if filed else topic_outside(clause, turn)
    if is_of_a_stranger(clause, ranking, turn):
        return not_in_material(clause, turn)
    if names_something_unknown(clause, turn):
        return not_in_material(clause, turn)
    missing = _told_of_no_record(clause, turn)
    if missing is not None:
        return not_in_material(clause, turn, missing=missing)
    asked = _of_the_rarest(clause, [one for one in ranking.facts if one.asked], turn)
    if asked and asks_for_derived(clause.text) and asked[0].record.kind is Kind.COUNTRY:
        same = [one for one in asked if one.fact.attribute == asked[0].fact.attribute]
        return tell(clause, same[:MOST_SUBJECTS], ranking, (), turn)
    quoted = [one for one in asked if _quotes_what_is_asked(one, clause)]
    if len({one.record.id for one in quoted}) == 1:
        return tell(clause, quoted[:MOST_FACTS], ranking, (), turn)
    described = facts_of_the_described(ranking, clause)
    if described and ranking.confidence >= CERTAIN:
        return tell(clause, described, ranking, (), turn)
    holders = {one.record.id for one in asked}
    if asked and asks_attribute_only(clause, turn) and len(holders) <= MOST_SUBJECTS:
        return tell(clause, without_parts(asked)[:MOST_FACTS], ranking, (), turn)
    dated = _of_the_month(clause, ranking)
    if dated:
        return tell(clause, dated, ranking, (), turn)
    if asked and len(holders) == 1 and _is_meant_alone(clause, ranking):
        return tell(clause, without_parts(asked)[:MOST_FACTS], ranking, (), turn)
    if asked and len(holders) == 1 and _asks_whichever_has_it(clause, turn):
        return tell(clause, asked[:MOST_FACTS], ranking, (), turn)
    of_the_described = _of_the_described(ranking, asked, turn)
    if of_the_described:
        return tell(clause, of_the_described, ranking, (), turn)
    if ranking.confidence < CLEARLY_INSIDE and is_beyond(clause):
        schemes = (one.record for one in asked if one.record.kind is Kind.SCHEME)
        return not_in_material(clause, turn, next(schemes, None))
    if ranking.confidence >= CERTAIN:
        filed = nearly_filed(clause, ranking, turn) if ranking.facts[0].share < _STANDS_OUT else ()
        if filed:
            return tell(clause, filed, ranking, (), turn)
        return tell(clause, best_facts(ranking, (), clause), ranking, (), turn)
    return near(clause, ranking, (), turn)


def _quotes_what_is_asked(one: RankedFact, clause: Clause) -> bool:
    """True where the term a fact begins with is the one asked about (人材育成の見出し)."""
    term = _TERM.match(one.fact.text)
    if term is None:
        return False
    label = one.fact.attribute
    said = [each.get("text") for each in clause.entities if each.get("value") == label]
    return any(each and f"{term[1]}の{each}" in clause.text for each in said)


def _of_the_rarest(clause: Clause, asked: list[RankedFact], turn: Turn) -> list[RankedFact]:
    """Keeps the facts of a property that one record only has, beside one that many have.

    「ゾーン制をやめるのはいつから」 asks of the only thing that has a ゾーン制.
    """
    records = turn.knowledge.store.records()
    rare = [
        name
        for name in asked_attributes(clause)
        if sum(bool(one.facts_about(name)) for one in records) == 1
    ]
    kept = [one for one in asked if one.fact.attribute in rare]
    return kept if kept and kept[0] is asked[0] else asked


def _of_the_described(
    ranking: Ranking, asked: Sequence[RankedFact], turn: Turn
) -> list[RankedFact]:
    """The facts of a property few records have, told of the one a question describes.

    「貧困層向けの調査、何件採択されたん」 describes one scheme, and few have such a number.
    """
    best = ranking.facts[0].record
    share = sum(one.share for one in ranking.facts if one.record.id == best.id)
    found = [one for one in asked if one.record.id == best.id]
    if not found or share < _DESCRIBED_ALONE:
        return []
    attribute = found[0].fact.attribute
    holders = sum(bool(one.facts_about(attribute)) for one in turn.knowledge.store.records())
    return [one for one in found if one.fact.attribute == attribute] if holders <= _FEW else []


def _told_of_no_record(clause: Clause, turn: Turn) -> str | None:
    """Returns the name of a property that every record might have and the material leaves out.

    「申し込みはどこ」 with nothing named asks for whatever the company would apply to: what one
    single record happens to say of it is no answer.
    """
    store = turn.knowledge.store
    if not asks_attribute_only(replace(clause, text=_QUESTION_WORD.sub(" ", clause.text)), turn):
        return None
    for name in asked_attributes(clause):
        holders = sum(bool(one.facts_about(name)) for one in store.records())
        if not store.attribute(name).kinds and holders <= 1:
            return store.attribute(name).label
    return None


def _of_the_month(clause: Clause, ranking: Ranking) -> list[RankedFact]:
    """The best fact of the very month a question names (「H23.2に開かれた会議のテーマは」)."""
    named = {one for one in years(clause.text) if "-" in one}
    best = ranking.facts[0]
    likely = ranking.confidence >= LIKELY and clause.outside < DOUBTFUL
    if not named or not likely or not named <= years(best.fact.text):
        return []
    return with_siblings(best, ranking.facts)


def _asks_whichever_has_it(clause: Clause, turn: Turn) -> bool:
    """True where a property is asked of a kind, of no record in particular (「補助金は何割」)."""
    text = pattern("the_costs").sub(" ", clause.text)
    for one in clause.entities:
        if one["entity"] == "kind" and one.get("text"):
            text = text.replace(str(one["text"]), " ", 1)
    return asks_attribute_only(replace(clause, text=text), turn)


def _is_meant_alone(clause: Clause, ranking: Ranking) -> bool:
    """True where what is asked for by name is told of one record only, and fits best of all."""
    likely = ranking.confidence >= LIKELY and clause.outside < DOUBTFUL
    return likely and ranking.facts[0].asked


def near(clause: Clause, ranking: Ranking, subjects: Sequence[Record], turn: Turn) -> Answer:
    """Where nothing answers surely: asks whether the nearest facts are meant, or says no."""
    filed = nearly_filed(clause, ranking, turn)
    if filed:
        return tell(clause, filed, ranking, (), turn)
    strange = bool(subjects) and subjects[0].kind is Kind.COUNTRY and names_a_stranger(clause, turn)
    if ranking.confidence >= LIKELY and not strange:
        return perhaps(clause, ranking, turn)
    if subjects:
        return not_told(ranking.facts, subjects[0], clause, turn)
    return not_in_material(clause, turn)
