"""Messages split where a new statement or question begins, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from nlu.clauses import split


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("ベトナムに工場を出したいけど何から始めたら", 2),
        ("大阪の会社です。窓口はどこですか？", 2),
        ("タイの人口と、あとMOBIOの場所を教えて", 2),
        ("MOBIOが大阪にあるのは知ってる", 1),
        ("ベトナム", 1),
        ("！？", 0),
    ],
)
def test_number_of_clauses(tokenize: Callable[[str], list[Any]], text: str, clauses: int) -> None:
    spans = split(text, tokenize(text))
    assert len(spans) == clauses
    assert all(a[1] == b[0] for a, b in pairwise(spans))
