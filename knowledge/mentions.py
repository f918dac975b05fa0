"""Finds what can be checked in a text: figures with units, years, proper names.

Used on both sides: on the sections of a document (the digest) and on the facts that cite
them (verify). Eras are folded, so that 平成24年3月, H24.3 and 2012年3月 are one year and month.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from knowledge.analysis import Analyser

#: First year of an era minus one, by name and letter.
ERAS = {
    "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018,
    "M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018,
}  # fmt: skip
_ERA_NAME = "|".join(name for name in ERAS if len(name) == 2)
_ERA_LETTER = "".join(name for name in ERAS if len(name) == 1)
_MAGNITUDES = {"千": 1_000, "万": 10_000, "百万": 1_000_000, "億": 100_000_000, "兆": 10**12}

_URL = re.compile(r"https?://[!-'*-~]+")
_ERA_YEAR = re.compile(rf"({_ERA_NAME})\s*(元|\d{{1,2}})\s*年度?(?:\s*(\d{{1,2}})\s*月)?")
_ERA_DOTTED = re.compile(
    rf"(?<![A-Za-z])([{_ERA_LETTER}])\.?(\d{{1,2}})(?:[./年](\d{{1,2}})月?)?(?!\d)"
)
_ERA_GOES_ON = re.compile(r"(?<![\d第])(\d{1,2})年(\d{1,2})月")
_YEAR_RANGE = re.compile(r"(?<!\d)((?:18|19|20)\d\d)(?:年度?)?[~〜/-](\d{2}|(?:19|20)\d\d)(?=年)")
_YEAR = re.compile(
    r"(?<![\d,.])((?:18|19|20)\d\d)(?![\d,.%])(?:\s*年度?(?:\s*(\d{1,2})\s*月(?:\s*\d{1,2}\s*日)?)?)?(?!\s*(?:米ドル|社|人|円|万))"
)
_FRACTION = re.compile(r"(?<![\d/])(\d+)\s*/\s*(\d+)(?![\d/])|(?<!\d)(\d+)分の(\d+)")
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?<![\d.,*A-Za-z])({_NUMBER})\s*(百万|千|万|億|兆)?\s*([^\W\d_a-zA-Z]{{1,5}}|%)?"
)
_NOTE_MARK = re.compile(r"\*\d+(?:,\d+)*|[\u2460-\u2473]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+(?:[.&/’'-][A-Za-zÀ-ɏ]+)*")
_BODY = re.compile(
    r"[一-鿿々ァ-ヴーA-Za-z]{2,}(?:省|庁|局|協会|連合会|会議所|中央会|機構|公庫|金庫|銀行|研究所|財団|大学|大学院"
    r"|センター|会議|研究会|協議会|委員会|交流会|工業会|推進会|調査|事業|制度|協力|プラットフォーム|メッセ|モデル)"
)
_KATAKANA = re.compile(r"[ァ-ヴ][ァ-ヴー]+")

#: Units compared between record and document; anything else behind a number is not a unit.
_UNITS = (
    "米ドル", "ドル", "円", "%", "市町村", "ブロック", "人", "社", "か国", "か年", "か月",
    "年", "月", "日", "回", "団体", "機関", "件", "本", "柱", "つ", "名", "カ所", "か所", "倍",
)  # fmt: skip


@dataclass
class Mentions:
    """What a text states, in a comparable form.

    Attributes:
        figures: ``(number, unit)``; the number as a reduced fraction with 万 and 億 multiplied
            out, the unit ``""`` where the text names none.
        years: ``YYYY`` or ``YYYY-MM``.
        names: Latin words, katakana terms and proper nouns, widths and cases folded.
    """

    figures: set[tuple[Fraction, str]] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


def fold(text: str) -> str:
    """Folds widths, small ヵ/ヶ in counters and the spellings of per cent."""
    folded = unicodedata.normalize("NFKC", text).replace("パーセント", "%")
    return re.sub(r"(?<=\d)[ヵヶカケ箇](?=[国年月所])", "か", folded)


def fold_name(name: str) -> str:
    """Folds a name: Latin words to their letters, so that F/S is FS and Y-PORT is YPORT."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[.&/’'\-]", "", folded) if folded[:1].isascii() else folded


