"""Tables as lines that can be understood one by one: 「制度: 案件化調査／上限額: 200万円」."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPACE = re.compile(r"\s+")
#: Heads of two columns that say nothing of what stands below them.
_PLAIN_HEADS = frozenset({"項目", "内容", "区分", "事項", "説明", "詳細", "概要", "値", "備考"})
_FIGURE = re.compile(r"^[\d０-９,，.．%％▲△\-－~～〜円万億人社件年月日 /]+$")


def table_lines(rows: Sequence[Sequence[str | None]], headed: bool = False) -> list[str]:
    """Returns a line for each row of a table, its cells named by the head of their column.

    Args:
        rows: The cells; None and blank ones are empty.
        headed: Whether the format itself says that the first row holds the heads.
    """
    cells = [[_clean(cell) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if not cells:
        return []
    used = [n for n in range(max(map(len, cells))) if any(n < len(row) and row[n] for row in cells)]
    cells = [[row[n] if n < len(row) else "" for n in used] for row in cells]
    if len(used) == 1:
        return [row[0] for row in cells]
    if len(used) == 2:
        return _pairs(cells, headed)
    head, body = cells[0], cells[1:]
    if not body or not (headed or _is_head(head)):
        return ["／".join(cell for cell in row if cell) for row in cells]
    return [_row(head, row) for row in body if any(row)]


def is_table(rows: Sequence[Sequence[str | None]]) -> bool:
    """Says whether rows hold a table worth the name: two rows and two columns with text."""
    filled = [sum(bool(_clean(cell)) for cell in row) for row in rows]
    return sum(count >= 1 for count in filled) >= 2 and max(filled, default=0) >= 2


def _pairs(cells: Sequence[Sequence[str]], headed: bool) -> list[str]:
    first = cells[0]
    if len(cells) > 1 and all(cell in _PLAIN_HEADS for cell in first):
        cells = cells[1:]
    elif len(cells) > 1 and first[1] and (headed or _named_by(first, cells[1:])):
        return [_row(first, row) for row in cells[1:]]
    return [": ".join(cell for cell in row if cell) for row in cells]


def _named_by(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Says whether the second column is named by its head: all its values are figures."""
    return len(rows) > 1 and _is_head(head) and all(_FIGURE.match(row[1]) for row in rows if row[1])


def _is_head(row: Sequence[str]) -> bool:
    named = [cell for cell in row if cell]
    return len(named) >= len(row) - 1 and not any(_FIGURE.match(cell) for cell in named)


def _row(head: Sequence[str], row: Sequence[str]) -> str:
    named = zip(head, row, strict=True)
    return "／".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)


def _clean(cell: str | None) -> str:
    return _SPACE.sub(" ", cell or "").strip()
