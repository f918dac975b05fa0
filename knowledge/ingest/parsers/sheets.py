"""Excel: each row of a sheet as a line, its cells named by the head of their column."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.xml.functions import iterparse

from knowledge.ingest.content import Block, Content, Facts
from knowledge.ingest.limits import Limits
from knowledge.ingest.rejection import Rejected
from knowledge.ingest.tables import table_lines

Place = tuple[int, int]
"""Row and column, from 1."""

#: Rows that one merged cell may span.
_MOST_MERGED = 1000
_MOST_ROWS = 200_000
_MOST_COLUMNS = 200
#: Rows that may stand above the table: a title, a date, a unit.
_PREAMBLE = 10
_LONGEST_TITLE = 40


def read(data: bytes, limits: Limits, progress: Callable[[int, int], None]) -> Content:
    """Reads a workbook: what its cells show, not their formulas."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheets = book.worksheets
    if len(sheets) > limits.pages:
        raise Rejected("too_many_pages", pages=f"{len(sheets):,}", limit=f"{limits.pages:,}")
    facts = Facts(title=(book.properties.title or "").strip() or None, pages=len(sheets))
    blocks: list[Block] = []
    for number, sheet in enumerate(sheets, start=1):
        if sheet.sheet_state != "visible":
            if "hidden_sheets" not in facts.remarks:
                facts.remarks.append("hidden_sheets")
        else:
            blocks += _sheet(sheet, number, _merged(book, sheet))
        progress(number, len(sheets))
    if not any(block.kind != "heading" for block in blocks):
        raise Rejected("no_text")
    if facts.title is None:
        above = next((one.text for one in blocks if one.kind == "text"), "")
        facts.title = above if 0 < len(above) <= _LONGEST_TITLE and "\n" not in above else None
    return Content("xlsx", facts, blocks)


def _sheet(sheet: Any, number: int, merged: Mapping[Place, Place]) -> Iterator[Block]:
    place = f"シート「{sheet.title}」"
    rows = list(_rows(sheet, merged))
    if not rows:
        return
    yield Block("heading", sheet.title, number, 1, place)
    start = _table_start(rows)
    above = [" ".join(cell for cell in row if cell) for row in rows[:start]]
    if above:
        yield Block("text", "\n".join(above), number, place=place)
    lines = table_lines(rows[start:])
    if lines:
        yield Block("table", "\n".join(lines), number, place=place)


def _merged(book: Any, sheet: Any) -> dict[Place, Place]:
    """Returns, for each cell merged with one above it, the cell that holds its text.

    openpyxl does not tell of merged cells where it reads a file row by row.
    """
    found: dict[Place, Place] = {}
    with book._archive.open(sheet._worksheet_path) as source:
        for _, element in iterparse(source):
            if element.tag.endswith("}mergeCell"):
                left, top, _, bottom = range_boundaries(element.get("ref"))
                for row in range(top + 1, min(bottom, top + _MOST_MERGED) + 1):
                    found[row, left] = (top, left)
            element.clear()
    return found


def _rows(sheet: Any, merged: Mapping[Place, Place]) -> Iterator[list[str]]:
    """Yields the rows with content; cells merged down a column all say what the first says."""
    # What a file says of its own size may be wrong, or made to hurt.
    sheet.reset_dimensions()
    tops = set(merged.values())
    said: dict[Place, str] = {}
    rows = islice(sheet.iter_rows(max_col=_MOST_COLUMNS), _MOST_ROWS)
    for number, row in enumerate(rows, start=1):
        cells = [_shown(cell) for cell in row]
        filled = any(cells)
        for column, cell in enumerate(cells, start=1):
            if (number, column) in tops:
                said[number, column] = cell
            elif filled and not cell and (number, column) in merged:
                cells[column - 1] = said.get(merged[number, column], "")
        if filled:
            yield cells


def _table_start(rows: list[list[str]]) -> int:
    """Returns where the table begins: at the first row as wide as most of them."""
    widths = [sum(map(bool, row)) for row in rows]
    usual = sorted(widths)[len(widths) // 2]
    if usual < 2:
        return 0
    return next((n for n, width in enumerate(widths[:_PREAMBLE]) if width >= usual), 0)


def _shown(cell: Any) -> str:
    """Returns a cell's value as the sheet shows it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, datetime):
        whole = value.time() == time()
        day = f"{value.year}年{value.month}月{value.day}日"
        return day if whole else f"{day} {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format or ""))
    return str(value).strip()


def _number(value: float, shape: str) -> str:
    if "%" in shape:
        return f"{value * 100:.10g}%"
    unit = next((one for one in ("万円", "億円", "円", "人", "社", "件") if one in shape), "")
    return f"{value:,.10g}{unit}" if "," in shape or unit else f"{value:.10g}"
