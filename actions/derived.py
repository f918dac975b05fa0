"""Figures worked out of two facts: 「何倍」「何分の一」「差は」「どちらが多い」.

Nothing is said that does not follow from the two values shown beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.fact_ranking import RankedFact, asked_attributes
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import citations, figure
from actions.turn import Clause
from answers import Point
from knowledge.schema import Fact, Kind, Record
from knowledge.store import Store

_TWO = 2
#: Patterns of what is worked out.
_COUNTED = ("ratio", "difference", "more", "total", "mean")
#: What stands behind the name of the country that another one is measured by.
_MEASURED_BY = r"(の(約)?(何|なん|半分)|と比|に比|に対|より|と見比べ)"


def asks_for_derived(text: str) -> bool:
    """True for a question that compares two values by counting, not why they differ."""
    asked_why = pattern("asks_why").search(text)
    return asked_why is None and any(pattern(one).search(text) for one in _COUNTED)


def asks_for_both(clause: Clause) -> bool:
    """True where one is picked by two properties (「人口は多いのに賃金が安い国」).

    Each may point at another country: which is the greater by one of them is no answer.
    """
    picked = pattern("more").search(clause.text) or pattern("less").search(clause.text)
    return bool(picked) and len(asked_attributes(clause)) > 1


def derived(clause: Clause, facts: Sequence[RankedFact], store: Store) -> Point | None:
    """Works out what a question asks of two values of one attribute.

    Args:
        clause: The question.
        facts: Facts of the answer; the first two of one attribute with values are counted.
        store: Resolves the sources.

    Returns:
        The ratio or the difference, with both values and their sources; None where the question
        asks for none or there are not two comparable values.
    """
    if not asks_for_derived(clause.text):
        return None
    if asks_for_both(clause):
        return None
    pair = _comparable(facts)
    if pair is None:
        return _total_of_one(clause, facts, store)
    (one, first), (other, second) = _in_asked_order(clause, pair)
    text = _worded(clause.text, one, first, other, second)
    cites = dict.fromkeys((*first.cite, *second.cite))
    return Point(text=text, citations=citations(store, cites, first.source))


def _comparable(
    facts: Sequence[RankedFact],
) -> tuple[tuple[Record, Fact], tuple[Record, Fact]] | None:
    """The first two facts of different records with a value of the same attribute and unit."""
    for one in facts:
        for other in facts:
            if (
                one.record.id != other.record.id
                and one.record.kind is Kind.COUNTRY
                and other.record.kind is Kind.COUNTRY
                and one.fact.attribute == other.fact.attribute
                and one.fact.unit == other.fact.unit
                and one.fact.value
                and other.fact.value
            ):
                return (one.record, one.fact), (other.record, other.fact)
    return None


def _total_of_one(clause: Clause, facts: Sequence[RankedFact], store: Store) -> Point | None:
    """Adds two amounts of money that one record tells of one property (two upper limits)."""
    if not pattern("total").search(clause.text):
        return None
    held = facts[0].record.facts_about(facts[0].fact.attribute) if facts else ()
    amounts = [one for one in held if one.value is not None and (one.unit or "").endswith("円")]
    if len(amounts) != _TWO:
        return None
    first, second = amounts
    total = _amount((first.value or 0.0) + (second.value or 0.0), first.unit or "")
    text = phrase("derived_total_of_one", total=total, first=figure(first), second=figure(second))
    cites = dict.fromkeys((*first.cite, *second.cite))
    return Point(text=text, citations=citations(store, cites, first.source))


def _in_asked_order(
    clause: Clause, pair: tuple[tuple[Record, Fact], tuple[Record, Fact]]
) -> tuple[tuple[Record, Fact], tuple[Record, Fact]]:
    """What is measured first: 「ベトナムの賃金はタイの何倍」 measures Vietnam by Thailand."""
    for one in clause.entities:
        typed = one.get("text")
        if one["entity"] != "country" or not typed:
            continue
        if re.search(re.escape(typed) + _MEASURED_BY, clause.text):
            return pair if one["value"] == pair[1][0].id else (pair[1], pair[0])
    if any(one["entity"] == "country" and one.get("text") for one in clause.entities):
        return pair
    # 「人口は何倍？」 names neither: the greater is so many times the smaller.
    return (pair[0], pair[1]) if _value(pair[0]) >= _value(pair[1]) else (pair[1], pair[0])


def _value(one: tuple[Record, Fact]) -> float:
    return one[1].value or 0.0


def _worded(asked: str, one: Record, first: Fact, other: Record, second: Fact) -> str:
    assert first.value is not None and second.value is not None
    values = {
        "one": one.short_name,
        "first": figure(first),
        "other": other.short_name,
        "second": figure(second),
    }
    if pattern("ratio").search(asked):
        return phrase("derived_ratio", **values, ratio=_ratio(first.value, second.value))
    if pattern("mean").search(asked):
        mean = (first.value + second.value) / 2
        return phrase("derived_mean", **values, mean=f"{mean:,.2f}{(first.unit or '')}")
    if pattern("total").search(asked) and _adds_up(first):
        total = _amount(first.value + second.value, first.unit or "")
        return phrase("derived_total", **values, total=total)
    (more, greater), (less, smaller) = sorted(
        ((one, first), (other, second)), key=_value, reverse=True
    )
    assert greater.value is not None and smaller.value is not None
    return phrase(
        "derived_less" if pattern("less").search(asked) else "derived_difference",
        more=more.short_name,
        greater=figure(greater),
        less=less.short_name,
        smaller=figure(smaller),
        difference=_amount(greater.value - smaller.value, greater.unit or ""),
        ratio=_ratio(greater.value, smaller.value),
    )


def _adds_up(fact: Fact) -> bool:
    """True for a number of people or companies: rates and wages have no sum."""
    return (fact.unit or "").rstrip("人社") != (fact.unit or "")


def _ratio(value: float, measure: float) -> str:
    """Words a ratio to two digits, small ones also as a share and as one part of so many."""
    ratio = value / measure
    if ratio >= 1:
        return phrase("derived_times", times=f"{ratio:.1f}")
    share = f"{ratio:.0%}"
    if ratio > 0.6:
        return phrase("derived_share", times=f"{ratio:.2f}", share=share)
    return phrase("derived_part", times=f"{ratio:.2f}", share=share, part=f"{1 / ratio:.1f}")


def _amount(value: float, unit: str) -> str:
    unit = unit.split("/")[0]
    if unit in {"％", "%"}:
        return phrase("derived_points", points=f"{value:.1f}")
    if unit == "万人":
        return f"{value:,.0f}{unit}"
    digits = 0 if value == int(value) else 1
    return f"{value:,.{digits}f}{unit}"
