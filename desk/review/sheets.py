"""Records as a spreadsheet that comes back: one sheet of records, one of their facts.

What is exported and imported unchanged changes nothing. The files are read and written by
:mod:`desk.review.sheet_files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desk.review import forms as form_fields
from desk.review.forms import Field, Forms
from desk.review.record_files import Item
from desk.review.records import InvalidRecord, Records
from desk.review.settling import settle
from desk.review.sheet_cells import cell_text, cell_value, in_order, put
from desk.review.sheet_files import (
    FACTS,
    RECORD_ID,
    RECORDS,
    SheetError,
    Table,
    cell_name,
    folded,
    unguarded,
)
from knowledge.errors import Problem

ID = "id"
_NO_ID = "記録のid がありません。結合したセルは結合を解いて、どの行にも書いてください"
_NESTED = ("match", "status")


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
            row.append(cell_text(value))
        return row

    def _fact_rows(self, item: Item) -> Iterable[list[str]]:
        for fact in item.content.get("facts") or ():
            if isinstance(fact, Mapping):
                yield [
                    item.id,
                    *(cell_text(fact.get(column.path)) for column in self.fact_columns),
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
            record_id = unguarded(cells.get(ID, "")).strip()
            if not any(cell.strip() for cell in row):
                continue
            if not record_id:
                problems.append((cell_name(table, ID, number), "id がありません（例 hub.kochi）"))
                continue
            if record_id in wanted:
                problems.append((cell_name(table, ID, number), f"「{record_id}」が二度出てきます"))
                continue
            item = self._records.get(record_id)
            if item is not None and item.kind != self._kind:
                problems.append(
                    (cell_name(table, ID, number), f"「{record_id}」は別の種類の記録です")
                )
                continue
            old = dict(item.content) if item else {"id": record_id, "kind": self._kind}
            places[record_id] = f"{table.name} {number}行目"
            for header, column in columns.items():
                place = cell_name(table, header, number)
                places[f"{record_id}/{column.path}"] = place
                put(old, column.path, cell_value(column.field, cells.get(header, "")))
            for name in _NESTED:
                if name in old and not old[name] and not (item and name in item.content):
                    del old[name]
            wanted[record_id] = in_order(old)

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
            record_id = unguarded(cells.get(RECORD_ID, "")).strip()
            if not record_id:
                problems.append((cell_name(table, RECORD_ID, number), _NO_ID))
                continue
            item = self._records.get(record_id)
            if record_id not in wanted and (item is None or item.kind != self._kind):
                place = cell_name(table, RECORD_ID, number)
                problems.append((place, f"「{record_id}」という記録はありません"))
                continue
            if record_id not in wanted and item is not None:
                wanted[record_id] = dict(item.content)
            fact = {}
            for header, column in columns.items():
                value = cell_value(column.field, cells.get(header, ""))
                if value not in (None, "", []):
                    fact[column.path] = value
            facts.setdefault(record_id, []).append(fact)
            for header, column in columns.items():
                index = len(facts[record_id])
                key = f"{record_id}/facts[{index}].{column.path}"
                places[key] = cell_name(table, header, number)
        # Columns that the sheet leaves out stay as they are.
        left_out = [c.path for c in self.fact_columns if c not in columns.values()]
        for record_id, rows in facts.items():
            old = wanted[record_id].get("facts") or []
            for index, fact in enumerate(rows):
                if index < len(old):
                    fact.update({n: old[index][n] for n in left_out if n in old[index]})
            wanted[record_id] = in_order({**wanted[record_id], "facts": rows})

    def _place(self, problem: Problem, places: Mapping[str, str], record_id: str) -> str:
        field = problem.field or ""
        for key in (f"{record_id}/{field}", f"{record_id}/{field.split('[')[0]}", record_id):
            if key in places:
                return places[key]
        found = [p for key, p in places.items() if key.startswith(f"{record_id}/{field}")]
        return found[0] if found else f"{record_id} {field}"


def _matched(
    table: Table, key: str, known: Mapping[str, Column], problems: list[tuple[str, str]]
) -> dict[str, Column] | None:
    """Return the columns of a table by header; None where the key is missing."""
    names = {folded(name): name for name in (key, *known)}
    table.header[:] = [names.get(folded(name), name.strip()) for name in table.header]
    twice = {name for name in table.header if name and table.header.count(name) > 1}
    problems += [(f"{table.name} 1行目", f"「{name}」の列が二つあります") for name in sorted(twice)]
    if key not in table.header:
        problems.append((f"{table.name} 1行目", f"「{key}」の列がありません"))
        return None
    for header in table.header:
        if header and header != key and header not in known:
            place = cell_name(table, header, 1)
            problems.append((place, f"「{header}」という列は分かりません。列名を戻してください"))
    return {header: known[header] for header in table.header if header in known}
