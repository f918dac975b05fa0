"""Periods of a report, in the support centre's time zone, and the one before each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:\.\.|～|~)\s*(\d{4}-\d{2}-\d{2})")
_DAYS = re.compile(r"(\d{1,3})d")
_FISCAL_YEAR = re.compile(r"(\d{4})年度")
#: A fiscal year begins in April.
_APRIL = 4


class PeriodError(ValueError):
    """The period cannot be read; the message says how to write it (one line, Japanese)."""


@dataclass(frozen=True)
class Period:
    """Whole days.

    Attributes:
        first: First day.
        last: Last day.
        zone: Where days begin and end.
    """

    first: date
    last: date
    zone: tzinfo

    @property
    def start(self) -> float:
        """Its beginning, seconds since the epoch."""
        return datetime.combine(self.first, time(), self.zone).timestamp()

    @property
    def end(self) -> float:
        """The moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).timestamp()

    @property
    def days(self) -> int:
        """Its length."""
        return (self.last - self.first).days + 1

    @property
    def label(self) -> str:
        """How it is named: 2026年11月1日～11月30日."""
        last = f"{self.last.month}月{self.last.day}日"
        if self.last.year != self.first.year:
            last = f"{self.last.year}年{last}"
        first = f"{self.first.year}年{self.first.month}月{self.first.day}日"
        return first if self.first == self.last else f"{first}～{last}"

    @property
    def before(self) -> Period:
        """The period before: the month before a month, the year before a year, else as long."""
        if self.first.day == 1 and (self.last + timedelta(days=1)).day == 1:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
            first = _months_before(self.first, months + 1)
        else:
            first = self.first - timedelta(days=self.days)
        return Period(first, self.first - timedelta(days=1), self.zone)


def read_period(text: str | None, today: date, zone: tzinfo) -> Period:
    """Read a period: `2026-11`, `2026-11-01..2026-11-15`, `30d`, `2026年度`; None is this month.

    Raises:
        PeriodError: It is none of these, or ends before it begins.
    """
    text = (text or "").strip()
    if not text:
        return Period(today.replace(day=1), today, zone)
    try:
        if found := _DATES.fullmatch(text):
            first, last = (date.fromisoformat(part) for part in found.groups())
        elif found := _MONTH.fullmatch(text):
            first = date(int(found[1]), int(found[2]), 1)
            last = _months_before(first, -1) - timedelta(days=1)
        elif found := _FISCAL_YEAR.fullmatch(text):
            first = date(int(found[1]), _APRIL, 1)
            last = date(int(found[1]) + 1, _APRIL, 1) - timedelta(days=1)
        elif (found := _DAYS.fullmatch(text)) and int(found[1]):
            first, last = today - timedelta(days=int(found[1]) - 1), today
        else:
            raise ValueError(text)
        if last < first:
            raise ValueError(text)
    except ValueError:
        raise PeriodError(
            f"期間は 2026-11、2026-11-01..2026-11-15、30d、2026年度 のように書いてください: {text}"
        ) from None
    return Period(first, last, zone)


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
