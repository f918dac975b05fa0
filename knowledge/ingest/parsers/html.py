"""HTML: the page's own text under its headings, without menus, footers and scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from knowledge.ingest.content import Block, Content, Facts
from knowledge.ingest.encodings import decode
from knowledge.ingest.limits import Limits
from knowledge.ingest.rejection import Rejected
from knowledge.ingest.tables import is_table, table_lines

#: Never text of the page; readings over kanji would double the words.
_DROPPED = (
    "script, style, noscript, template, iframe, object, embed, svg, canvas, form, button, input,"
    " select, textarea, dialog, nav, rt, rp, [hidden], [aria-hidden=true], [role=navigation],"
    " [role=banner], [role=contentinfo], [role=search], [role=dialog], [role=menu]"
)
_EDGES = "header, footer, aside, [role=complementary]"
_FURNITURE = re.compile(
    r"(^|[-_\s])(nav|navi|gnav|globalnav|menu|breadcrumbs?|topicpath|pankuzu|side(bar|nav)?|footer"
    r"|header|cookie|share|sns|social|pagetop|totop|skip(link)?|banner|ads?|related|pager"
    r"|pagination|search|lang(uage)?)([-_\s]|$)",
    re.IGNORECASE,
)
_MAIN = "main, article, [role=main], #main, #content, #contents, #main-content, .main-content"
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "ul", "ol", "dl", "table", "blockquote", "pre"}
    | {"figure", "address", "header", "details"}
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ITEMS = frozenset({"li", "dt", "dd", "p", "blockquote", "figcaption", "address", "summary", "td"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DATES = (
    "meta[property='article:modified_time']", "meta[name='last-modified']",
    "meta[name='dcterms.modified']", "meta[name='DC.date']", "meta[name='date']",
    "meta[property='article:published_time']",
)  # fmt: skip
_TITLE_TAIL = re.compile(r"\s*[|｜–—-]\s*[^|｜–—-]+$")
#: Lists whose text is nearly all links are menus.
_MOSTLY_LINKS = 0.75
_FEW = 60


def read(
    data: bytes,
    limits: Limits,
    progress: Callable[[int, int], None],
    charset: str | None = None,
) -> Content:
    """Reads a page.

    Args:
        data: The file.
        limits: Unused: a page is one page.
        progress: Told when it is done.
        charset: What the server called its encoding.
    """
    named = _CHARSET.search(data[:4096])
    declared = charset or (named[1].decode("ascii", "replace") if named else None)
    tree = LexborHTMLParser(decode(data, declared))
    facts = Facts()
    _describe(tree, facts)
    body = tree.body
    if body is None:
        raise Rejected("no_text")
    _clean(body)
    root = _main(body)
    writer = _Writer()
    writer.walk(root)
    blocks = list(writer.blocks())
    if not any(block.kind != "heading" for block in blocks):
        raise Rejected("no_text")
    progress(1, 1)
    return Content("html", facts, blocks)


def _describe(tree: Any, facts: Facts) -> None:
    top = tree.css_first("h1")
    heading = _squash(top.text(separator="")) if top else ""
    title = _squash(tree.css_first("title").text()) if tree.css_first("title") else ""
    shorter = _TITLE_TAIL.sub("", title)
    facts.title = heading or shorter or title or None
    site = tree.css_first("meta[property='og:site_name']")
    facts.publisher = (site.attributes.get("content") or "").strip() or None if site else None
    for selector in _DATES:
        found = tree.css_first(selector)
        if found and found.attributes.get("content"):
            facts.date = str(found.attributes["content"])
            return


def _clean(body: Any) -> None:
    for node in body.css(_DROPPED):
        node.decompose()
    for node in body.css(_EDGES):
        # The heading of an article may stand in its own header.
        if node.parent is None or node.parent.tag not in {"article", "main", "section"}:
            node.decompose()
    for node in body.css("[class], [id], [style]"):
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        hidden = _HIDDEN.search(attributes.get("style") or "")
        furniture = node.tag in {"div", "ul", "ol", "section", "p"} and _FURNITURE.search(names)
        if hidden or (furniture and not node.css_first("main, article, h1")):
            node.decompose()


def _main(body: Any) -> Any:
    """Returns the part that holds the page's own text: the fullest of its main parts."""
    candidates = body.css(_MAIN)
    if not candidates:
        return body
    best = max(candidates, key=lambda node: len(node.text()))
    return best if len(best.text()) >= min(200, len(body.text()) // 3) else body


class _Writer:
    """Walks a tree and writes down its blocks."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._waiting: list[str] = []

    def blocks(self) -> Iterator[Block]:
        """Yields what was written, in order."""
        self._flush()
        yield from self._found

    def walk(self, node: Any) -> None:
        """Writes down everything within a node."""
        for child in node.iter(include_text=True):
            self._visit(child)

    def _visit(self, node: Any) -> None:
        tag = node.tag
        if tag == "-text":
            text = _spaces(node.text(deep=False))
            if text.strip() or (text and self._waiting):
                self._waiting.append(text)
        elif tag in _HEADINGS:
            self._flush()
            text = _squash(node.text(separator=""))
            if text:
                self._found.append(Block("heading", text, None, _HEADINGS[tag]))
        elif tag == "table":
            self._flush()
            self._table(node)
        elif tag in {"ul", "ol"} and _is_menu(node):
            self._flush()
        elif tag == "br":
            self._waiting.append("\n")
        elif tag == "dt":
            # A term and what is said of it are one line: 「受付: 平日」.
            self._flush()
            self.walk(node)
            if term := "".join(self._waiting).strip():
                self._waiting[:] = [term if term.endswith((":", "：")) else f"{term}: "]
        elif tag == "dd":
            self.walk(node)
            self._flush()
        elif tag in _BLOCKS or tag in _ITEMS:
            self._flush()
            self.walk(node)
            self._flush()
        # A processing instruction (<?php …>) has no name.
        elif tag is not None and not tag.startswith(("_", "-", "!")):
            self.walk(node)

    def _flush(self) -> None:
        text = "\n".join(
            line for one in "".join(self._waiting).split("\n") if (line := one.strip())
        )
        self._waiting.clear()
        if text:
            self._found.append(Block("text", text))

    def _table(self, table: Any) -> None:
        if len(table.css("table")) > 1:
            # A table of tables lays the page out.
            for cell in table.css("td, th"):
                if len(cell.css("td, th")) == 1:
                    self.walk(cell)
                    self._flush()
            return
        rows = [
            [_squash(cell.text(separator=" ")) for cell in row.css("td, th")]
            for row in table.css("tr")
        ]
        if is_table(rows):
            caption = table.css_first("caption")
            if caption:
                self._found.append(Block("heading", _squash(caption.text()), None, 6))
            top = table.css_first("tr")
            headed = len(top.css("th")) == len(top.css("td, th"))
            self._found.append(Block("table", "\n".join(table_lines(rows, headed))))
        else:
            for row in rows:
                text = " ".join(cell for cell in row if cell)
                if text:
                    self._found.append(Block("text", text))


def _is_menu(node: Any) -> bool:
    text = len(_squash(node.text()))
    linked = sum(len(_squash(link.text())) for link in node.css("a"))
    items = node.css("li")
    return (
        len(items) >= 3
        and text > 0
        and linked / text >= _MOSTLY_LINKS
        and (text / max(1, len(items)) < _FEW)
    )


def _spaces(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")


def _squash(text: str) -> str:
    return " ".join(text.split())
