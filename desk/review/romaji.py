"""Readings in Latin letters, for the ids of new records."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    path = Path(__file__).with_name("romaji.yml")
    letters: dict[str, str] = yaml.safe_load(path.read_text("utf-8"))
    return letters


def romaji(reading: str) -> str:
    """Return a reading in hiragana in letters; what is no kana falls out."""
    letters, found, place = _letters(), "", 0
    while place < len(reading):
        for size in (2, 1):
            part = reading[place : place + size]
            if part in letters:
                found += letters[part]
                place += size
                break
        else:
            found += reading[place] if reading[place].isascii() else ""
            place += 1
    return found.lower()
