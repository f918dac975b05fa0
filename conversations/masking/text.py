"""Texts as the rules read them: widths folded, every character where it was."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

#: Forms of letters in names that dictionaries list under another form.
_NAME_FORMS = str.maketrans("髙﨑邉邊德濵濱渕淵嶋嶌桒冨栁瀨", "高崎辺辺徳浜浜淵淵島島桑富柳瀬")
_DASHES = "‐‑‒–—―−－ー─━〜"
_DASH = re.compile(f"[{_DASHES}]")
#: Dashes are one where digits stand on both sides; a long vowel elsewhere stays.
_DIGITS = frozenset("0123456789〇零一二三四五六七八九)")


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def fold(text: str) -> str:
    """Return a text of the same length: widths folded, dashes between digits as `-`."""
    same = text.isascii() or unicodedata.is_normalized("NFKC", text)
    folded = text if same else "".join(map(_fold, text))
    if _DASH.search(folded) is None:
        return folded
    characters = list(folded)
    for at, character in enumerate(characters):
        if character in _DASHES and at and characters[at - 1] in _DIGITS:
            follows = characters[at + 1 : at + 2]
            if follows and (follows[0] in _DIGITS or follows[0] == "("):
                characters[at] = "-"
    return "".join(characters)


def common_forms(text: str) -> str:
    """Return a text of the same length with letters of names in the form dictionaries list."""
    return text.translate(_NAME_FORMS)


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Return the lists of words.yml."""
    path = Path(__file__).with_name("words.yml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@cache
def word_set(name: str) -> frozenset[str]:
    """Return one list of words.yml as a set."""
    return frozenset(words()[name])


def alternatives(name: str) -> str:
    """Return one list of words.yml as a pattern, longest first."""
    return "|".join(sorted(words()[name], key=len, reverse=True))


class Gated(NamedTuple):
    """A pattern that is tried only on texts with a character it cannot do without.

    Most texts name nobody: looking for one of some characters costs a tenth of a search.

    Attributes:
        pattern: The pattern.
        needs: Of these characters every match has at least one.
    """

    pattern: re.Pattern[str]
    needs: frozenset[str]

    def matches(self, text: str, characters: frozenset[str]) -> Iterable[re.Match[str]]:
        """Return the matches in a text of given characters."""
        return () if self.needs.isdisjoint(characters) else self.pattern.finditer(text)


def lasts(*names: str) -> frozenset[str]:
    """Return the last characters of the words of lists of words.yml."""
    return frozenset(word[-1] for name in names for word in words()[name])


def honours(text: str, characters: frozenset[str]) -> bool:
    """Return whether a text can hold an honorific or a title at all."""
    return not _honour_signs().isdisjoint(characters) or any(one in text for one in _HONOURS)


_HONOURS = ("さん", "さま", "くん", "はん", "先生")


@cache
def _honour_signs() -> frozenset[str]:
    return frozenset("様氏殿君") | lasts("titles")
