"""「タイとベトナムを比べて」: records of one kind side by side, whole or one row."""

from __future__ import annotations

from collections.abc import Sequence

from actions.answering import AnsweringAction, answers
from actions.derived import asks_for_derived
from actions.fact_ranking import asked_attributes, rank_facts
from actions.follow_ups import counting_on, going_on
from actions.limits import country_outside
from actions.lookup import look_up
from actions.patterns import pattern
from actions.rendering import choice, citations, fact_point, figure
from actions.subjects import subjects_of
from actions.turn import Clause, Turn
from answers import Answer, Point, Table
from knowledge.schema import Kind, Record

MOST_COMPARED = 3
#: Share of a fact in the ranking, and confidence, from which it alone is meant.
_ONE_FACT = 0.4
#: Probability of a question beyond the material from which no table answers it.
_MAYBE_OUTSIDE = 0.2
#: Attributes that tell other rows again in one sentence.
_SUMMARIES = frozenset({"overview", "indicators", "investment_climate"})


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
    if counting_on(clause, turn) is not clause:
        # 「ベトナムと比べて何倍？」 counts with what was told last.
        return look_up(clause, turn)
    subjects = _alike(subjects_of(clause, turn))[:MOST_COMPARED]
    if subjects and going_on(clause, subjects, turn) is not clause:
        # 「タイのほうは？」 goes on with what was asked of the other country.
        return look_up(clause, turn)
    countries = store.records(Kind.COUNTRY)
    outside = [one for one in clause.values("country") if one not in {c.id for c in countries}]
    if outside:
        return country_outside(clause, turn, outside[0])
    if len(clause.values("country")) == 1 and asked_attributes(clause):
        # 「日系企業数 ベトナム」: the other country's value comes after it.
        return look_up(clause, turn)
    if asks_for_derived(clause.text) or _asks_one_fact(clause, subjects, turn):
        return look_up(clause, turn)
    if len(subjects) < 2 and all(one.kind is Kind.COUNTRY for one in subjects):
        subjects = list(countries)
    if len(subjects) < 2:
        return look_up(clause, turn)
    rows = _rows(subjects, asked_attributes(clause))
    if not rows:
        return look_up(clause, turn)
    return _side_by_side(subjects, rows, turn)


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
        return best.share >= _ONE_FACT and ranking.confidence >= _ONE_FACT
    alone = best.record.kind is not Kind.COUNTRY and best.share >= _ONE_FACT
    return alone and ranking.confidence >= _ONE_FACT


def _rows(subjects: Sequence[Record], asked: Sequence[str]) -> list[str]:
    """Attributes that at least two of the records have, in the order of the first record."""
    order = dict.fromkeys(fact.attribute for record in subjects for fact in record.facts)
    shared = [
        attribute
        for attribute in order
        if sum(bool(record.facts_about(attribute)) for record in subjects) > 1
    ]
    if asked:
        return [one for one in shared if one in asked]
    return [one for one in shared if one not in _SUMMARIES]


def _side_by_side(subjects: Sequence[Record], rows: Sequence[str], turn: Turn) -> Answer:
    store = turn.knowledge.store
    cells = []
    used: dict[str, None] = {}
    for attribute in rows:
        row = [store.attribute(attribute).label]
        for record in subjects:
            facts = record.facts_about(attribute)
            used |= dict.fromkeys(cite for fact in facts for cite in fact.cite)
            row.append(" ".join(figure(fact) for fact in facts) or "－")
        cells.append(tuple(row))
    names = "と".join(record.short_name for record in subjects)
    remarks = [fact for fact in _remarks(turn) if set(fact.cite) & set(used)]
    return Answer(
        kind="comparison",
        lead=Point(
            text=turn.wording.text("utter_compare", records=names),
            citations=citations(store, used),
        ),
        points=tuple(fact_point(store, fact) for fact in remarks) if len(rows) > 1 else (),
        table=Table(
            caption=turn.wording.text("utter_compare_caption", records=names),
            header=("", *(record.short_name for record in subjects)),
            rows=tuple(cells),
            citations=citations(store, used),
        ),
        choices=tuple(choice(one.short_name, "ask_record", record=one.id) for one in subjects),
        data={"records": [record.id for record in subjects]},
    )


def _remarks(turn: Turn) -> tuple:
    record = turn.knowledge.store.record("policy_point.thailand_vietnam")
    return record.facts_about("likeness") + record.facts_about("difference")
