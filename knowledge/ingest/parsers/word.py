"""Word: paragraphs under their headings, lists and tables, in reading order."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.ingest.content import Block, Content, Facts
from knowledge.ingest.limits import Limits
from knowledge.ingest.rejection import Rejected
from knowledge.ingest.tables import table_lines

_HEADING = re.compile(r"(?:heading|見出し)\s*(\d)", re.IGNORECASE)
_STEP = 200
#: Text that is no running text: readings over kanji, boxes (read by themselves), deleted text.
_TEXT = (
    "(.//w:t | .//w:tab | .//w:br | .//w:noBreakHyphen)"
    "[not(ancestor::w:rt) and not(ancestor::w:txbxContent) and not(ancestor::w:del)]"
)
_BOXES = "(.//w:txbxContent)[not(ancestor::*[local-name()='Fallback'])]//w:p"


def read(data: bytes, limits: Limits, progress: Callable[[int, int], None]) -> Content:
    """Reads a document; pages are those Word last laid out, where it wrote them down."""
    document = Document(io.BytesIO(data))
    told = document.core_properties
    facts = Facts(title=(told.title or "").strip() or None)
    parts = list(document.iter_inner_content())
    pages = _Pages(document.element.body)
    blocks: list[Block] = []
    for number, part in enumerate(parts, start=1):
        blocks += _table(part, pages) if isinstance(part, Table) else _paragraph(part, pages)
        if number % _STEP == 0 or number == len(parts):
            progress(number, len(parts))
    if pages.number > limits.pages:
        raise Rejected("too_many_pages", pages=f"{pages.number:,}", limit=f"{limits.pages:,}")
    if not blocks:
        pictures = document.element.body.xpath(".//w:drawing | .//w:pict")
        raise Rejected("scanned" if pictures else "no_text")
    facts.pages = pages.number if pages.known else None
    if facts.title is None:
        facts.title = next((one.text for one in blocks if one.kind == "heading"), None)
    return Content("docx", facts, blocks)


class _Pages:
    """Counts pages by the breaks Word wrote; by hand-made breaks where it wrote none."""

    def __init__(self, body: Any) -> None:
        laid_out = bool(body.xpath(".//w:lastRenderedPageBreak"))
        self._break = ".//w:lastRenderedPageBreak" if laid_out else './/w:br[@w:type="page"]'
        self.known = laid_out or bool(body.xpath(self._break))
        self.number = 1

    def on(self) -> int | None:
        """Returns the page reached; None where nothing tells."""
        return self.number if self.known else None

    def turn(self, element: Any) -> None:
        """Counts the breaks within an element."""
        self.number += len(element.xpath(self._break))


def _paragraph(paragraph: Paragraph, pages: _Pages) -> Iterator[Block]:
    text = _text(paragraph._p)
    boxes = [_text(one) for one in paragraph._p.xpath(_BOXES)]
    # A break at the beginning of a paragraph puts it on the next page.
    starts = _breaks_first(paragraph._p)
    if starts:
        pages.turn(paragraph._p)
    if text:
        level = _level(paragraph)
        kind = "heading" if level else "text"
        yield Block(kind, text, pages.on(), level)  # type: ignore[arg-type]
    for box in boxes:
        if box:
            yield Block("text", box, pages.on())
    if not starts:
        pages.turn(paragraph._p)


def _table(table: Table, pages: _Pages) -> Iterator[Block]:
    rows = []
    for row in table.rows:
        cells: list[str] = []
        seen: set[Any] = set()
        for cell in row.cells:
            # A merged cell is handed out once for each column it spans.
            cells.append("" if cell._tc in seen else _cell(cell))
            seen.add(cell._tc)
        rows.append(cells)
    lines = table_lines(rows)
    if lines:
        yield Block("table", "\n".join(lines), pages.on())
    for row in table.rows:
        for cell in dict.fromkeys(row.cells):
            for inner in cell.tables:
                yield from _table(inner, pages)
    pages.turn(table._tbl)


def _cell(cell: Any) -> str:
    return " ".join(text for one in cell.paragraphs if (text := _text(one._p)))


def _text(element: Any) -> str:
    parts = []
    for one in element.xpath(_TEXT):
        if one.tag == qn("w:t"):
            parts.append(one.text or "")
        elif one.tag == qn("w:noBreakHyphen"):
            parts.append("-")
        else:
            parts.append("\t" if one.tag == qn("w:tab") else "\n")
    return "".join(parts).strip()


def _breaks_first(element: Any) -> bool:
    for one in element.iter(qn("w:lastRenderedPageBreak"), qn("w:br"), qn("w:t")):
        if one.tag == qn("w:t"):
            if one.text and one.text.strip():
                return False
        elif one.tag == qn("w:lastRenderedPageBreak") or one.get(qn("w:type")) == "page":
            return True
    return False


def _level(paragraph: Paragraph) -> int:
    """Returns the level of a heading, 0 for other paragraphs."""
    style = paragraph.style
    while style is not None:
        name = style.name or ""
        if name in {"Title", "表題"}:
            return 1
        if found := _HEADING.search(name):
            return int(found[1])
        outline = style.element.xpath("./w:pPr/w:outlineLvl/@w:val")
        if outline and int(outline[0]) < 9:
            return int(outline[0]) + 1
        style = getattr(style, "base_style", None)
    own = paragraph._p.xpath("./w:pPr/w:outlineLvl/@w:val")
    return int(own[0]) + 1 if own and int(own[0]) < 9 else 0
