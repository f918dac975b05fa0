"""Slack's limits, and the splitting of text that keeps them without losing a character.

Figures are those of slack_sdk's block models (3.47) where it has them; Slack's documentation
or what others measured otherwise. Lengths count UTF-16 units, the stricter way to count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

BLOCKS_PER_MESSAGE = 50
MESSAGE_TEXT = 12_000
"""Units in all blocks of one message; `msg_blocks_too_long` was seen from 13,172 on."""
FALLBACK_TEXT = 40_000
"""Slack cuts the text beside the blocks there."""
SECTION_TEXT = 3000
CONTEXT_TEXT = 2000
FIELDS = 10
FIELD_TEXT = 2000
HEADER_TEXT = 150
BUTTON_TEXT = 75
OPTION_TEXT = 75
OPTIONS = 100
ACTIONS = 25
LABEL_TEXT = 2000
MODAL_TITLE = 24
URL = 3000

# A sentence with its end, or what is left.
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+")


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int, measure: Callable[[str], int] = units) -> list[str]:
    """Cut a text into pieces, at sentence ends where there are any.

    Args:
        text: Any text.
        limit: Largest size of a piece; at least that of one character.
        measure: Size of a text; must be additive.

    Returns:
        Pieces that give the text again when joined.
    """
    pieces: list[str] = []
    current, size = "", 0
    for atom in _atoms(text, limit, measure):
        length = measure(atom)
        if size + length > limit:
            pieces.append(current)
            current, size = "", 0
        current += atom
        size += length
    return [*pieces, current] if current else pieces


def _atoms(text: str, limit: int, measure: Callable[[str], int]) -> Iterator[str]:
    for sentence in _SENTENCE.findall(text):
        if measure(sentence) <= limit:
            yield sentence
        else:
            yield from sentence


def cut(text: str, limit: int) -> str:
    """Shorten a text visibly; whoever cuts shows the whole of it elsewhere."""
    if units(text) <= limit:
        return text
    return split(text, limit - 1, units)[0].rstrip() + "…" if limit > 1 else "…"
