"""Records as a spreadsheet that comes back: one sheet of records, one of their facts.

What is exported and imported unchanged changes nothing. A cell that a spreadsheet program would
take for a formula is kept as text by a leading apostrophe (OWASP, CSV injection), which the
import takes off again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desk.review import forms as form_fields
from desk.review.forms import Field, Forms
from desk.review.records import InvalidRecord, Item, Records, settle
from knowledge.errors import Problem
from knowledge.schema import Record

RECORDS, FACTS = "記録", "事実"
ID, KIND, RECORD_ID = "id", "kind", "記録のid"
LONGEST_FILE = 5_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_SEPARATOR = "\n"
_NESTED = ("match", "status")
_YES = frozenset({"はい", "1", "TRUE", "True", "true", "○"})


class SheetError(Exception):
    """A file cannot be taken in.

    Attributes:
        problems: What is wrong, by cell: ``(place, what)``.
    """

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("；".join(f"{place}: {what}" for place, what in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Attributes:
        header: First line: the label, with the field's name where two have the same.
        path: Field, or ``match.<field>`` / ``status.<field>``.
        field: What it holds.
    """

    header: str
    path: str
    field: Field


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


@dataclass(frozen=True)
class Taken:
    """What a file would change.

    Attributes:
        contents: Changed and new entries, each with what was seen of it (None: new).
        changed: Ids of records that change.
        added: Ids of new records.
        same: How many records stay as they are.
    """

    contents: list[tuple[dict[str, Any], str | None]]
    changed: list[str]
    added: list[str]
    same: int


