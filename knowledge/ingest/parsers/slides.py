"""PowerPoint: slides with their titles, text, tables and notes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from knowledge.ingest.content import Block, Content, Facts
from knowledge.ingest.limits import Limits
from knowledge.ingest.rejection import Rejected
from knowledge.ingest.tables import table_lines

#: Placeholders that repeat on every slide: date, footer, slide number.
_FURNITURE = {13, 15, 16}


def read(data: bytes, limits: Limits, progress: Callable[[int, int], None]) -> Content:
    """Reads a presentation; see :func:`knowledge.ingest.parsers.pdf.read`."""
    presentation = Presentation(io.BytesIO(data))
    slides = list(presentation.slides)
    if len(slides) > limits.pages:
        raise Rejected("too_many_pages", pages=f"{len(slides):,}", limit=f"{limits.pages:,}")
    told = presentation.core_properties
    facts = Facts(title=(told.title or "").strip() or None, pages=len(slides))
    if facts.title in {"PowerPoint Presentation", "PowerPoint プレゼンテーション"}:
        facts.title = None
    blocks: list[Block] = []
    for number, slide in enumerate(slides, start=1):
        progress(number, len(slides))
        if slide._element.get("show") == "0":
            _remark(facts, "hidden_slides")
            continue
        found = list(_slide(slide, number))
        if not any(block.kind != "notes" for block in found) and _has_picture(slide.shapes):
            facts.unreadable.append(number)
        blocks += found
    if not blocks:
        raise Rejected("scanned" if facts.unreadable else "no_text")
    if facts.title is None:
        facts.title = next((one.text for one in blocks if one.kind == "heading"), None)
    return Content("pptx", facts, blocks)


def _slide(slide: Any, number: int) -> Iterator[Block]:
    place = f"スライド{number}"
    title = slide.shapes.title
    if title is not None and title.has_text_frame and title.text_frame.text.strip():
        text = " ".join(title.text_frame.text.split())
        yield Block("heading", text, number, 1, place)
    for shape in _in_reading_order(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        yield from _shape(shape, number, place)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.text.strip()
        if notes:
            yield Block("notes", notes, number, place=place)


def _shape(shape: Any, number: int, place: str) -> Iterator[Block]:
    if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
        for inner in _in_reading_order(shape.shapes):
            yield from _shape(inner, number, place)
    elif getattr(shape, "has_table", False):
        rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
        yield Block("table", "\n".join(table_lines(rows)), number, place=place)
    elif getattr(shape, "has_chart", False):
        yield from _chart(shape.chart, number, place)
    elif shape.has_text_frame and not _is_furniture(shape):
        lines = [one.text.replace("\v", "\n").strip() for one in shape.text_frame.paragraphs]
        text = "\n".join(line for line in lines if line)
        if text:
            yield Block("text", text, number, place=place)


def _chart(chart: Any, number: int, place: str) -> Iterator[Block]:
    """Yields the figures of a chart as a table of its categories and series."""
    for plot in chart.plots:
        series = list(plot.series)
        head = ["", *(one.name or "" for one in series)]
        rows = [
            [str(category), *(_figure(one.values[n]) for one in series)]
            for n, category in enumerate(plot.categories)
        ]
        lines = table_lines([head, *rows])
        if rows and lines:
            yield Block("table", "\n".join(lines), number, place=place)


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}"


def _in_reading_order(shapes: Any) -> list[Any]:
    """Returns shapes from top to bottom, left to right; rows are about half an inch high."""
    row = 457_200
    return sorted(shapes, key=lambda shape: ((shape.top or 0) // row, shape.left or 0))


def _is_furniture(shape: Any) -> bool:
    return bool(shape.is_placeholder and int(shape.placeholder_format.type) in _FURNITURE)


def _has_picture(shapes: Any) -> bool:
    kinds = {MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.LINKED_PICTURE}
    return any(
        shape.shape_type in kinds
        or (shape.shape_type == MSO_SHAPE_TYPE.GROUP and _has_picture(shape.shapes))
        for shape in shapes
    )


def _remark(facts: Facts, key: str) -> None:
    if key not in facts.remarks:
        facts.remarks.append(key)
