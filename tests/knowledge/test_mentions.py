"""Figures, years and names are found and folded."""

from __future__ import annotations

from fractions import Fraction

import pytest

from knowledge.analysis import Analyser
from knowledge.mentions import mentions, quantity

ANALYSER = Analyser()


@pytest.mark.parametrize(
    "text", ["平成24年3月", "平成２４年３月", "H24.3", "H.24.3", "2012年3月", "2012年3月31日"]
)
def test_eras_fold_to_the_western_year(text: str) -> None:
    found = mentions(text, ANALYSER)
    assert found.years == {"2012-03"}
    assert not found.figures


def test_a_named_era_goes_on() -> None:
    assert mentions("（平成23年6月、24年3月改定）", ANALYSER).years == {"2011-06", "2012-03"}


def test_a_bare_two_digit_year_is_no_year() -> None:
    assert not mentions("24年3月", ANALYSER).years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2012年度～", {"2012"}),
        ("2011～13年度", {"2011", "2013"}),
        ("2010/11年", {"2010", "2011"}),
        ("令和元年", {"2019"}),
        ("昭和63年4月", {"1988-04"}),
    ],
)
def test_years(text: str, years: set[str]) -> None:
    assert mentions(text, ANALYSER).years == years


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("6,678万人", (Fraction(66_780_000), "人")),
        ("上限120万円", (Fraction(1_200_000), "円")),
        ("52.7％", (Fraction("52.7"), "%")),
        ("0.7パーセント", (Fraction("0.7"), "%")),
        ("2/3", (Fraction(2, 3), "")),
        ("2分の1", (Fraction(1, 2), "")),
        ("第4回会議", (Fraction(4), "回")),
        ("海外6ヵ国", (Fraction(6), "か国")),
        ("広域6市町村", (Fraction(6), "市町村")),
        ("2,014社", (Fraction(2014), "社")),
    ],
)
def test_figures(text: str, figure: tuple[Fraction, str]) -> None:
    assert mentions(text, ANALYSER).figures == {figure}


def test_footnote_marks_are_no_figures() -> None:
    assert not mentions("失業率 *4、①調査", ANALYSER).figures


def test_names() -> None:
    names = mentions("Y-PORT事業とF/S、ドンナイ省の近畿経済産業局", ANALYSER).names
    assert {"yport", "fs", "ドンナイ", "近畿", "近畿経済産業局"} <= names


def test_values_fold_like_text() -> None:
    assert quantity(6678, "万人") == (Fraction(66_780_000), "人")
    assert quantity(2012, "年度") == "2012"
