"""Dates: eras folded, first years, kanji numerals, periods and their ends."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dates import checked, dates, is_date, last_day, parse_date, said, western

WRITTEN = {
    "令和8年4月1日": "2026-04-01",
    "令和元年5月1日": "2019-05-01",
    "令和 ８ 年 ４ 月": "2026-04",
    "平成31年4月30日": "2019-04-30",
    "昭和六十四年一月七日": "1989-01-07",
    "R8.4.1": "2026-04-01",
    "H24.3": "2012-03",
    "2026-04-01": "2026-04-01",
    "2026/4/1": "2026-04-01",
    "2026年度": "2026",
    "令和八年十二月三十一日": "2026-12-31",
    "2026年2月30日": "2026-02",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_dates_are_read_as_documents_write_them(text: str) -> None:
    assert parse_date(f"発行：{text}。") == WRITTEN[text]


@pytest.mark.parametrize(
    "text", ["2026年3社が参加", "年間2026件", "06-6748-1066", "1,234", "第3回"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert all("-" not in one for one in dates(text))


@given(st.dates(date(2019, 5, 1), date(2060, 12, 31)))
def test_reiwa_and_western_are_one_day(day: date) -> None:
    era = day.year - 2018
    year = "元" if era == 1 else str(era)
    assert parse_date(f"令和{year}年{day.month}月{day.day}日") == day.isoformat()
    assert last_day(day.isoformat()) == day
    assert parse_date(said(day.isoformat())) == day.isoformat()
    assert western(f"令和{year}年{day.month}月{day.day}日") == [said(day.isoformat())]


@given(st.text(max_size=40))
def test_any_text_is_read_without_failing(text: str) -> None:
    assert all(is_date(one) for one in dates(text))


def test_a_period_ends_with_its_last_day() -> None:
    assert last_day("2026") == date(2026, 12, 31)
    assert last_day("2028-02") == date(2028, 2, 29)
    with pytest.raises(ValueError, match="2026-13"):
        last_day("2026-13")


def test_checked_says_how_to_write_a_date() -> None:
    assert checked(" 令和9年3月 ") == "2027-03"
    for wrong in ("いつか", "2026-02-30", "99"):
        with pytest.raises(ValueError, match="日付「"):
            checked(wrong)
