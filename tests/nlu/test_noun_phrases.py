"""Open values: what a company makes, sells or runs, as offsets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlu.evaluation import read_examples
from nlu.noun_phrases import is_trade, trade_phrases

_SPANS = Path(__file__).with_name("business_spans.jsonl")


def test_spans_of_unusual_products(pipeline: Any) -> None:
    expected = found = right = 0
    for example in read_examples(_SPANS):
        truth = {(e["start"], e["end"]) for e in example["entities"]}
        guess = {
            (e["start"], e["end"])
            for e in pipeline.parse(example["text"]).get("entities", [])
            if e["entity"] == "business"
        }
        expected, found = expected + len(truth), found + len(guess)
        right += len(truth & guess)
    assert 2 * right / (expected + found) >= 0.85


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("石けん作ってます", ["石けん"]),
        ("りんごのジュースを作っています", ["りんごのジュース"]),
        ("抹茶を海外に売りたい", ["抹茶"]),
        ("線香メーカーです", ["線香"]),
        ("自社製品を作っています", []),
        ("拠点を作りたい", []),
        ("作りたい", []),
        ("の会社", []),
    ],
)
def test_object_of_making(
    tokenize: Callable[[str], list[Any]], text: str, phrases: list[str]
) -> None:
    assert [text[start:end] for start, end in trade_phrases(tokenize(text), [])] == phrases


@pytest.mark.parametrize(
    ("text", "value", "fits"),
    [
        ("開発途上国に技術移転したい", "開発途上国に技術", False),
        ("自社製品です", "自社製品", False),
        ("水処理装置です", "水処理装置", True),
    ],
)
def test_is_trade(tokenize: Callable[[str], list[Any]], text: str, value: str, fits: bool) -> None:
    start = text.index(value)
    assert is_trade(start, start + len(value), tokenize(text), []) is fits
