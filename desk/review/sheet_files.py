"""Sheets as files: CSV and Excel, out and in.

A cell that a spreadsheet program would take for a formula is kept as text by a leading apostrophe
(OWASP, CSV injection), which the import takes off again.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zipfile import BadZipFile, ZipFile

RECORDS, FACTS = "記録", "事実"
RECORD_ID = "記録のid"
LONGEST_FILE = 10 * 1024 * 1024
LONGEST_UNPACKED = 10 * LONGEST_FILE
TOO_LARGE = "大きすぎます（10MB まで）。種類ごとに分けるか、要らない列や行を消してください"
#: Also in full width, which Excel takes for the same where Japanese is its language (OWASP).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


class SheetError(Exception):
    """A file cannot be taken in.

    Attributes:
        problems: What is wrong, by cell: ``(place, what)``.
    """

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("；".join(f"{place}: {what}" for place, what in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Table:
    """A sheet: a header and rows of texts.

    Attributes:
        name: ``記録`` or ``事実``.
        header: Names of the columns.
        rows: The rows behind it.
    """

    name: str
    header: list[str]
    rows: list[list[str]]


def to_csv(table: Table) -> bytes:
    """Return a sheet as CSV that Excel opens rightly (UTF-8 with a mark)."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(table.header)
    writer.writerows([guarded(cell) for cell in row] for row in table.rows)
    return stream.getvalue().encode("utf-8-sig")


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """Return sheets as an Excel file; every cell is a text."""
    # Takes a while to import, and only here.
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for table in tables:
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "B2"
        for number, row in enumerate([table.header, *table.rows], start=1):
            for place, text in enumerate(row, start=1):
                cell = sheet.cell(number, place)
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", guarded(text))
                cell.data_type = "s"
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if number == 1:
                    cell.font = Font(bold=True)
                    cell.fill = PatternFill("solid", fgColor="E6F0F1")
        for place in range(1, len(table.header) + 1):
            sheet.column_dimensions[get_column_letter(place)].width = 24
        sheet.auto_filter.ref = sheet.dimensions
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_file(name: str, content: bytes) -> list[Table]:
    """Read what somebody uploaded: Excel, or CSV in UTF-8 or Shift_JIS.

    Raises:
        SheetError: It is neither.
    """
    if len(content) > LONGEST_FILE:
        raise SheetError([(name, TOO_LARGE)])
    if content[:4] == b"PK\x03\x04":
        return _read_xlsx(name, content)
    text = _decoded(name, content)
    first = text.split("\n", 1)[0]
    # Excel's 「Unicode テキスト」 stands tabs between the cells.
    delimiter = "\t" if "\t" in first and "," not in first else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise SheetError([(name, "表として読めません（長すぎるセルがあります）")]) from error
    if not rows:
        raise SheetError([(name, "中身がありません")])
    kind = FACTS if folded(RECORD_ID) in map(folded, rows[0]) else RECORDS
    return [Table(kind, rows[0], rows[1:])]


def folded(header: str) -> str:
    """Return the name of a column as it is compared: widths and spaces do not matter."""
    return "".join(unicodedata.normalize("NFKC", header).split())


def _decoded(name: str, content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") and len(content) % 2 == 0:
        text = content.decode("utf-16", "replace")
        if "\t" in text:
            return text
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError([(name, "Excel（.xlsx）でも、UTF-8 か Shift_JIS の CSV でもありません")])


#: What openpyxl says of what is no workbook: a broken archive, broken or hostile XML, odd values.
_NOT_EXCEL = (
    BadZipFile, KeyError, ValueError, TypeError, OSError, EOFError, SyntaxError, zlib.error,
    NotImplementedError, RuntimeError,
)  # fmt: skip


def _rows_of(sheet: Any, problems: list[tuple[str, str]]) -> list[list[str]]:
    rows = []
    for line in sheet.iter_rows():
        for cell in line:
            if cell.data_type == "f":
                place = f"{sheet.title} {cell.coordinate}"
                problems.append((place, "数式は使えません。値を貼り付けてください"))
        rows.append([_text_of(cell.value) for cell in line])
    return rows


def _read_xlsx(name: str, content: bytes) -> list[Table]:
    from openpyxl import load_workbook

    tables: list[Table] = []
    problems: list[tuple[str, str]] = []
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > LONGEST_UNPACKED:
            raise SheetError([(name, TOO_LARGE)])
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        for sheet in book.worksheets:
            if sheet.title in (RECORDS, FACTS):
                rows = _rows_of(sheet, problems)
                if rows:
                    tables.append(Table(sheet.title, rows[0], rows[1:]))
    except _NOT_EXCEL as error:
        # A workbook is read as far as it is asked for: what is broken inside shows up late.
        raise SheetError([(name, "Excel のファイルとして開けません")]) from error
    if problems:
        raise SheetError(problems)
    return tables


def _text_of(value: object) -> str:
    """Return what a cell says; Excel makes numbers and days of what looks like one."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet program runs."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """Undo `guarded`."""
    return text[1:] if text.startswith("'") else text


def cell_name(table: Table, header: str, row: int) -> str:
    """Return how people find a cell: sheet, letter and number, heading."""
    number, letters = table.header.index(header) + 1, ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{table.name} {letters}{row}（{header}）"