def mentions(text: str, analyser: Analyser) -> Mentions:
    """Extracts figures, years and names from ``text``."""
    found = Mentions()
    rest = fold(_NOTE_MARK.sub(" ", text))
    rest = _take(rest, _URL, lambda match: found.names.add(match[0].lower().rstrip("/")))
    rest = _take_years(rest, found)
    found.names.update(_names(rest, analyser))
    rest = _take(rest, _FRACTION, lambda match: found.figures.add((_fraction(match), "")))
    for match in _FIGURE.finditer(rest):
        found.figures.add((_number(match), _unit(match[3] or "")))
    return found


def years(text: str) -> set[str]:
    """Returns the years a text names, ``YYYY`` or ``YYYY-MM``, eras folded."""
    found = Mentions()
    _take_years(fold(text), found)
    return found.years


def quantity(value: float, unit: str | None) -> tuple[Fraction, str] | str:
    """Returns the figure (or the year) that a fact's ``value`` and ``unit`` stand for."""
    text = fold(f"{value:.10g}{unit or ''}")
    year = _YEAR.match(text)
    if year:
        return year[1]
    match = _FIGURE.match(text)
    if match is None:
        return Fraction(str(value)), ""
    return _number(match), _unit(match[3] or "")


def _take(text: str, pattern: re.Pattern[str], use: object) -> str:
    """Calls ``use`` with every match and blanks it out, so that no later pattern reads it."""

    def consume(match: re.Match[str]) -> str:
        use(match)  # type: ignore[operator]
        return " " * len(match[0])

    return pattern.sub(consume, text)


def _take_years(text: str, found: Mentions) -> str:
    era_ends: list[tuple[int, int]] = []

    def era(match: re.Match[str]) -> None:
        number = 1 if match[2] == "元" else int(match[2])
        found.years.add(_year(ERAS[match[1]] + number, match[3]))
        era_ends.append((match.end(), ERAS[match[1]]))

    def era_goes_on(match: re.Match[str]) -> None:
        # 平成23年6月、24年3月改定: the era named just before still holds.
        before = [offset for end, offset in era_ends if 0 <= match.start() - end <= 40]
        if before:
            found.years.add(_year(before[-1] + int(match[1]), match[2]))

    def years_from_to(match: re.Match[str]) -> None:
        last = match[2] if len(match[2]) == 4 else match[1][:2] + match[2]
        found.years.update((match[1], last))

    text = _take(text, _ERA_YEAR, era)
    text = _take(text, _ERA_DOTTED, era)
    text = _take(text, _ERA_GOES_ON, era_goes_on)
    text = _take(text, _YEAR_RANGE, years_from_to)
    return _take(text, _YEAR, lambda match: found.years.add(_year(int(match[1]), match[2])))


def _year(year: int, month: str | None) -> str:
    return f"{year}-{int(month):02d}" if month else str(year)


def _fraction(match: re.Match[str]) -> Fraction:
    if match[1]:
        return Fraction(int(match[1]), int(match[2]) or 1)
    return Fraction(int(match[4]), int(match[3]) or 1)


def _number(match: re.Match[str]) -> Fraction:
    return Fraction(match[1].replace(",", "")) * _MAGNITUDES.get(match[2] or "", 1)


def _unit(text: str) -> str:
    return next((unit for unit in _UNITS if text.startswith(unit)), "")


def _names(text: str, analyser: Analyser) -> Iterator[str]:
    for pattern in (_LATIN, _KATAKANA, _BODY):
        for match in pattern.finditer(text):
            yield fold_name(match[0])
    for token in analyser.tokens(text):
        if token.detail == "固有名詞" and len(token.surface) > 1:
            yield fold_name(token.surface)
