"""Spellings that are the same must fold together, others must not."""

from __future__ import annotations

import pytest

from .folding import fold, search


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("６，６７８万人", "66,780,000人"),
        ("6,678万 人", "66780000人"),
        ("平成24年3月", "2012年3月"),
        ("H24.3", "2012年3月"),
        ("H.22.10", "2010年10月"),
        ("令和元年5月", "2019年5月"),
        ("2012年03月", "2012年3月"),
        ("2012/03", "2012年3月"),
        ("１２０万円", "1,200,000円"),
        ("1万5千円", "1万5千円"),
        ("ＪＥＴＲＯ", "JETRO"),
        ("3，924社", "3924社"),
        ("２００９年度〜", "2009年度～"),
        ("２０１０/１１年", "2010/11年"),
    ],
)
def test_spellings_fold_together(written: str, same: str) -> None:
    assert fold(written) == fold(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [("2012年3月", "2011年3月"), ("120万円", "12万円"), ("52.7%", "5.27%"), ("50万円", "500万円")],
)
def test_different_figures_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_two_years_are_not_a_month() -> None:
    assert fold("2010/11年") == "2010/11年"


def test_patterns_survive_folding() -> None:
    assert fold(r"1\.8{0,6}%|二[かヵ]国") == r"1\.8{0,6}%|二[かヵ]国"
    assert search("120万円", "上限は1,200,000円です")
    assert search(r"TeamE-?Kansai", "Team E-Kansai")
