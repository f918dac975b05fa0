"""「タイとベトナムを比べて」: records of one kind side by side, whole or one row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.answering import AnsweringAction, answers, answers_first
from actions.arbitration import share_of_best
from actions.derived import asks_for_both, asks_for_derived
from actions.fact_ranking import asked_attributes, rank_facts
from actions.follow_ups import asks_attribute_only, counting_on, going_on
from actions.limits import beside_the_unknown
from actions.lookup import look_up
from actions.near_misses import attribute_missing
from actions.patterns import pattern
from actions.rendering import choice, status_notes, summary_point
from actions.shown_before import shown_alike
from actions.side_by_side import rows_of, side_by_side
from actions.subjects import subjects_of
from actions.turn import Clause, Turn
from answers import Answer, Point
from knowledge.schema import Kind, Record

MOST_COMPARED = 3
#: Fewer are not compared.
_SEVERAL = 2
#: Share of a fact in the ranking, and confidence, from which it alone is meant.
_ONE_FACT = 0.4
#: The same for a sentence about one of two countries that is only described.
_DESCRIBED, _LIKELY = 0.25, 0.35
#: Probability of a question beyond the material from which no table answers it.
_MAYBE_OUTSIDE = 0.2
#: What every comparison tells; it picks no row.
_COMPARING = frozenset({"difference", "likeness"})
#: The words for them, also inside the name of the comparison.
_POINTS = (("likeness", "共通点|共通項|似た点"), ("difference", "相違点|違う点|異なる点"))


class ActionCompare(AnsweringAction):
    """Compares countries, schemes or hubs."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_compare"


@answers("compare")
def compare(clause: Clause, turn: Turn) -> Answer:
    """Compares the named records, or the two countries of the material.

    Args:
        clause: The question; ``attribute`` entities pick the rows, none means all.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    one_of_them = _one_of_a_row(clause)
    if one_of_them is not None:
        return look_up(one_of_them, turn)
    if counting_on(clause, turn) is not clause:
        # 「ベトナムと比べて何倍？」 counts with what was told last.
        return look_up(clause, turn)
    subjects = _alike(_named(clause, turn) or subjects_of(clause, turn))[:MOST_COMPARED]
    if subjects and going_on(clause, subjects, turn) is not clause:
        # 「タイのほうは？」 goes on with what was asked of the other country.
        return look_up(clause, turn)
    countries = store.records(Kind.COUNTRY)
    if turn.focus and _is_of_countries(clause, turn) and not _names_countries(subjects):
        # 「人口どっちが多い？」 after a hub asks nothing of the hub.
        named = [{"entity": "country", "value": one.id} for one in countries]
        clause = replace(clause, entities=(*clause.entities, *named))
        subjects = list(countries)
    outside = [one for one in clause.values("country") if one not in {c.id for c in countries}]
    if outside:
        return beside_the_unknown(clause, outside[0], turn)
    if len(clause.values("country")) == 1 and asked_attributes(clause):
        # 「日系企業数 ベトナム」: the other country's value comes after it.
        return look_up(clause, turn)
    of_time = asked_attributes(clause) and pattern("of_what_time").search(clause.text)
    counted = asks_for_derived(clause.text) and not asks_for_both(clause)
    if of_time or counted or _asks_one_fact(clause, subjects, turn):
        return look_up(clause, turn)
    if len(subjects) < 2 and all(one.kind is Kind.COUNTRY for one in subjects):
        subjects = list(countries)
    if len(subjects) < 2:
        return look_up(clause, turn)
    asked = [one for one in asked_attributes(clause) if one not in _COMPARING]
    rows = rows_of(subjects, asked) if len({one.kind for one in subjects}) == 1 or asked else []
    if rows:
        return side_by_side(subjects, rows, turn)
    return look_up(clause, turn) if asked else _one_by_one(subjects, turn)


def _names_countries(subjects: Sequence[Record]) -> bool:
    return any(one.kind is Kind.COUNTRY for one in subjects)


def _is_of_countries(clause: Clause, turn: Turn) -> bool:
    """True where all that is asked for are properties only countries have, and none is named."""
    asked = asked_attributes(clause)
    declared = turn.knowledge.store.attribute
    named = clause.values("record") or clause.values("country")
    return (
        not named and bool(asked) and all(declared(one).kinds == (Kind.COUNTRY,) for one in asked)
    )


@answers_first
def compare_shown(clause: Clause, turn: Turn) -> Answer | None:
    """Compares what was shown last (「その3つで違いは」).

    Args:
        clause: The question; one that names anything itself is left to the others.
        turn: The turn it belongs to.
    """
    asked = {*asked_attributes(clause)} & _COMPARING
    named = clause.values("record") or clause.values("country")
    of_those = pattern("of_those").search(clause.text)
    if not asked or named or not (of_those or asks_attribute_only(clause, turn)):
        return None
    shown = shown_alike(turn, MOST_COMPARED if of_those else _SEVERAL)
    if len(shown) < _SEVERAL or (shown[0].kind is Kind.COUNTRY and not _counted(clause)):
        return None
    rows = rows_of(shown, ())
    return side_by_side(shown, rows, turn) if rows else _one_by_one(shown, turn)


@answers_first
def compare_on(clause: Clause, turn: Turn) -> Answer | None:
    """Compares another property of the countries just compared (「じゃあ工業団地は？」).

    Args:
        clause: The question; one that names anything itself is left to the others.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus[:MOST_COMPARED] if store.has_record(one)]
    named = clause.values("record") or clause.values("country")
    countries = [one for one in shown if one.kind is Kind.COUNTRY]
    if named:
        return None
    if turn.asked and countries[:1] == shown[:1] and pattern("both_of_them").search(clause.text):
        every = store.records(Kind.COUNTRY)
        rows = rows_of(every, turn.asked)
        return side_by_side(every, rows, turn) if rows else None
    if turn.asked or len(countries) < _SEVERAL or len(countries) < len(shown):
        return None
    asked = [one for one in asked_attributes(clause) if one not in _COMPARING]
    rows = rows_of(countries, asked) if asked and asks_attribute_only(clause, turn) else []
    return side_by_side(countries, rows, turn) if rows else None


