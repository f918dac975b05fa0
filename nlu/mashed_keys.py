"""Keys hit for no reason: a key held down (ああああ), a row of the keyboard (asdfgh jkl)."""

from __future__ import annotations

import re
import unicodedata

#: Neither laughter (ははは, www) nor an abbreviation (PPP).
_HELD_KEY = re.compile(r"([^\W\da-zはひふへほ笑草])\1{2,}|([a-vx-z])\2{4,}")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORDS = re.compile(r"[a-z]+(?:\s+[a-z]+)*")
#: Shortest stretch of a row that counts, and the shortest that must be among them.
_SHORTEST, _LONG = 3, 4
#: Letters without any vowel that no abbreviation has.
_CONSONANTS = re.compile(r"[^aeiouy\s]{6,}")


def is_mashed(text: str) -> bool:
    """Says whether a message is no language at all.

    Args:
        text: The message as typed, in any width.
    """
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if _HELD_KEY.fullmatch(folded):
        return True
    if not _WORDS.fullmatch(folded):
        return False
    words = folded.split()
    if _CONSONANTS.fullmatch(folded):
        return True
    along_rows = all(len(word) >= _SHORTEST and _in_a_row(word) for word in words)
    return along_rows and max(map(len, words)) >= _LONG


def _in_a_row(word: str) -> bool:
    return any(word in row or word in row[::-1] for row in _ROWS)
