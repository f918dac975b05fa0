"""PDF: text by PDFium, tables by pdfplumber on the pages that have ruled lines.

PDFium reads a page in a millisecond; pdfplumber needs fifty times as long, so it only looks at
pages whose drawing can be a table at all.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from knowledge.ingest.content import Block, Content, Facts
from knowledge.ingest.limits import Limits
from knowledge.ingest.parsers.pdf_setting import (
    Line,
    Page,
    Setting,
    heading_level,
    masked,
    setting_of,
)
from knowledge.ingest.parsers.pdf_tables import Plumber
from knowledge.ingest.rejection import Rejected
from knowledge.ingest.tables import table_lines
from knowledge.line_breaks import join_lines

Progress = Callable[[int, int], None]
Box = tuple[float, float, float, float]

#: Drawn lines from which a page may hold a ruled table.
_RULES = 4
#: Fewer characters beside a large image are a stamp or a page number, not the page's text.
_HARDLY_ANY = 25
_LARGE_IMAGE = 0.4
#: Share of characters without meaning from which a page's text is broken.
_BROKEN = 0.2
_PAGE_NUMBER = re.compile(r"[-–—\s]*(p\.?\s*)?\d{1,4}(\s*/\s*\d{1,4})?[-–—\s]*(ページ|頁)?")
#: Typesetters put a little air between kanji and Latin letters or digits; it is no space.
_JAPANESE = "぀-ヿ一-鿿々〇、。「」（）％"
_AIR = re.compile(rf"(?<=[{_JAPANESE}])[ ]+(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])[ ]+(?=[{_JAPANESE}])")
#: But the air behind the number of a heading is: 「3 補助金額」 counts nothing.
_NUMBER_OF = re.compile(
    rf"(\d{{1,2}}(?:[.．]\d{{1,2}})*)[ ]+"
    rf"(?![年月日時分秒週社名人件回円万億台階か個ヶカ割点歳倍頁章節条部号番泊枚名室つ％本])(?=[{_JAPANESE}])"
)
#: Lines this many times farther apart than usual belong to two paragraphs.
_GAP = 1.2


def read(data: bytes, limits: Limits, progress: Progress) -> Content:
    """Reads a PDF.

    Args:
        data: The file.
        limits: Its most pages and characters.
        progress: Told (pages done, pages).

    Raises:
        Rejected: It is locked, damaged, too long, or holds no text that can be read.
    """
    document = _open(data)
    count = len(document)
    if count > limits.pages:
        raise Rejected("too_many_pages", pages=f"{count:,}", limit=f"{limits.pages:,}")
    plumber = Plumber(data)
    pages = []
    for number in range(1, count + 1):
        pages.append(_page(document[number - 1], number, plumber))
        progress(number, count)
    unreadable = [page.number for page in pages if not page.readable]
    filled = [page for page in pages if page.lines or page.tables]
    if not filled:
        raise Rejected("scanned" if unreadable else "no_text")
    facts = Facts(pages=count, unreadable=unreadable)
    _describe(document, facts)
    setting = setting_of(filled)
    blocks = [block for page in filled for block in _blocks(page, setting)]
    if facts.title is None:
        # What is set largest on the first pages; among equals the first.
        headings = [one for one in blocks if one.kind == "heading"]
        first = [one for one in headings if one.page == headings[0].page]
        facts.title = min(first, key=lambda one: one.level).text if first else None
    return Content("pdf", facts, blocks)


def _open(data: bytes) -> Any:
    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) == 0:
            raise Rejected("no_text")
        return document
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        raise (Rejected("encrypted") if locked else Rejected("damaged", media="PDF")) from error


def _describe(document: Any, facts: Facts) -> None:
    told = document.get_metadata_dict(skip_empty=True)
    title = str(told.get("Title", "")).strip()
    # Programs that print put the name of their file or window there.
    usable = len(title) > 3 and not re.search(r"\.\w{3,4}$|^Microsoft |無題|untitled", title, re.I)
    facts.title = title if usable else None
    facts.publisher = None


def _page(page: Any, number: int, plumber: Plumber) -> Page:
    text_page = page.get_textpage()
    lines = _lines(text_page)
    rules, image = _drawn(page)
    text = "".join(line.text for line in lines)
    meant = re.sub(r"\s", "", text)
    broken = sum(map(_is_broken, meant))
    scanned = image >= _LARGE_IMAGE and len(meant) < _HARDLY_ANY
    if scanned or (meant and broken > _BROKEN * len(meant)):
        return Page(number, page.get_height(), [], [], False)
    tables: list[tuple[float, list[str]]] = []
    height = page.get_height()
    if rules >= _RULES and meant:
        for box, rows in plumber.tables(number):
            left, top, right, bottom = box
            inside = [
                line
                for line in lines
                if left <= line.x <= right and top <= height - line.y <= bottom
            ]
            if inside:
                told = [_AIR.sub("", row) for row in table_lines(rows)]
                tables.append((max(line.y for line in inside), told))
                lines = [line for line in lines if line not in inside]
    text_page.close()
    page.close()
    return Page(number, height, lines, tables, True)


def _lines(text_page: Any) -> list[Line]:
    """Returns the lines of a page with the height and place of their first character."""
    text = text_page.get_text_range()
    found = []
    position = 0
    for line in text.split("\r\n"):
        number = _NUMBER_OF.match(line.strip())
        stripped = _AIR.sub("", line.strip())
        if number and stripped.startswith(number[1]):
            stripped = f"{number[1]} {stripped[len(number[1]) :]}"
        if stripped:
            at = position + len(line) - len(line.lstrip())
            left, bottom, height = _place(text_page, at)
            found.append(Line(stripped, height, left, bottom + height / 2))
        position += len(line) + 2
    return found


def _place(text_page: Any, index: int) -> tuple[float, float, float]:
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text_page.raw, index, ctypes.byref(box)):
        return 0.0, 0.0, 0.0
    return box.left, box.bottom, abs(box.top - box.bottom)


def _drawn(page: Any) -> tuple[int, float]:
    """Returns how many lines and boxes a page draws, and the share of it that images cover."""
    width, height = page.get_size()
    rules, covered = 0, 0.0
    for item in page.get_objects(max_depth=3):
        if item.type == pdfium.FPDF_PAGEOBJ_PATH:
            rules += 1
        elif item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = _bounds(item)
            covered += max(0.0, right - left) * max(0.0, top - bottom)
    return rules, covered / max(1.0, width * height)


def _bounds(item: Any) -> Box:
    bounds: Box = (item.get_bounds if hasattr(item, "get_bounds") else item.get_pos)()
    return bounds


def _is_broken(mark: str) -> bool:
    """Says whether a character is one that a font without a table of meanings leaves behind."""
    return mark == "\ufffd" or unicodedata.category(mark) in {"Co", "Cn", "Cc", "Cs"}


def _blocks(page: Page, setting: Setting) -> Iterator[Block]:
    """Yields the blocks of a page from top to bottom, lines of a paragraph joined."""
    waiting: list[str] = []

    def flush() -> Iterator[Block]:
        joined = join_lines("\n".join(waiting))
        waiting.clear()
        if joined:
            yield Block("text", joined, page.number)

    tables = sorted(page.tables, reverse=True)
    above: Line | None = None
    for line in page.lines:
        while tables and tables[0][0] >= line.y:
            yield from flush()
            yield Block("table", "\n".join(tables.pop(0)[1]), page.number)
        furniture = masked(line.text) in setting.repeated or _PAGE_NUMBER.fullmatch(line.text)
        if furniture and page.at_edge(line):
            continue
        level = heading_level(line, setting)
        if level:
            yield from flush()
            yield Block("heading", line.text, page.number, level)
        else:
            if above is not None and _apart(above, line, setting.pitch):
                yield from flush()
            waiting.append(line.text)
        above = line
    yield from flush()
    for _, rows in tables:
        yield Block("table", "\n".join(rows), page.number)


def _apart(above: Line, line: Line, pitch: float) -> bool:
    """Says whether a paragraph ends between two lines: there is air, or another column begins."""
    return 0 < pitch * _GAP < above.y - line.y or line.y > above.y + line.height