@answers_first
def each_of_those_shown(clause: Clause, turn: Turn) -> Answer | None:
    """Tells a property of each of those shown last (「それぞれ対象の企業は？」).

    Args:
        clause: The question; one that names anything itself is left to the others.
        turn: The turn it belongs to.
    """
    asked = [one for one in asked_attributes(clause) if one not in _COMPARING]
    named = clause.values("record") or clause.values("country")
    if not asked or named or not pattern("each_of_those").search(clause.text):
        return None
    shown = shown_alike(turn, MOST_COMPARED)
    held = [one for one in asked if any(each.facts_about(one) for each in shown)]
    if len(shown) < _SEVERAL:
        return None
    if held:
        return side_by_side(shown, held, turn)
    answer = attribute_missing(shown[0], asked[0], turn, clause)
    names = "と".join(one.short_name for one in shown)
    lead = answer.lead.text.replace(shown[0].short_name, names, 1)
    return answer.copy(update={"lead": Point(text=lead), "points": (), "status_notes": ()})


def _one_of_a_row(clause: Clause) -> Clause | None:
    """Returns 「タイとベトナムの共通点、2つめは」 as a question for one point of the comparison."""
    if not pattern("ordinal").search(clause.text):
        return None
    for attribute, words in _POINTS:
        said = re.search(words, clause.text)
        if said:
            asked = {"entity": "attribute", "value": attribute, "text": said[0]}
            return replace(clause, intent="ask_attribute", entities=(asked,))
    return None


def _counted(clause: Clause) -> bool:
    """False for a bare 「違いは何」: how the countries differ the material says itself."""
    return bool(re.search(r"[2-9２-９二三四]つ|中で|それぞれ|これら|それら", clause.text))


def _named(clause: Clause, turn: Turn) -> list[Record]:
    """Returns the records a comparison names, where it names several.

    Whoever compares a body with its scheme means both.
    """
    store = turn.knowledge.store
    named = [*clause.values("record"), *clause.values("country")]
    found = [store.record(one) for one in dict.fromkeys(named) if store.has_record(one)]
    return found if len(found) > 1 else []


def _alike(subjects: Sequence[Record]) -> list[Record]:
    """Leaves out what only comes along with two countries: the record that compares them."""
    countries = [one for one in subjects if one.kind is Kind.COUNTRY]
    return countries if len(countries) > 1 else list(subjects)


def _asks_one_fact(clause: Clause, subjects: Sequence[Record], turn: Turn) -> bool:
    """True for a question about a comparison (「比較表は誰の資料」) or about one record only."""
    if len(subjects) == 1 and turn.knowledge.unknown_words(clause.text):
        return True
    if not asked_attributes(clause) and clause.outside >= _MAYBE_OUTSIDE:
        # 「うちはどっちに行ったら儲かる」 asks for no table.
        return True
    described = not subjects and pattern("which_country").search(clause.text)
    if not described and not pattern("of_the_comparison").search(clause.text):
        return False
    ranking = rank_facts(clause, subjects, turn)
    best = ranking.facts[0]
    if described and best.record.kind is Kind.COUNTRY and best.fact.value is None:
        # 「人手不足で困っているのはどっちの国」 is told by one sentence, not by a row.
        return best.share >= _DESCRIBED and ranking.confidence >= _LIKELY
    alone = best.record.kind is not Kind.COUNTRY and share_of_best(ranking) >= _ONE_FACT
    return alone and ranking.confidence >= _ONE_FACT


def _one_by_one(subjects: Sequence[Record], turn: Turn) -> Answer:
    """Tells what each of them is: a body and a scheme, or two that share no property."""
    store = turn.knowledge.store
    names = "と".join(record.short_name for record in subjects)
    return Answer(
        kind="comparison",
        lead=Point(text=turn.wording.text("utter_compare", records=names)),
        points=tuple(summary_point(store, record) for record in subjects),
        status_notes=status_notes(subjects, turn.wording, store),
        choices=tuple(choice(one.short_name, "ask_record", record=one.id) for one in subjects),
        data={"records": [record.id for record in subjects]},
    )
