"""Dates as documents write them: eras folded, periods, and how a date is said.

A date is kept as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``: as exactly as the document tells it.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date

from knowledge.mentions import ERAS

_KANJI_DIGITS = {mark: value for value, mark in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = "[〇一二三四五六七八九十]{1,4}"
_NUMBER = rf"(?:\d{{1,4}}|{_KANJI_NUMBER}|元)"
_ERA_NAMES = "|".join(name for name in ERAS if len(name) == 2)
_ERA_LETTERS = "".join(name for name in ERAS if len(name) == 1)
_DATE = re.compile(
    rf"(?:(?P<era>{_ERA_NAMES})\s*(?P<era_year>{_NUMBER})\s*年"
    rf"|(?<![A-Za-z])(?P<letter>[{_ERA_LETTERS}])\.?(?P<letter_year>\d{{1,2}})[./年]"
    rf"|(?<![\d,.])(?P<year>(?:18|19|20)\d\d)\s*(?:年|[-/.](?=\d)))"
    rf"(?P<fiscal>度)?"
    rf"(?:\s*(?P<month>\d{{1,2}}|{_KANJI_NUMBER})\s*(?P<month_end>月|[-/.](?=\d)|(?=\D|$))"
    rf"(?:\s*(?P<day>\d{{1,2}}|{_KANJI_NUMBER})\s*日?)?)?"
)
_PLAIN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def parse_date(text: str) -> str | None:
    """Returns the first date a text names (令和8年4月1日, R8.4.1, 2026-04, 令和元年), or None."""
    return next(iter(dates(text)), None)


def dates(text: str) -> list[str]:
    """Returns every date a text names, in order, eras folded; impossible ones left out."""
    found = []
    for match in _DATE.finditer(unicodedata.normalize("NFKC", text)):
        value = _value(match)
        if value is not None:
            found.append(value)
    return found


def western(text: str) -> list[str]:
    """Returns the western form of each date of a text told by an era (令和8年4月 → 2026年4月)."""
    return [
        said(value)
        for match in _DATE.finditer(unicodedata.normalize("NFKC", text))
        if not match["year"] and (value := _value(match)) is not None
    ]


def checked(text: str) -> str:
    """Returns a date as it is kept, from any way of writing it.

    Raises:
        ValueError: There is no such date; the message says how to write one.
    """
    plain = text.strip()
    value = plain if _PLAIN.fullmatch(plain) else parse_date(plain)
    if value is None or not is_date(value):
        raise ValueError(
            f"日付「{text}」を読めません。2026-04-01、2026-04、令和8年4月1日のように書いてください"
        )
    return value


def is_date(value: str) -> bool:
    """Says whether a text is a date as it is kept."""
    try:
        last_day(value)
    except ValueError:
        return False
    return True


def last_day(value: str) -> date:
    """Returns the last day of the period a date names.

    Args:
        value: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Raises:
        ValueError: It is none of these.
    """
    match = _PLAIN.fullmatch(value)
    if match is None:
        raise ValueError(value)
    year, month = int(match[1]), int(match[2] or 12)
    if match[3]:
        return date(year, month, int(match[3]))
    if not 1 <= month <= 12 or year < 1:
        raise ValueError(value)
    return date(year, month, calendar.monthrange(year, month)[1])


def said(value: str) -> str:
    """Returns a kept date as people say it: 2026年4月1日."""
    parts = value.split("-")
    return "".join(
        f"{int(part)}{unit}" for part, unit in zip(parts, ("年", "月", "日"), strict=False)
    )


def _value(match: re.Match[str]) -> str | None:
    if match["year"]:
        year = int(match["year"])
    else:
        era = match["era"] or match["letter"]
        number = _number(match["era_year"] or match["letter_year"])
        if number is None or not 1 <= number <= 99:
            return None
        year = ERAS[era] + number
    month = None if match["fiscal"] else _number(match["month"])
    if "年" in match[0] and match["month_end"] != "月":
        # 2026年3社: a number behind a year is no month.
        month = None
    day = _number(match["day"]) if month else None
    value = f"{year:04d}"
    if month is not None:
        if not 1 <= month <= 12:
            return value
        value += f"-{month:02d}"
        if day is not None and 1 <= day <= calendar.monthrange(year, month)[1]:
            value += f"-{day:02d}"
    return value


def _number(text: str | None) -> int | None:
    """Returns a number in digits or kanji (十二, 二〇, 元); None for nothing."""
    if not text:
        return None
    if text == "元":
        return 1
    if text.isdigit():
        return int(text)
    if "十" not in text:
        return int("".join(str(_KANJI_DIGITS[mark]) for mark in text))
    tens, _, ones = text.partition("十")
    if any(mark not in _KANJI_DIGITS for mark in tens + ones):
        return None
    return (_KANJI_DIGITS[tens] if tens else 1) * 10 + (_KANJI_DIGITS[ones] if ones else 0)
