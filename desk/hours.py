"""Opening hours of the desk, Japanese public holidays, and its timers, from a data file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import yaml

FILE = "TSUNAGARI_HOURS"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS = "月火水木金土日"
LOOK_AHEAD_DAYS = 60
_LONGEST_TIMER = 366 * 24 * 60

Span = tuple[time_of_day, time_of_day]
MonthDay = tuple[int, int]


class HoursError(ValueError):
    """The file of the opening hours cannot be used; the message says where (Japanese)."""


@dataclass(frozen=True)
class Timers:
    """How long who may wait, in seconds.

    Attributes:
        unclaimed: Until a waiting company is asked how it can be reached.
        staff_late: Until the staff is told that the company waits for an answer.
        staff_silent: Until the company is offered the bot.
        customer_silent: Until a conversation is closed.
        contact_form: Until the bot answers again though no contact was given.
    """

    unclaimed: float = 15 * 60.0
    staff_late: float = 15 * 60.0
    staff_silent: float = 30 * 60.0
    customer_silent: float = 24 * 3600.0
    contact_form: float = 24 * 3600.0


class Hours:
    """When somebody is at the desk."""

    def __init__(
        self,
        zone: ZoneInfo,
        opening: Mapping[int, tuple[Span, ...]],
        country: str = "",
        closed_yearly: tuple[tuple[MonthDay, MonthDay], ...] = (),
        closed: frozenset[date] = frozenset(),
        open_anyway: frozenset[date] = frozenset(),
        timers: Timers | None = None,
    ) -> None:
        """Create it.

        Args:
            zone: Time zone of the hours.
            opening: Spans by day of the week, Monday 0.
            country: Whose public holidays are closed; empty for none.
            closed_yearly: Closed every year, from and to (month, day), both included.
            closed: Closed single days.
            open_anyway: Open single days, though a holiday.
            timers: How long who may wait.

        Attributes:
            timers: How long who may wait.
            zone: Time zone of the hours.
        """
        self.timers = timers or Timers()
        self.zone = zone
        self._opening = opening
        self._holidays = holidays.country_holidays(country) if country else None
        self._closed_yearly = closed_yearly
        self._closed = closed
        self._open_anyway = open_anyway

    def is_open(self, at: float) -> bool:
        """Return whether the desk is open at a time (seconds since the epoch)."""
        return self.closes_at(at) is not None

    def closes_at(self, at: float) -> float | None:
        """Return when the desk closes next; None while it is closed."""
        for start, end in self._spans_from(at, days=1):
            if start <= at < end:
                return end
        return None

    def opens_at(self, at: float) -> float | None:
        """Return when the desk opens next; None while it is open, or when it never does."""
        for start, end in self._spans_from(at, LOOK_AHEAD_DAYS):
            if start <= at < end:
                return None
            if start > at:
                return start
        return None

    def shown(self, at: float) -> str:
        """Return a time as people write it: `11月24日（火）9:00`."""
        local = datetime.fromtimestamp(at, self.zone)
        day = f"{local.month}月{local.day}日（{WEEKDAYS[local.weekday()]}）"
        return f"{day}{local.hour}:{local.minute:02d}"

    def _spans_from(self, at: float, days: int) -> Iterator[tuple[float, float]]:
        today = datetime.fromtimestamp(at, self.zone).date()
        for offset in range(days + 1):
            day = today + timedelta(days=offset)
            if self._is_closed(day):
                continue
            for start, end in self._opening.get(day.weekday(), ()):
                yield self._moment(day, start), self._moment(day, end)

    def _is_closed(self, day: date) -> bool:
        if day in self._open_anyway:
            return False
        if day in self._closed or (self._holidays is not None and day in self._holidays):
            return True
        month_day = (day.month, day.day)
        return any(
            first <= month_day <= last
            if first <= last
            else (month_day >= first or month_day <= last)
            for first, last in self._closed_yearly
        )

    def _moment(self, day: date, clock: time_of_day) -> float:
        return datetime.combine(day, clock, self.zone).timestamp()


def load_hours(path: Path | None = None) -> Hours:
    """Read the opening hours from a file; by default the one `TSUNAGARI_HOURS` names, or ours.

    Raises:
        HoursError: The file is missing or something in it cannot be understood.
    """
    named = os.environ.get(FILE)
    path = path or (Path(named) if named else Path(__file__).with_name("hours.yml"))
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _hours(raw)
    except OSError as error:
        raise HoursError(f"受付時間のファイルを読めません: {path}") from error
    except (yaml.YAMLError, TypeError, ValueError, KeyError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise HoursError(f"受付時間のファイルに誤りがあります（{path}）: {reason}") from error


def _hours(raw: Mapping[str, Any]) -> Hours:
    try:
        zone = ZoneInfo(str(raw["timezone"]))
    except ZoneInfoNotFoundError as error:
        raise ValueError(f"timezone: {raw['timezone']}") from error
    country = str(raw.get("holidays") or "")
    if country and country not in holidays.list_supported_countries():
        raise ValueError(f"holidays: {country}")
    unknown = set(raw["opening"]) - set(DAYS)
    if unknown:
        raise ValueError(f"opening: {'、'.join(map(str, sorted(unknown)))}")
    return Hours(
        zone,
        {
            DAYS.index(day): tuple(sorted(_span(span) for span in spans or ()))
            for day, spans in raw["opening"].items()
        },
        country,
        tuple(_yearly(str(one)) for one in raw.get("closed_yearly") or ()),
        frozenset(_day(one) for one in raw.get("closed") or ()),
        frozenset(_day(one) for one in raw.get("open") or ()),
        Timers(
            unclaimed=_seconds(raw, "unclaimed_minutes", 60),
            staff_late=_seconds(raw, "staff_late_minutes", 60),
            staff_silent=_seconds(raw, "staff_silent_minutes", 60),
            customer_silent=_seconds(raw, "customer_silent_hours", 3600),
            contact_form=_seconds(raw, "contact_form_hours", 3600),
        ),
    )


def _span(text: str) -> Span:
    first, _, last = text.partition("-")
    start, end = time_of_day.fromisoformat(first.strip()), time_of_day.fromisoformat(last.strip())
    if start >= end:
        raise ValueError(f"opening: {text}")
    return start, end


def _yearly(text: str) -> tuple[MonthDay, MonthDay]:
    first, _, last = text.partition("/")
    return _month_day(first), _month_day(last or first)


def _month_day(text: str) -> MonthDay:
    # A leap year, so that 02-29 can be named.
    day = date.fromisoformat(f"2028-{text.strip()}")
    return day.month, day.day


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _seconds(raw: Mapping[str, Any], key: str, unit: int) -> float:
    value = float(raw[key])
    if not 0 < value * unit / 60 <= _LONGEST_TIMER:
        raise ValueError(f"{key}: {raw[key]}")
    return value * unit
