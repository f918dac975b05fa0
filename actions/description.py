"""Questions that describe a record instead of naming it: by its place, its country, its doings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from actions.fact_ranking import RankedFact, Ranking, asked_attributes, rank_facts
from actions.fact_selection import MOST_FACTS, with_siblings
from actions.fact_table import fold, names_of
from actions.follow_ups import asks_nothing_else
from actions.near_misses import NAME
from actions.patterns import pattern
from actions.turn import Clause, Turn
from knowledge.schema import Kind, Record

#: Content words below which a clause says nothing without the one before it.
_LEAST_WORDS = 2
#: Characters of a short form, at least.
_LEAST_NAME = 4
#: Share from which a fact stands out.
_STANDS_OUT = 0.6
#: Clauses looked back at, at most.
_BACK = 3
#: Beginning of the ids of bodies that have schemes.
_BODIES = "organisation."
#: Entities that say nothing of what a question is about.
_OF_WHATEVER = frozenset({"attribute", "kind", "reference"})
#: Entities by which a question says itself what it is about.
_NAMING = frozenset({"record", "country", "attribute", "kind", "topic", "city", "prefecture"})


def told_together(clause: Clause, turn: Turn) -> Clause:
    """Joins a question that says nothing by itself to what was told before it.

    「大阪の会社がベトナムで…と伺いました。社名を忘れまして。お分かりになりますか」 is one question.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    words = turn.knowledge.analyser.words
    named = [one for one in clause.entities if one["entity"] in _NAMING]
    before, between = _heard_before(clause)
    joined, entities = clause.text, clause.entities
    if before is not None and _leads_up(before, clause):
        whole = replace(
            clause,
            text=before.text + between + joined,
            entities=(*before.entities, *entities),
            goes_on_from=None,
        )
        what = {one["entity"] for one in clause.entities}
        bare = bool(between) and what <= _OF_WHATEVER
        if bare or asks_nothing_else(clause, turn) or pattern("like_that").match(clause.text):
            # 「研究会が長野にあるらしいけど、事務局どこ」 asks for the office of that very one, and
            # 「そういうのを助ける制度は」 says nothing of what it wants.
            return whole
        sure = rank_facts(clause, (), turn).confidence
        return whole if rank_facts(whole, (), turn).confidence > sure else clause
    before = clause.goes_on_from
    if named or before is None or len(words(clause.text)) >= _LEAST_WORDS:
        return clause
    for _ in range(_BACK):
        if before is None:
            return clause
        joined, entities = before.text + joined, (*before.entities, *entities)
        if before.entities and len(words(before.text)) >= _LEAST_WORDS:
            return replace(clause, text=joined, entities=entities, goes_on_from=None)
        before = before.goes_on_from
    return clause


def _heard_before(clause: Clause) -> tuple[Clause | None, str]:
    """Returns the clause a question goes on from, past those that name nothing, and what they say.

    「…する制度があると聞きましたが、資料をなくしました。何という制度でしょうか」
    """
    before, between = clause.goes_on_from, ""
    for _ in range(_BACK):
        if before is None or any(one["entity"] in _NAMING for one in before.entities):
            break
        if pattern("hearsay").search(before.text) or before.goes_on_from is None:
            break
        before, between = before.goes_on_from, before.text + between
    return before, between


def _leads_up(before: Clause, clause: Clause) -> bool:
    """True where a question asks of what was told as heard, or refers back to it.

    「役所の中に窓口があるらしいけど、どこの役所」, 「現地で試したい。そういうのを助ける制度は」.
    """
    subjects = [one for one in before.values("record") if not one.startswith(_BODIES)]
    if clause.values("record") or subjects:
        # Whose scheme it is (「JICAの制度で…と聞きました」) is no scheme.
        return False
    heard = pattern("hearsay").search(before.text)
    return bool(heard or pattern("like_that").match(clause.text))


