"""Tables with ratios, in the terminal and in docs/benchmarks.md."""

from __future__ import annotations

import math
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

MISSING = "–"


@dataclass(frozen=True)
class Table:
    """One result.

    Attributes:
        title: What was measured.
        header: Column names; the first column names the row.
        rows: Cells as text.
        notes: Sentences below the table.
    """

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Append a row.

        Raises:
            ValueError: It has not one cell per column.
        """
        if len(cells) != len(self.header):
            raise ValueError(f"{self.title}: {len(cells)} cells for {len(self.header)} columns")
        self.rows.append(cells)

    def markdown(self) -> str:
        """Render as a padded Markdown table, readable in a terminal too."""
        lines = [self.header, *self.rows]
        widths = [max(4, *(_width(line[n]) for line in lines)) for n in range(len(self.header))]
        rule = [
            "-" * width if n == 0 else "-" * (width - 1) + ":" for n, width in enumerate(widths)
        ]
        body = [
            _line(self.header, widths),
            "| " + " | ".join(rule) + " |",
            *(_line(row, widths) for row in self.rows),
        ]
        notes = ["", *(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n".join([f"## {self.title}", "", *body, *notes])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + pad if number == 0 else pad + cell
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
        for pad in [" " * (width - _width(cell))]
    )
    return "| " + " | ".join(padded) + " |"


def _width(text: str) -> int:
    """Columns a text takes in a terminal; full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def number(value: float | None, digits: int = 3) -> str:
    """Show a figure with so many significant digits, or a dash when there is none."""
    if value is None or math.isnan(value):
        return MISSING
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}"


def ratio(ours: float | None, other: float | None) -> str:
    """Show ``other / ours`` as "12.3 ×", or a dash when one of them is missing."""
    if ours is None or other is None or ours == 0 or math.isnan(ours) or math.isnan(other):
        return MISSING
    return f"{number(other / ours)} ×"


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile, nearest rank.

    Raises:
        ValueError: No values.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]
