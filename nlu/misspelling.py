"""Slips in short names: letters swapped, left out, doubled or exchanged (MOBOI, ジェトル).

Names of one script are filed under their spelling with each letter left out once (symmetric
deletion, as in SymSpell), so that a look-up costs a few dictionary accesses; what is found is
checked by the optimal string alignment distance. A word that exists is no slip.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rasa.nlu.tokenizers.tokenizer import Token

from nlu.folding import fold_key
from nlu.mentions import Mention, Row

_NAME = re.compile(r"[A-Za-z][A-Za-z\-.・ー]*[A-Za-z]|[ァ-ヺー・]+|[A-Za-z\-]+[ァ-ヺー]+")
_RUN = re.compile(
    r"[A-Za-zＡ-Ｚａ-ｚ]+(?:[-－‐―][A-Za-zＡ-Ｚａ-ｚ]+)*[ァ-ヺー]*|[ァ-ヺー]+(?:・[ァ-ヺー]+)*|[ｦ-ﾟ]+"
)
_LEAST, _MOST = 3, 20
#: From so many letters on any one slip is forgiven; below, only the likeliest kinds.
_ANY_SLIP = {"latin": 5, "kana": 4}
#: From so many letters on two words side by side may be one misspelt name (ファストバス).
_COMPOUND = 6
_SMALL = dict(zip("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ", strict=True))
_LOOSE = str.maketrans({**_SMALL, "ぢ": "じ", "づ": "ず", "ゔ": "ぶ", "ゐ": "い", "ゑ": "え"})
_SCORE = 0.8
_MAX_MEANINGS = 3


def loosen(key: str) -> str:
    """Makes small kana large and sounds that are one today alike, in a folded spelling."""
    return key.replace("ゔぁ", "ば").replace("ゔぃ", "び").replace("ゔぇ", "べ").replace(
        "ゔぉ", "ぼ"
    ).translate(_LOOSE)  # fmt: skip


def _unvoiced(key: str) -> str:
    bare = unicodedata.normalize("NFD", key)
    return bare.replace("\u3099", "").replace("\u309a", "")


class _Name(NamedTuple):
    key: str
    row: Row


class Misspellings:
    """Finds the names that a word in Latin letters or katakana was meant to be."""

    def __init__(self, rows: Iterable[Row], exists: Callable[[str], bool]) -> None:
        """Files the names.

        Args:
            rows: Names that may be misspelt; those of mixed scripts and of kanji are passed over.
            exists: Says whether a normalised word is one, however much it resembles a name.
        """
        self._exists = exists
        self._names: list[_Name] = []
        self._index: dict[str, list[int]] = defaultdict(list)
        seen: set[tuple[str, str]] = set()
        for row in rows:
            key = loosen(fold_key(row.alias))
            if not _NAME.fullmatch(row.alias) or not _LEAST <= len(key) <= _MOST:
                continue
            if (key, row.value) in seen:
                continue
            seen.add((key, row.value))
            for spelling in {key, *_deletions(key)}:
                self._index[spelling].append(len(self._names))
            self._names.append(_Name(key, row))

    def find(
        self, text: str, tokens: Sequence[Token], chosen: Sequence[Mention]
    ) -> Iterator[Mention]:
        """Yields the names that were meant where something like them was typed.

        Args:
            text: The message.
            tokens: Its tokens.
            chosen: What was found in it before; a longer name gives the words inside it another
                meaning, nothing else changes.
        """
        for run in _RUN.finditer(text):
            whole = True
            for start, end in _stretches(text, *run.span()):
                overlapping = [m for m in chosen if m.start < end and start < m.end]
                if any(m.start <= start and end <= m.end for m in overlapping):
                    break
                if not whole and self._is_word(*run.span(), _LEAST, tokens):
                    break
                rows = self._meant(text, start, end, tokens, most=1.4 if whole else 0.5)
                whole = False
                if rows and not any(rows[0].value == m.value for m in overlapping):
                    yield Mention(start, end, rows, _SCORE, "slip")
                    break

    def _meant(
        self, text: str, start: int, end: int, tokens: Sequence[Token], most: float
    ) -> list[Row]:
        typed = text[start:end]
        key = loosen(fold_key(typed))
        if not _LEAST <= len(key) <= _MOST:
            return []
        found: dict[int, float] = {}
        for spelling in (key, *_deletions(key)):
            for index in self._index.get(spelling, ()):
                if index not in found:
                    found[index] = _weight(self._names[index].key, key, typed)
        near = {index: weight for index, weight in found.items() if weight <= most}
        least = min(near.values(), default=0.0)
        # Another way to write the same sounds is the name, whatever else is written so.
        if not near or (least and self._is_word(start, end, len(key), tokens)):
            return []
        rows = {
            self._names[index].row.value: self._names[index].row
            for index, weight in sorted(near.items())
            if weight <= least
        }
        return list(rows.values())[:_MAX_MEANINGS]

    def _is_word(self, start: int, end: int, length: int, tokens: Sequence[Token]) -> bool:
        inside = [token for token in tokens if token.start < end and start < token.end]
        known = [self._exists(token.lemma) or self._exists(token.text) for token in inside]
        if len(inside) == 1:
            return known[0]
        return length < _COMPOUND and all(known)


def _stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yields a run, and the run with a hiragana at either side (べトナム, スワも)."""
    yield start, end
    if "ァ" <= text[start] <= "ヺ":
        if end < len(text) and "ぁ" <= text[end] <= "ゖ":
            yield start, end + 1
        if start and "ぁ" <= text[start - 1] <= "ゖ":
            yield start - 1, end


def _deletions(key: str) -> Iterator[str]:
    for place in range(len(key)):
        yield key[:place] + key[place + 1 :]


def _weight(name: str, typed: str, surface: str) -> float:
    """Returns how unlikely a slip is: 0 none, up to 1 a likely one, 9 too many letters off."""
    if name == typed:
        return 0.0
    latin = name[0].isascii()
    if _unvoiced(name) == _unvoiced(typed) and not latin:
        return 0.3
    if OSA.distance(name, typed, score_cutoff=1) > 1:
        return 9.0
    if len(name) == len(typed) and sorted(name) == sorted(typed):
        # Three letters swapped make another abbreviation, unless they are typed as one.
        return 0.5 if len(name) > _LEAST or (latin and surface.isupper()) else 9.0
    if len(name) < _ANY_SLIP["latin" if latin else "kana"]:
        return 9.0
    # The first letter is seldom wrong, and in Latin letters another one is another word.
    return 1.0 if name[0] == typed[0] and (not latin or len(name) != len(typed)) else 1.4
