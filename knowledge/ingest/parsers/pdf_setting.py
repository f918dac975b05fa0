"""How a PDF is set: the sizes of its headings, the distance of its lines, what repeats."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

#: A line set this much larger than the body is a heading.
_LARGER = 1.15
_LONGEST_HEADING = 60
#: Share of the pages on which a line at the edge repeats that makes it a header or footer.
_REPEATS = 0.5
_FEWEST_PAGES = 4
#: Share of the height of a page at its top and bottom where headers and footers stand.
_EDGE = 0.12
_NUMBERED = re.compile(
    r"(第[0-9０-９一二三四五六七八九十]+[章節条部編]"
    r"|[0-9０-９]{1,2}([.．][0-9０-９]{1,2})*[.．]?[\s　]|[IVX]+[.．]\s|[■◆●▼【])\S"
)
_SENTENCE = re.compile(r"[。．.、,:：;；]$")
_YEAR = re.compile(r"(?:19|20)\d\d年")
#: Sizes this near are one size.
_SAME_SIZE = 0.96


class Line(NamedTuple):
    """A line with the height and place of its first character."""

    text: str
    height: float
    x: float
    y: float


class Setting(NamedTuple):
    """How a document is set.

    Attributes:
        height: Of its body's lines.
        pitch: Distance of the lines of a paragraph.
        larger: Heights its headings are set in, the greatest first.
        repeated: Lines at the edge of its pages that say nothing of their own.
    """

    height: float
    pitch: float
    larger: tuple[float, ...]
    repeated: set[str]


class Page(NamedTuple):
    """A page: its lines, its ruled tables with where they begin, whether it could be read."""

    number: int
    height: float
    lines: list[Line]
    tables: list[tuple[float, list[str]]]
    readable: bool

    def at_edge(self, line: Line) -> bool:
        """Says whether a line stands where headers and footers do."""
        return not _EDGE * self.height < line.y < (1 - _EDGE) * self.height


def setting_of(pages: list[Page]) -> Setting:
    """Returns how a document is set, measured on its pages."""
    body = _body_height(pages)
    return Setting(body, _pitch(pages), _larger(pages, body), _repeated(pages))


def _body_height(pages: list[Page]) -> float:
    """Returns the height most of the text is set in."""
    heights: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            heights[round(line.height, 1)] += len(line.text)
    return heights.most_common(1)[0][0] if heights else 0.0


def _larger(pages: list[Page], body: float) -> tuple[float, ...]:
    """Returns the heights headings are set in; fonts of one size differ by a hair."""
    found: list[float] = []
    lines = (line for page in pages for line in page.lines)
    for height in sorted({round(line.height, 1) for line in lines}, reverse=True):
        if height >= _LARGER * body and (not found or height < _SAME_SIZE * found[-1]):
            found.append(height)
    return tuple(found)


def _pitch(pages: list[Page]) -> float:
    """Returns how far the lines of a paragraph usually are apart."""
    steps: Counter[float] = Counter()
    for page in pages:
        for above, line in zip(page.lines, page.lines[1:], strict=False):
            step = round(above.y - line.y, 1)
            # Lines that are not full end a paragraph as often as not.
            if 0 < step < 3 * line.height:
                steps[step] += 1 if len(above.text) > 20 else 0
    usual = [step for step, count in steps.items() if count]
    return max(usual, key=lambda step: steps[step]) if usual else 0.0


def _repeated(pages: list[Page]) -> set[str]:
    """Returns the lines that stand at the edge of most pages: headers and footers."""
    if len(pages) < _FEWEST_PAGES:
        return set()
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({masked(line.text) for line in page.lines if page.at_edge(line)})
    return {text for text, count in seen.items() if count >= _REPEATS * len(pages)}


def masked(text: str) -> str:
    """Returns a line with its figures masked, as page numbers count on."""
    return re.sub(r"\d+", "#", text)


def heading_level(line: Line, setting: Setting) -> int:
    """Returns the level of a heading, 1 the highest; 0 for anything else."""
    if len(line.text) > _LONGEST_HEADING or _SENTENCE.search(line.text):
        return 0
    larger = line.height / setting.height if setting.height else 1.0
    # A figure set large is no heading, but a year or a number may begin one.
    numbered = bool(_NUMBERED.match(line.text)) and len(line.text) <= 40
    figure = line.text[0].isdigit() and not (numbered or _YEAR.match(line.text))
    if (larger >= _LARGER and not figure) or larger >= 1.5:
        return 1 + next(
            (n for n, one in enumerate(setting.larger) if line.height >= _SAME_SIZE * one),
            len(setting.larger),
        )
    return len(setting.larger) + 1 if numbered else 0
