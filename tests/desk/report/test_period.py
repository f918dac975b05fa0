from __future__ import annotations

from datetime import date

import pytest

from desk.report.period import PeriodError, read_period
from tests.desk.seed import TOKYO, tokyo

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "first", "last", "before_first", "before_last"),
    [
        (None, "2026-11-01", "2026-11-22", "2026-10-10", "2026-10-31"),
        ("2026-10", "2026-10-01", "2026-10-31", "2026-09-01", "2026-09-30"),
        ("2026-3", "2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"),
        ("7d", "2026-11-16", "2026-11-22", "2026-11-09", "2026-11-15"),
        ("2025年度", "2025-04-01", "2026-03-31", "2024-04-01", "2025-03-31"),
        ("2026-11-03..2026-11-05", "2026-11-03", "2026-11-05", "2026-10-31", "2026-11-02"),
    ],
)
def test_a_period_and_the_one_before(
    text: str | None, first: str, last: str, before_first: str, before_last: str
) -> None:
    period = read_period(text, TODAY, TOKYO)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    before = period.before
    assert (before.first.isoformat(), before.last.isoformat()) == (before_first, before_last)
    assert before.end == period.start


def test_days_begin_where_the_support_centre_is() -> None:
    period = read_period("2026-11-03..2026-11-03", TODAY, TOKYO)
    assert (period.start, period.end) == (tokyo("2026-11-03T00:00"), tokyo("2026-11-04T00:00"))
    assert period.label == "2026年11月3日"


@pytest.mark.parametrize(
    "text", ["来月", "2026-13", "2026-11-05..2026-11-03", "2026-02-30..2026-03-01", "0d"]
)
def test_what_cannot_be_read_says_how_to_write_it(text: str) -> None:
    with pytest.raises(PeriodError, match="2026-11"):
        read_period(text, TODAY, TOKYO)
