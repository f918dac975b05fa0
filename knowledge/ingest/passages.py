"""Cuts a read document into passages: short enough to quote, whole enough to understand.

A passage ends where a heading, a page or a table begins, and where it would grow too long; it is
cut at the end of a sentence or of a table row, never within one that fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from knowledge.analysis import Analyser
from knowledge.ingest.content import Block
from knowledge.library.documents import NewPassage
from knowledge.library.index import searched_words

#: Characters a passage has at most, and those from which it ends at the next paragraph.
MOST = 600
ENOUGH = 350
_SENTENCE_END = re.compile(r"(?<=[。！？!?\n])")
_LONGEST_HEADING = 80


class Cut(NamedTuple):
    """A passage before its words are found."""

    page: int | None
    place: str
    path: tuple[str, ...]
    kind: str
    text: str


def passages(
    blocks: Sequence[Block],
    title: str,
    analyser: Analyser,
    progress: Callable[[int, int], None],
) -> list[NewPassage]:
    """Returns the passages of a document in order, with the words they are found by.

    Args:
        blocks: Its content.
        title: Its title, which every passage is found by too.
        analyser: The one analyser.
        progress: Told (passages done, passages).
    """
    cuts = list(cut(blocks))
    found: list[NewPassage] = []
    of_page: dict[int | None, int] = {}
    for number, one in enumerate(cuts, start=1):
        of_page[one.page] = of_page.get(one.page, 0) + 1
        heading = one.path[-1] if one.path else _first_words(one.text)
        found.append(
            NewPassage(
                section=_section(one.page, of_page[one.page]),
                page=one.page,
                place=one.place,
                heading=heading,
                path=one.path,
                kind=one.kind,
                text=one.text,
                words=tuple(searched_words(one.text, analyser)),
                title_words=tuple(searched_words("。".join([title, *one.path]), analyser)),
            )
        )
        progress(number, len(cuts))
    return found


def cut(blocks: Sequence[Block]) -> Iterator[Cut]:
    """Yields the passages of some blocks.

    No text is lost: joined, the passages and headings hold every character but white space.
    """
    headings: list[tuple[int, str]] = []
    waiting: list[str] = []
    at: Block | None = None

    def flush() -> Iterator[Cut]:
        if waiting and at is not None:
            path = tuple(text for _, text in headings)
            yield Cut(at.page, _place(at), path, at.kind, "\n".join(waiting))
        waiting.clear()

    for block in blocks:
        if block.kind == "heading":
            yield from flush()
            text = " ".join(block.text.split())
            while headings and headings[-1][0] >= block.level:
                headings.pop()
            if len(text) > _LONGEST_HEADING:
                at = Block("text", text, block.page, place=block.place)
                waiting.append(text)
                continue
            headings.append((block.level, text))
            continue
        if at is not None and (block.page, block.kind) != (at.page, at.kind):
            yield from flush()
        at = block
        for piece in _pieces(block.text):
            if waiting and sum(map(len, waiting)) + len(piece) > MOST:
                yield from flush()
            waiting.append(piece)
            if sum(map(len, waiting)) >= ENOUGH:
                yield from flush()
    yield from flush()


def _pieces(text: str) -> Iterator[str]:
    """Yields the lines of a text; one that is too long is cut at its sentences."""
    for line in text.split("\n"):
        line = line.strip()
        while len(line) > MOST:
            ends = [match.start() for match in _SENTENCE_END.finditer(line, 1, MOST)]
            end = ends[-1] if ends else MOST
            yield line[:end].strip()
            line = line[end:].strip()
        if line:
            yield line


def _place(block: Block) -> str:
    if block.place:
        return block.place
    return f"p.{block.page}" if block.page is not None else ""


def _section(page: int | None, number: int) -> str:
    return f"n{number}" if page is None else f"p{page}_{number}"


def _first_words(text: str) -> str:
    """Returns the beginning of a passage without a heading, to name it by."""
    line = text.split("\n", 1)[0]
    return line if len(line) <= 30 else f"{line[:29]}…"
