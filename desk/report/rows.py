"""The report as rows, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desk.report.model import Report


def csv_rows(report: Report) -> Iterable[Sequence[str]]:
    """Yield the report as rows: section, item, column, value."""
    yield ("区分", "項目", "列", "値")
    for name, here, there in report.headline:
        yield ("概要", name, report.period.label, here)
        yield ("概要", name, report.before.label, there)
    for section in report.sections:
        for row in section.rows:
            for column, value in zip(section.header[1:], row[1:], strict=True):
                yield (section.title, _not_a_formula(row[0]), column, value)


#: Also in full width, which Excel takes for the same where Japanese is its language (OWASP).
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _not_a_formula(text: str) -> str:
    """Keep a spreadsheet from computing what somebody typed."""
    return f"'{text}" if text.startswith(_STARTS) else text
