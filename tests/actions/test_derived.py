"""Ratios and differences follow from the two values shown, and from nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from actions.derived import derived
from actions.fact_ranking import RankedFact
from actions.turn import Clause
from knowledge.store import open_store

STORE = open_store()


def pair(attribute: str) -> list[RankedFact]:
    records = [STORE.record("country.thailand"), STORE.record("country.vietnam")]
    return [RankedFact(one, one.facts_about(attribute)[0], 0.5, 1.0, True) for one in records]


def clause(text: str) -> Clause:
    named: list[dict[str, Any]] = [
        {"entity": "country", "value": value, "text": word}
        for word, value in (("タイ", "country.thailand"), ("ベトナム", "country.vietnam"))
        if word in text
    ]
    return Clause(text, "ask_attribute", tuple(named))


@pytest.mark.parametrize(
    ("text", "attribute", "said"),
    [
        ("タイの賃金はベトナムの何倍ですか", "wage", "約2.3倍"),
        ("ベトナムの賃金はタイの何分の一", "wage", "2.3分の1"),
        ("人口の差は", "population", "2,199万人"),
        ("失業率はどれくらい違う", "unemployment", "1.1ポイント"),
        ("人口を足すと何人", "population", "15,555万人"),
        ("現地調達率を平均すると", "local_procurement", "42.45%"),
    ],
)
def test_the_count_is_right_and_cited(text: str, attribute: str, said: str) -> None:
    point = derived(clause(text), pair(attribute), STORE)
    assert point is not None
    assert said in point.text
    assert point.citations


def test_nothing_is_counted_unasked_or_from_one_value() -> None:
    assert derived(clause("タイの賃金は"), pair("wage"), STORE) is None
    assert derived(clause("賃金は何倍"), pair("wage")[:1], STORE) is None
    assert derived(clause("インフラは何倍"), pair("climate_infra"), STORE) is None


def test_two_amounts_of_one_record_are_added() -> None:
    record = STORE.record("scheme.hands_on_fs")
    facts = [RankedFact(record, one, 0.5, 1.0, True) for one in record.facts_about("amount_limit")]
    point = derived(clause("両方の上限を合わせるといくら"), facts, STORE)
    assert point is not None and "170万円" in point.text and point.citations
    assert derived(clause("上限はいくら"), facts, STORE) is None


def test_the_smaller_one_is_named_first_where_it_is_asked_for() -> None:
    point = derived(clause("失業率が低いのはどっち"), pair("unemployment"), STORE)
    assert point is not None and point.text.startswith("タイ（0.7%）のほうが")
