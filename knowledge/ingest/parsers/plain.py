"""Plain text and Markdown, in any of the encodings of Japanese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from knowledge.ingest.content import Block, Content, Facts
from knowledge.ingest.encodings import decode
from knowledge.ingest.limits import Limits
from knowledge.ingest.rejection import Rejected
from knowledge.ingest.tables import table_lines

_MARKDOWN = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"(=|-){3,}$")
_NUMBERED = re.compile(
    r"(第[0-9０-９一二三四五六七八九十]+[章節条部編]|[0-9０-９]{1,2}([.．][0-9０-９]{1,2})*"
    r"(?:[.．]?[\s　]|[.．)）](?![0-9０-９]))|[(（][0-9０-９]{1,2}[)）]|[■◆●▼])\s*\S"
)
_BRACKETED = re.compile(r"[【〔＜<][^】〕＞>]{1,40}[】〕＞>]$")
#: A few words on a line of their own, right above the sentences they head.
_ABOVE = re.compile(r"[^\s。、．，：:！？!?|／/0-9０-９「」『』・※○●〒＠@-]{2,16}")
_RULE = re.compile(r"[-=*_・\s|:]{3,}$")
_DIVIDER = re.compile(r"\|?[\s:|-]+\|[\s:|-]*$")
_LONGEST_HEADING = 40
_MARKS = re.compile(r"\*\*|__|`|!?\[([^\]]*)\]\([^)]*\)")


def read(data: bytes, limits: Limits, progress: Callable[[int, int], None]) -> Content:
    """Reads a text; form feeds are page breaks, as in files printed from older systems."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    pages = text.split("\f")
    numbered = len(pages) > 1
    blocks: list[Block] = []
    for number, page in enumerate(pages, start=1):
        blocks += _blocks(page, number if numbered else None)
    if not blocks:
        raise Rejected("no_text")
    first = blocks[0]
    title = first.text.split("\n")[0] if first.kind == "heading" else None
    if title is None and len(line := first.text.split("\n")[0]) <= _LONGEST_HEADING:
        title = line
    progress(1, 1)
    return Content("text", Facts(title=title, pages=len(pages) if numbered else None), blocks)


def _blocks(text: str, page: int | None) -> Iterator[Block]:
    waiting: list[str] = []
    rows: list[list[str]] = []

    def flush() -> Iterator[Block]:
        if rows:
            yield Block("table", "\n".join(table_lines(rows, headed=True)), page)
        if waiting:
            yield Block("text", "\n".join(waiting), page)
        rows.clear()
        waiting.clear()

    lines = [line.strip(" \t　") for line in text.split("\n")]
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if line.startswith("|") and line.count("|") > 1:
            if waiting:
                yield from flush()
            if not _DIVIDER.match(line):
                rows.append([_plain(cell) for cell in line.strip("|").split("|")])
            continue
        if not line or _RULE.fullmatch(line):
            yield from flush()
            continue
        level, heading = _heading(line, following, bool(waiting))
        if level:
            yield from flush()
            yield Block("heading", heading, page, level)
        else:
            if rows:
                yield from flush()
            waiting.append(_plain(line))
    yield from flush()


def _heading(line: str, following: str, within: bool) -> tuple[int, str]:
    """Returns level and text of a heading; level 0 for any other line."""
    if found := _MARKDOWN.match(line):
        return len(found[1]), _plain(found[2])
    if _UNDERLINE.fullmatch(following) and not within:
        return (1 if following[0] == "=" else 2), _plain(line)
    short = len(line) <= _LONGEST_HEADING and not line.endswith(("。", "、", "．", "："))
    if short and _BRACKETED.match(line):
        return 3, line.strip("【】〔〕＜＞<>")
    if short and _NUMBERED.match(line):
        return 3, line.lstrip("■◆●▼ 　")
    if not within and _ABOVE.fullmatch(line) and "。" in following and len(following) > len(line):
        return 4, line
    return 0, ""


def _plain(text: str) -> str:
    return _MARKS.sub(lambda match: match[1] or "", text).strip()
