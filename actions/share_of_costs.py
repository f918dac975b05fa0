"""What a subsidy pays of costs a question names: 「90万円かかったら補助はいくら」.

Nothing is said that does not follow from the rate and the limits shown with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from actions.fact_ranking import RankedFact, Ranking
from actions.fact_selection import MOST_FACTS
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import citations
from actions.turn import Clause
from answers import Point
from knowledge.schema import Record
from knowledge.store import Store

RATE, LIMIT = "subsidy_rate", "amount_limit"
_RATE = re.compile(r"(\d+)/(\d+)")
_MONEY = re.compile(r"(\d[\d,]*(?:\.\d+)?)([百千]?)(万円?|円)")
#: Units in which limits are given, and what they are worth in yen.
_UNITS = {"円": 1, "万円": 10_000}
_HUNDREDS = {"": 1, "百": 100, "千": 1_000}


def share_of_costs(clause: Clause, facts: Sequence[RankedFact], store: Store) -> Point | None:
    """Works out what a subsidy pays of the costs a question names.

    Args:
        clause: The question.
        facts: Facts of the answer; the first record with a rate and limits is counted.
        store: Resolves the sources.

    Returns:
        The share with the rate and the limits, and their sources; None where no costs are named,
        their share is not asked for, or no fact tells a rate.
    """
    costs = _costs(clause)
    record = next((one.record for one in facts if one.record.facts_about(RATE)), None)
    if record is None:
        return None
    rate, limits = _rate(record), _limits(record)
    if rate is None or not limits:
        return None
    if costs is None:
        return _costs_for_the_limit(clause, record, rate, store)
    share = int(costs * rate)
    key = "share_within" if share <= max(limits) else "share_beyond"
    told = (*record.facts_about(RATE), *record.facts_about(LIMIT))
    cites = dict.fromkeys(cite for one in told for cite in one.cite)
    return Point(
        text=phrase(
            key,
            costs=_money(costs),
            rate=f"{rate.numerator}/{rate.denominator}",
            share=_money(share),
            limits=record.facts_about(LIMIT)[0].text,
        ),
        citations=citations(store, cites, None),
    )


def _costs_for_the_limit(
    clause: Clause, record: Record, rate: Fraction, store: Store
) -> Point | None:
    """Says which costs bring the whole of a limit (「上限まで使うには調査費がいくら要る」)."""
    if not pattern("up_to_the_limit").search(clause.text):
        return None
    limits = [one for one in record.facts_about(LIMIT) if one.value and one.unit in _UNITS]
    named = [store.record(one) for one in clause.values("record") if store.has_record(one)]
    of_named = [fact for fact in limits for one in named if fact.text.count(one.short_name)]
    needed = []
    for limit in sorted({int((one.value or 0) * _UNITS[one.unit or ""]) for one in limits}):
        costs = _money(int(limit / rate))
        needed.append(phrase("share_needed", limit=_money(limit), costs=costs))
    told = (*record.facts_about(RATE), *(of_named or limits))
    return Point(
        text=phrase(
            "share_up_to_limit",
            needed="、".join(reversed(needed)),
            rate=f"{rate.numerator}/{rate.denominator}",
        ),
        citations=citations(store, dict.fromkeys(cite for one in told for cite in one.cite), None),
    )


def own_share(record: Record, store: Store) -> Point | None:
    """Says what a subsidy leaves to the company (「補助率2/3なら自己負担は」).

    Args:
        record: The subsidy.
        store: Resolves the sources.
    """
    rate = _rate(record)
    if rate is None:
        return None
    own = 1 - rate
    text = phrase(
        "share_own",
        rate=f"{rate.numerator}/{rate.denominator}",
        own=f"{own.numerator}/{own.denominator}",
    )
    cites = dict.fromkeys(cite for one in record.facts_about(RATE) for cite in one.cite)
    return Point(text=text, citations=citations(store, cites, None))


def facts_of_the_share(clause: Clause, ranking: Ranking) -> list[RankedFact]:
    """The rate and the limits that a question about named costs needs; none for another."""
    if _costs(clause) is None or not ranking.facts[0].record.facts_about(RATE):
        return []
    return [one for one in ranking.facts if one.fact.attribute in (RATE, LIMIT)][:MOST_FACTS]


def _costs(clause: Clause) -> int | None:
    """The costs a question names in yen, where it asks what is paid of them."""
    before = clause.goes_on_from
    text = f"{before.text.rstrip('。')}、{clause.text}" if before else clause.text
    if not (pattern("share_of_costs").search(text) and pattern("subsidised_costs").search(text)):
        return None
    if pattern("up_to_the_limit").search(text):
        # 「50万円を満額もらうには」 names the limit, and asks for the costs.
        return None
    found = _MONEY.search(unicodedata.normalize("NFKC", text))
    if found is None:
        return None
    number, hundreds, unit = found.groups()
    worth = _HUNDREDS[hundreds] * _UNITS["万円" if unit.startswith("万") else unit]
    return int(float(number.replace(",", "")) * worth)


def _rate(record: Record) -> Fraction | None:
    found = (_RATE.search(one.text) for one in record.facts_about(RATE))
    rate = next(filter(None, found), None)
    return Fraction(int(rate[1]), int(rate[2])) if rate else None


def _limits(record: Record) -> list[int]:
    """The limits of a subsidy in yen, whoever pays it."""
    return [
        int(one.value * _UNITS[one.unit])
        for one in record.facts_about(LIMIT)
        if one.value is not None and one.unit in _UNITS
    ]


def _money(yen: int) -> str:
    tens, rest = divmod(yen, 10_000)
    if not tens:
        return f"{rest:,}円"
    return f"{tens:,}万{f'{rest:,}' if rest else ''}円"