def with_abbreviated(clause: Clause, turn: Turn) -> Clause:
    """Adds the record whose name a question cuts short (「関ベト会議」).

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    if clause.values("record"):
        return clause
    for one in clause.entities:
        kind = one.get("text")
        if one["entity"] != "kind" or not kind:
            continue
        before = NAME.search(clause.text[: clause.text.find(kind)])
        if not before or not turn.knowledge.unknown_words(before[0]):
            continue
        short = fold(before[0] + kind)
        found = {
            record.id
            for record in turn.knowledge.store.records()
            if any(_is_cut_short(short, name, fold(kind)) for name in names_of(record))
        }
        if len(found) == 1:
            added = {"entity": "record", "value": found.pop(), "text": before[0] + kind}
            return replace(clause, entities=(*clause.entities, added))
    return clause


def _is_cut_short(short: str, name: str, kind: str) -> bool:
    """True where a name begins and ends as its short form and holds its characters in order."""
    if len(short) < _LEAST_NAME or name[0] != short[0] or not name.endswith(kind):
        return False
    rest = iter(name)
    return all(character in rest for character in short)


def facts_of_the_described_there(
    clause: Clause, subjects: Sequence[Record], turn: Turn
) -> list[RankedFact]:
    """Returns what is told of a body known by where it is and where it acts.

    「愛知の会社でタイに共同で出ていったところ」 names a country, and is not about it.

    Args:
        clause: The question.
        subjects: What it names.
        turn: The turn it belongs to.

    Returns:
        The best fact of such a body and the others of its attribute; none where no place is
        named beside the country, or something of the country itself is asked.
    """
    places = _prefectures(clause, turn)
    countries = [one for one in subjects if one.kind is Kind.COUNTRY]
    if not places or not countries or len(countries) < len(subjects):
        return []
    if any(one.facts_about(each) for one in countries for each in asked_attributes(clause)):
        return []
    table = turn.knowledge.facts
    both = table.of_prefectures(places) * table.acting_in([one.id for one in countries])
    bodies = {table.record_ids[number] for number in both.nonzero()[0]}
    ranked = [one for one in rank_facts(clause, (), turn).facts if one.record.id in bodies]
    return with_siblings(ranked[0], ranked)[:MOST_FACTS] if ranked else []


def of_the_place(
    clause: Clause, ranking: Ranking, subjects: Sequence[Record], turn: Turn
) -> list[RankedFact]:
    """Returns the fact of a body of the named place that stands out among those of a named one.

    「愛知のハンズオン支援は誰が」 is about what a centre in Aichi does, not about the policy.

    Args:
        clause: The question.
        ranking: The facts, ranked for the subjects.
        subjects: What it names.
        turn: The turn it belongs to.
    """
    best = ranking.facts[0]
    if best.belongs == 1.0 or best.share < _STANDS_OUT:
        return []
    table = turn.knowledge.facts
    there = table.of_prefectures(_prefectures(clause, turn))
    bodies = {table.record_ids[number] for number in there.nonzero()[0]}
    if best.record.id not in bodies or any(one.id in bodies for one in subjects):
        return []
    return with_siblings(best, ranking.facts)


def of_its_owner(clause: Clause, ranking: Ranking, subjects: Sequence[Record]) -> list[RankedFact]:
    """Returns the scheme of a named body whose name is asked by what it does.

    「JICAで出資もしてくれるやつ、何て言うん」 asks for a scheme, not for the body.

    Args:
        clause: The question.
        ranking: The facts, ranked for the subjects.
        subjects: What it names.
    """
    best = ranking.facts[0]
    of_one = best.record.kind is Kind.SCHEME and best.share >= _STANDS_OUT
    if not of_one or best.belongs == 1.0 or not pattern("by_name").search(clause.text):
        return []
    owned = any(one.id in best.record.related for one in subjects)
    return with_siblings(best, ranking.facts) if owned else []


def _prefectures(clause: Clause, turn: Turn) -> set[str]:
    """The prefectures a question names, by themselves, by a city or by a region."""
    cities = (turn.knowledge.store.prefecture_of(one) for one in clause.values("city"))
    regions = (one.split("、") for one in clause.values("region"))
    return {*clause.values("prefecture"), *chain(*cities), *chain(*regions)}
