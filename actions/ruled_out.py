"""What a question rules out (「神戸以外で」「中小限定じゃない調査は」) is no part of its answer.

The words for what is ruled out speak, in any search, for just the facts that are not wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from actions.answering import answers_first
from actions.certainty import CERTAIN
from actions.fact_choice import best_facts
from actions.fact_ranking import RankedFact, Ranking, rank_facts
from actions.fact_selection import MOST_FACTS
from actions.fact_table import fold
from actions.patterns import pattern
from actions.phrases import phrase
from actions.schemes_but_for import schemes_but_for
from actions.subjects import subjects_of
from actions.telling import tell
from actions.turn import EXCLUDED, Clause, Turn
from answers import Answer, Point
from knowledge.mentions import years
from knowledge.schema import Kind

#: Needs that facts answer.
_LOOKED_UP = frozenset({"ask_attribute", "ask_record", "find_record", "ask_outside"})
#: Least share of what is left, as part of that of the best fact.
_POSSIBLE = 0.2
#: The same from which a fact is likely meant.
_LIKELY = 0.4
_NAMES = frozenset({"record", "country", "city", "prefecture"})
#: What joins several things ruled out together.
_JOINS = frozenset({"と", "や", "・", "か", "および"})
_NOMINAL = frozenset({"名詞", "接尾辞", "接頭辞", "形状詞"})
#: So many commas make a long list, which a name begins within so many characters.
_LIST, _LEADING = 5, 12
#: A shorter word may stand in any fact.
_LEAST = 2


class _RuledOut(NamedTuple):
    """What is not wanted.

    Attributes:
        text: Its words.
        entities: What they name.
        rest: The question without them.
        instead: True where something else is named in its stead (「JICAじゃなくて外務省の」).
    """

    text: str
    entities: tuple[dict[str, Any], ...]
    rest: Clause
    instead: bool


@answers_first
def facts_but_for(clause: Clause, turn: Turn) -> Answer | None:
    """Answers a question that rules something out from what is left.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        The facts that fit best and tell nothing of what is ruled out; that the material has no
        others, where it has what is asked of that alone; None where nothing is ruled out, or
        nothing fits surely.
    """
    out = _ruled_out(clause, turn) if clause.intent in (*_LOOKED_UP, "find_scheme") else None
    if out is None or (clause.intent == "find_scheme" and not _is_a_topic(out)):
        return None
    if schemes_but_for(clause, turn) is not None:
        return None
    ranking = rank_facts(out.rest, subjects_of(out.rest, turn), turn)
    if ranking.confidence < CERTAIN:
        return None
    kept = tuple(one for one in ranking.facts if not _is_of(one, out, turn))
    asked = [one for one in ranking.facts if one.asked]
    left = [one for one in kept if one.asked]
    if asked and not left and not out.instead:
        return _no_others(out, asked, ranking, turn)
    if _are_all_there(ranking, kept, out, turn):
        return _no_others(out, ranking.facts[:1], ranking, turn)
    if not kept or kept[0].share < _POSSIBLE * ranking.facts[0].share:
        # What names it among others is a list: the others stand there, too.
        return None
    ranked = Ranking((*left, *(one for one in kept if not one.asked)), ranking.confidence)
    facts = best_facts(ranked, (), out.rest)[:MOST_FACTS]
    return tell(out.rest, facts, ranked, (), turn)


def _ruled_out(clause: Clause, turn: Turn) -> _RuledOut | None:
    marker = pattern("rules_out").search(clause.text)
    if marker is None:
        return None
    start = _start(clause.text[: marker.start()], turn)
    said = clause.text[start : marker.start()]
    rest = clause.text[:start] + clause.text[marker.end() :]
    if len(said) < _LEAST:
        return None
    inside = [
        one
        for one in clause.entities
        if one["entity"] != "attribute" and one.get("text") and one["text"] in said
    ]
    others = tuple(
        one for one in clause.entities if one not in inside and one.get("role") != EXCLUDED
    )
    if not others and len(turn.knowledge.analyser.words(rest)) < _LEAST:
        # 「中小機構じゃない方は？」 goes on with what was asked before.
        return None
    # That something is ruled out makes a question look stranger than it is.
    outside = clause.outside / 2 if inside and others else clause.outside
    left = replace(clause, text=rest, entities=others, outside=outside)
    instead = "以外" not in marker[0] and any(one["entity"] in _NAMES for one in others)
    return _RuledOut(said, tuple(inside), left, instead)


def _is_a_topic(out: _RuledOut) -> bool:
    """True for a need beyond the material, beside which a scheme is wished for (融資じゃなくて)."""
    return any(one["entity"] == "topic" for one in out.entities)


def _start(before: str, turn: Turn) -> int:
    """Returns where the things named last before a place begin (「、神戸と名古屋」)."""
    start = len(before)
    for token in reversed(turn.knowledge.analyser.tokens(before)):
        joins = token.surface in _JOINS and start < len(before)
        if token.pos not in _NOMINAL and not joins:
            break
        start -= len(token.surface)
    return start


def _is_of(one: RankedFact, out: _RuledOut, turn: Turn) -> bool:
    """True for a fact of what is ruled out, or that tells of it."""
    named = {str(each["value"]) for each in out.entities if each["entity"] in _NAMES}
    if one.record.id in named:
        return True
    if out.instead:
        return False
    text = fold(one.fact.text)
    leads = fold(out.text) in text[:_LEADING]
    if text.count("、") >= _LIST and not leads and fold(out.text) in text:
        # A long list names it among others, and they are wanted.
        return False
    match = one.record.match
    places = {*match.countries, *match.cities, *match.prefectures} if match else set()
    near = {*places, *one.record.related} if one.record.kind is not Kind.COUNTRY else set()
    if named & near or any(
        fold(each["text"]) in text for each in out.entities if each["entity"] in _NAMES
    ):
        return True
    of_year = {each[:4] for each in years(out.text)}
    if of_year:
        told = {each[:4] for each in years(one.fact.text)}
        return not told or bool(told & of_year)
    only = pattern("nobody_else").sub("のみ", out.text)
    if only != out.text:
        return fold(only) in text
    words = [] if named else turn.knowledge.analyser.words(out.text)
    return bool(words) and {*words} <= {*turn.knowledge.analyser.words(one.fact.text)}


def _are_all_there(
    ranking: Ranking, kept: Sequence[RankedFact], out: _RuledOut, turn: Turn
) -> bool:
    """True where everything likely is of the one country ruled out, and names no other."""
    country = next((one["value"] for one in out.entities if one["entity"] == "country"), None)
    store = turn.knowledge.store
    if country is None or out.instead or not store.has_record(country):
        return False
    best = ranking.facts[0]
    least = _LIKELY * best.share
    if any(one.share >= least or _is_alike(one, best) for one in kept):
        return False
    others = [one.short_name for one in store.records(Kind.COUNTRY) if one.id != country]
    likely = [one.fact.text for one in ranking.facts if one.share >= least]
    return not any(other in text for other in others for text in likely)


def _is_alike(one: RankedFact, other: RankedFact) -> bool:
    """True for the same property of another record of the kind."""
    alike = one.record.kind is other.record.kind
    return alike and one.fact.attribute == other.fact.attribute


def _no_others(out: _RuledOut, asked: Sequence[RankedFact], ranking: Ranking, turn: Turn) -> Answer:
    label = turn.knowledge.store.attribute(asked[0].fact.attribute).label
    told = tell(out.rest, asked[:1], ranking, (), turn)
    lead = Point(text=phrase("no_others", said=out.text, attribute=label))
    return told.copy(update={"lead": lead, "points": (told.lead,)})
