"""Makes real documents: PDF (typeset, with an embedded Japanese font), PPTX, DOCX, XLSX."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import docx
import noto_cjk_sans_jp_regular
import openpyxl
import pptx
import typst
from pptx.util import Inches

FONTS = Path(noto_cjk_sans_jp_regular.FONT_PATH).parent

_PAGE = '#set page(width: 210mm, height: 297mm, margin: 25mm)\n#set text(font: "{font}", 11pt)\n'
_FONT = "Noto Sans CJK JP"


def pdf(body: str) -> bytes:
    """Typesets a PDF from Typst markup (``= 見出し``, ``#table``, ``#pagebreak()``)."""
    source = (_PAGE.replace("{font}", _FONT) + body).encode()
    made = typst.compile(source, format="pdf", font_paths=[str(FONTS)])
    assert isinstance(made, bytes)
    return made


def pdf_table(rows: Sequence[Sequence[str]]) -> str:
    """Returns the markup of a ruled table."""
    cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
    return f"#table(columns: {len(rows[0])}, {cells})\n"


def presentation(
    slides: Sequence[tuple[str, str, str]], table: Sequence[Sequence[str]] = ()
) -> bytes:
    """Makes slides of (title, text, notes); the table goes on the last one."""
    made = pptx.Presentation()
    slide = None
    for title, text, notes in slides:
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    if table and slide is not None:
        shape = slide.shapes.add_table(
            len(table), len(table[0]), Inches(1), Inches(4), Inches(8), Inches(1)
        )
        for r, row in enumerate(table):
            for c, cell in enumerate(row):
                shape.table.cell(r, c).text = cell
    return _saved(made)


def document(parts: Sequence[tuple[str, str]], table: Sequence[Sequence[str]] = ()) -> bytes:
    """Makes a Word document of (style, text); style ``break`` begins a page."""
    made = docx.Document()
    for style, text in parts:
        if style == "break":
            made.add_page_break()
        else:
            made.add_paragraph(text, style=style or None)
    if table:
        grid = made.add_table(rows=len(table), cols=len(table[0]))
        for r, row in enumerate(table):
            for c, cell in enumerate(row):
                grid.cell(r, c).text = cell
    return _saved(made)


def workbook(sheets: dict[str, Sequence[Sequence[object]]], merged: Sequence[str] = ()) -> bytes:
    """Makes a workbook of sheets; cells are merged on the last one."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for cells in merged:
        made.worksheets[-1].merge_cells(cells)
    return _saved(made)


def _saved(made: object) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()
