"""One spelling for figures, dates and widths, so that wording does not decide a verdict."""

from __future__ import annotations

import re
import unicodedata

# First year of each era minus one: Heisei 24 = 1988 + 24.
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERA_LETTERS = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}

_SAME_MARKS = str.maketrans(
    {"〜": "~", "∼": "~", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "⁄": "/"}
)
_SPACE = re.compile(r"\s+")
# Not the bounds of a repetition in a pattern ({0,120}).
_THOUSANDS = re.compile(r"(?<=\d)(?<!\{\d),(?=\d{3}(?!\d))")
_ERA_YEAR = re.compile(r"(明治|大正|昭和|平成|令和)(元|\d{1,2})年")
_ERA_LETTER_MONTH = re.compile(r"(?<![A-Za-z0-9])([MTSHR])\.?(\d{1,2})(?:\.|年)(\d{1,2})月?(?!\d)")
_NUMERIC_MONTH = re.compile(r"(?<![\d./-])((?:19|20)\d\d)[/.-](0?[1-9]|1[0-2])(?!\d|年)月?")
_ZERO_MONTH = re.compile(r"(?<=年)0(?=\d月)")
_TEN_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)(万|億)(?!\d)")
_TEN_THOUSANDS_REST = re.compile(r"(\d+)万(\d{1,4})(?!\d)")


def fold(text: str) -> str:
    """Return ``text`` in one spelling of widths, figures, dates and dashes, without spaces.

    ``６，６７８万人``, ``66,780,000人`` and ``6678万人`` become the same; so do ``平成24年3月``,
    ``H24.3``, ``2012/03`` and ``2012年3月``. Also safe on the regular expressions of the sets,
    because it leaves every metacharacter as it is.

    Args:
        text: A reply, a question or an expected pattern.

    Returns:
        The folded string.
    """
    text = unicodedata.normalize("NFKC", text).translate(_SAME_MARKS)
    text = _SPACE.sub("", text)
    text = _THOUSANDS.sub("", text)
    text = _ERA_YEAR.sub(_western_year, text)
    text = _ERA_LETTER_MONTH.sub(_western_month, text)
    text = _NUMERIC_MONTH.sub(lambda m: f"{m[1]}年{int(m[2])}月", text)
    text = _ZERO_MONTH.sub("", text)
    text = _TEN_THOUSANDS_REST.sub(lambda m: str(int(m[1]) * 10_000 + int(m[2])), text)
    return _TEN_THOUSANDS.sub(_plain_figure, text)


def _western_year(match: re.Match[str]) -> str:
    year = 1 if match[2] == "元" else int(match[2])
    return f"{_ERAS[match[1]] + year}年"


def _western_month(match: re.Match[str]) -> str:
    return f"{_ERA_LETTERS[match[1]] + int(match[2])}年{int(match[3])}月"


def _plain_figure(match: re.Match[str]) -> str:
    scale = 10_000 if match[2] == "万" else 100_000_000
    value = float(match[1]) * scale
    return str(round(value))


def search(pattern: str, text: str) -> re.Match[str] | None:
    """Find ``pattern`` (a regular expression, any case) in ``text``, both folded."""
    return re.search(fold(pattern), fold(text), re.IGNORECASE)
