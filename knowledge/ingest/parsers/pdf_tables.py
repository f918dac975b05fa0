"""Ruled tables of PDF pages, by pdfplumber."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from knowledge.ingest.tables import is_table

Box = tuple[float, float, float, float]


class Plumber:
    """Finds ruled tables; opens the file only when a page may have one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._opened: Any = None

    def tables(self, number: int) -> Iterator[tuple[Box, list[list[str | None]]]]:
        """Yields box (top-down coordinates) and rows of each table of a page."""
        import pdfplumber

        if self._opened is None:
            self._opened = pdfplumber.open(io.BytesIO(self._data))
        page = self._opened.pages[number - 1]
        for table in page.find_tables():
            rows = table.extract()
            if is_table(rows):
                yield table.bbox, rows
        page.close()
