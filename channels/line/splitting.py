"""Cutting long texts where a reader would, never inside a character."""

from __future__ import annotations

import unicodedata

from channels.line.limits import units

# From best to worst: paragraphs, lines, sentences, clauses.
_BREAKS = ("\n\n", "\n", "。", "、")
_JOINERS = "\u200d\ufe0e\ufe0f\u20e3"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)


def split(text: str, most: int) -> list[str]:
    """Cut a text into parts.

    Args:
        text: Any text.
        most: UTF-16 code units a part may have.

    Returns:
        Parts that are not blank; joined they are the text but for blanks at the cuts.
    """
    text = text.strip()
    parts = []
    while units(text) > most:
        end = _end(text, most)
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [part for part in (*parts, text) if part]


def shortened(text: str, most: int) -> str:
    """Return a text that fits, ending in … where something is left out."""
    if units(text) <= most:
        return text
    return text[: _fitting(text, most - 1)].rstrip() + "…"


def _fitting(text: str, most: int) -> int:
    """Return how many characters fit into a number of code units, whole ones only."""
    used = 0
    for index, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > most:
            end = index
            while end > 1 and _continues(text, end):
                end -= 1
            # A single endless character is cut all the same.
            return end if end > 1 else index
    return len(text)


def _end(text: str, most: int) -> int:
    whole = _fitting(text, most)
    for sign in _BREAKS:
        found = text.rfind(sign, 0, whole)
        # A cut near the beginning would waste the part.
        if found >= whole // 2:
            return found + len(sign)
    return whole


def _continues(text: str, index: int) -> bool:
    """Return whether the character at an index belongs to the one before."""
    character, before = text[index], text[index - 1]
    return (
        unicodedata.category(character)[0] == "M"
        or character in _JOINERS
        or before == "\u200d"
        or ord(character) in _SKIN_TONES
        or (ord(character) in _FLAGS and ord(before) in _FLAGS)
    )