class Sheets:
    """Writes and reads the sheets of one kind.

    Args:
        records: The working records.
        kind: Which kind.
    """

    def __init__(self, records: Records, kind: str) -> None:
        self._records = records
        self._kind = kind
        self._forms = Forms(records.knowledge())
        self.columns = self._record_columns()
        self.fact_columns = [
            Column(field.label, field.name, field) for field in self._forms.fields("fact", kind)
        ]

    # --- out -----------------------------------------------------------------------------

    def tables(self) -> list[Table]:
        """Return both sheets."""
        items = [item for item in self._records.items().values() if item.kind == self._kind]
        records = [self._record_row(item) for item in items]
        facts = [row for item in items for row in self._fact_rows(item)]
        return [
            Table(RECORDS, [ID, *(column.header for column in self.columns)], records),
            Table(FACTS, [RECORD_ID, *(column.header for column in self.fact_columns)], facts),
        ]

    def _record_row(self, item: Item) -> list[str]:
        row = [item.id]
        for column in self.columns:
            value: Any = item.content
            for name in column.path.split("."):
                value = (value or {}).get(name) if isinstance(value, Mapping) else None
            row.append(_text(value))
        return row

    def _fact_rows(self, item: Item) -> Iterable[list[str]]:
        for fact in item.content.get("facts") or ():
            if isinstance(fact, Mapping):
                yield [
                    item.id,
                    *(_text(fact.get(column.path)) for column in self.fact_columns),
                ]

    def _record_columns(self) -> list[Column]:
        columns: list[Column] = []
        for field in self._forms.fields("record"):
            if field.widget == form_fields.FACTS:
                continue
            if field.widget != form_fields.NESTED:
                columns.append(Column(field.label, field.name, field))
                continue
            for inner in self._forms.fields(field.name):
                header = f"{field.label}: {inner.label}"
                columns.append(Column(header, f"{field.name}.{inner.name}", inner))
        return columns

    # --- in ------------------------------------------------------------------------------

    def taken(self, tables: Sequence[Table]) -> Taken:
        """Return what tables would change.

        Raises:
            SheetError: Anything in them is wrong; then nothing is taken.
        """
        problems: list[tuple[str, str]] = []
        wanted: dict[str, dict[str, Any]] = {}
        places: dict[str, str] = {}
        for table in tables:
            if table.name == RECORDS:
                self._read_records(table, wanted, places, problems)
        for table in tables:
            if table.name == FACTS:
                self._read_facts(table, wanted, places, problems)
        if not tables:
            problems.append(("ファイル", f"「{RECORDS}」か「{FACTS}」の表がありません"))
        contents: list[tuple[dict[str, Any], str | None]] = []
        changed: list[str] = []
        added: list[str] = []
        same = 0
        for record_id, content in wanted.items():
            item = self._records.get(record_id)
            if item is not None:
                content = settle(item.content, content)
                if content == item.content:
                    same += 1
                    continue
            try:
                self._records.check(content, new=item is None)
            except InvalidRecord as error:
                problems += [
                    (self._place(one, places, record_id), one.what) for one in error.problems
                ]
                continue
            contents.append((content, item.seen if item else None))
            (changed if item else added).append(record_id)
        if problems:
            raise SheetError(problems)
        return Taken(contents, changed, added, same)

    def _read_records(
        self,
        table: Table,
        wanted: dict[str, dict[str, Any]],
        places: dict[str, str],
        problems: list[tuple[str, str]],
    ) -> None:
        known = {column.header: column for column in self.columns}
        columns = _matched(table, ID, known, problems)
        if columns is None:
            return
        for number, row in enumerate(table.rows, start=2):
            cells = dict(zip(table.header, row, strict=False))
            record_id = _unguarded(cells.get(ID, "")).strip()
            if not any(cell.strip() for cell in row):
                continue
            if not record_id:
                problems.append((_cell(table, ID, number), "id がありません（例 hub.kochi）"))
                continue
            if record_id in wanted:
                problems.append((_cell(table, ID, number), f"「{record_id}」が二度出てきます"))
                continue
            item = self._records.get(record_id)
            if item is not None and item.kind != self._kind:
                problems.append((_cell(table, ID, number), f"「{record_id}」は別の種類の記録です"))
                continue
            old = dict(item.content) if item else {"id": record_id, "kind": self._kind}
            places[record_id] = f"{table.name} {number}行目"
            for header, column in columns.items():
                place = _cell(table, header, number)
                places[f"{record_id}/{column.path}"] = place
                _assign(old, column.path, _value(column.field, cells.get(header, "")))
            for name in _NESTED:
                if name in old and not old[name] and not (item and name in item.content):
                    del old[name]
            wanted[record_id] = _ordered(old)

    def _read_facts(
        self,
        table: Table,
        wanted: dict[str, dict[str, Any]],
        places: dict[str, str],
        problems: list[tuple[str, str]],
    ) -> None:
        known = {column.header: column for column in self.fact_columns}
        columns = _matched(table, RECORD_ID, known, problems)
        if columns is None:
            return
        facts: dict[str, list[dict[str, Any]]] = {}
        for number, row in enumerate(table.rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            cells = dict(zip(table.header, row, strict=False))
            record_id = _unguarded(cells.get(RECORD_ID, "")).strip()
            item = self._records.get(record_id)
            if record_id not in wanted and (item is None or item.kind != self._kind):
                place = _cell(table, RECORD_ID, number)
                problems.append((place, f"「{record_id}」という記録はありません"))
                continue
            if record_id not in wanted and item is not None:
                wanted[record_id] = dict(item.content)
            fact = {}
            for header, column in columns.items():
                value = _value(column.field, cells.get(header, ""))
                if value not in (None, "", []):
                    fact[column.path] = value
            facts.setdefault(record_id, []).append(fact)
            for header, column in columns.items():
                index = len(facts[record_id])
                key = f"{record_id}/facts[{index}].{column.path}"
                places[key] = _cell(table, header, number)
        # Columns that the sheet leaves out stay as they are.
        left_out = [c.path for c in self.fact_columns if c not in columns.values()]
        for record_id, rows in facts.items():
            old = wanted[record_id].get("facts") or []
            for index, fact in enumerate(rows):
                if index < len(old):
                    fact.update({n: old[index][n] for n in left_out if n in old[index]})
            wanted[record_id] = _ordered({**wanted[record_id], "facts": rows})

    def _place(self, problem: Problem, places: Mapping[str, str], record_id: str) -> str:
        field = problem.field or ""
        for key in (f"{record_id}/{field}", f"{record_id}/{field.split('[')[0]}", record_id):
            if key in places:
                return places[key]
        found = [p for key, p in places.items() if key.startswith(f"{record_id}/{field}")]
        return found[0] if found else f"{record_id} {field}"


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
        raise SheetError([(name, "大きすぎます（5MB まで）")])
    if content[:4] == b"PK\x03\x04":
        return _read_xlsx(name, content)
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetError([(name, "Excel（.xlsx）でも、UTF-8 か Shift_JIS の CSV でもありません")])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows:
        raise SheetError([(name, "中身がありません")])
    kind = FACTS if RECORD_ID in rows[0] else RECORDS
    return [Table(kind, rows[0], rows[1:])]


def _read_xlsx(name: str, content: bytes) -> list[Table]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise SheetError([(name, "Excel のファイルとして開けません")]) from error
    tables, problems = [], []
    for sheet in book.worksheets:
        if sheet.title not in (RECORDS, FACTS):
            continue
        rows: list[list[str]] = []
        for line in sheet.iter_rows():
            row = []
            for cell in line:
                if cell.data_type == "f":
                    place = f"{sheet.title} {cell.coordinate}"
                    problems.append((place, "数式は使えません。値を貼り付けてください"))
                value = cell.value
                if isinstance(value, float) and value.is_integer():
                    value = int(value)
                row.append("" if value is None else str(value))
            rows.append(row)
        if rows:
            tables.append(Table(sheet.title, rows[0], rows[1:]))
    if problems:
        raise SheetError(problems)
    return tables


def guarded(text: str) -> str:
    """Return a text that no spreadsheet program runs."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") else text


def _matched(
    table: Table, key: str, known: Mapping[str, Column], problems: list[tuple[str, str]]
) -> dict[str, Column] | None:
    """Return the columns of a table by header; None where the key is missing."""
    if key not in table.header:
        problems.append((f"{table.name} 1行目", f"「{key}」の列がありません"))
        return None
    for header in table.header:
        if header and header != key and header not in known:
            place = _cell(table, header, 1)
            problems.append((place, f"「{header}」という列は分かりません。列名を戻してください"))
    return {header: known[header] for header in table.header if header in known}


def _cell(table: Table, header: str, row: int) -> str:
    number, letters = table.header.index(header) + 1, ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{table.name} {letters}{row}（{header}）"


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "はい"
    if isinstance(value, (list, tuple)):
        return _SEPARATOR.join(str(one) for one in value)
    return str(value)


def _value(field: Field, text: str) -> Any:
    text = _unguarded(text).strip()
    if field.widget in (form_fields.LINES, form_fields.CITES, form_fields.CHECKS):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.widget == form_fields.FLAG:
        return True if text in _YES else text or False
    if field.widget == form_fields.NUMBER:
        return form_fields.number_of(text)
    return text


def _assign(content: dict[str, Any], path: str, value: Any) -> None:
    name, _, inner = path.partition(".")
    if inner:
        nested = dict(content.get(name) or {})
        _assign(nested, inner, value)
        content[name] = nested
    elif value in (None, "", [], False):
        content.pop(name, None)
    else:
        content[name] = value


def _ordered(content: Mapping[str, Any]) -> dict[str, Any]:
    order = list(Record.__fields__)
    return dict(
        sorted(
            content.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order)
        )
    )
