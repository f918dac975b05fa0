"""Names typed wrongly: the same sound with other characters, or a few characters off."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
from rapidfuzz import fuzz

from nlu.folding import Folded, fold_key
from nlu.matching import script
from nlu.mentions import Row

#: Shorter names are too easily hit by accident.
_MIN_LENGTH = 5
_MIN_SHARED = 0.5
_MIN_ABBREVIATION = 7
#: Similarity of five characters with one exchanged.
_ONE_CHARACTER = 79.0


class Resemblance:
    """Finds the dictionary names that part of a text resembles.

    Candidates come from an inverted index of character pairs; only those that share enough of
    them are aligned (rapidfuzz, indel similarity of the best matching part).
    """

    def __init__(self, rows: list[Row], threshold: float) -> None:
        """Indexes the names.

        Args:
            rows: Names that may be misspelt.
            threshold: Least similarity, 0 to 100.
        """
        self._threshold = threshold
        self._keys: list[tuple[str, Row]] = []
        least: list[float] = []
        postings: dict[str, list[int]] = defaultdict(list)
        seen: set[tuple[str, str]] = set()
        for row in rows:
            key = fold_key(row.alias)
            if len(key) < _MIN_LENGTH or (key, row.value) in seen:
                continue
            seen.add((key, row.value))
            pairs = {key[i : i + 2] for i in range(len(key) - 1)}
            for pair in pairs:
                postings[pair].append(len(self._keys))
            self._keys.append((key, row))
            least.append(_MIN_SHARED * len(pairs))
        self._least = np.array([math.ceil(shared) for shared in least], np.intp)
        self._postings = {pair: np.array(places) for pair, places in postings.items()}

    def _is_common(self, stretch: str) -> bool:
        """Says whether a stretch is part of the names of several values."""
        first = None
        for key, row in self._keys:
            if stretch in key and row.value != (first := first or row.value):
                return True
        return False

    def best(self, folded: str) -> list[tuple[float, int, int, Row]]:
        """Returns ``(score, start, end, row)`` in folded offsets, best first."""
        pairs = {folded[i : i + 2] for i in range(len(folded) - 1)}
        postings = [self._postings[pair] for pair in pairs if pair in self._postings]
        if not postings:
            return []
        shared = np.bincount(np.concatenate(postings), minlength=len(self._keys))
        found = []
        for index in np.flatnonzero(shared >= self._least).tolist():
            key, row = self._keys[index]
            if len(folded) < len(key) - 2:
                continue
            # A short name must be nearly right, a long one may be off by more.
            needed = self._threshold if len(key) >= 6 else self._threshold + 6
            cutoff = min(needed, _ONE_CHARACTER)
            aligned = fuzz.partial_ratio_alignment(key, folded, score_cutoff=cutoff)
            if aligned is None or aligned.score < cutoff:
                continue
            start, end = aligned.dest_start, aligned.dest_end
            if aligned.score < needed:
                end = start + len(key)
                typed = folded[start:end]
                if not _is_one_kanji_off(key, typed) and not _is_swapped(key, typed):
                    continue
            stretch = folded[start:end]
            # Part of several names (ワンストップ) is a word, no misspelling of one of them.
            if self._is_common(stretch):
                continue
            # So is a short one that was not mistyped at all (地域活性化 of 地域活性化枠).
            if stretch in key and len(stretch) < min(len(key), _MIN_ABBREVIATION):
                continue
            found.append((aligned.score, start, end, row))
        found.sort(key=lambda item: (-item[0], -(item[2] - item[1]), item[3].value))
        return found


def _is_one_kanji_off(name: str, typed: str) -> bool:
    """Says whether one kanji was exchanged for another (国際交力機構)."""
    # One kanji makes another word of five letters (地域活性型, 地域活性化).
    if len(name) != len(typed) or len(name) <= _MIN_LENGTH:
        return False
    pairs = [(a, b) for a, b in zip(name, typed, strict=True) if a != b]
    return len(pairs) == 1 and all(script(character) == "kanji" for character in pairs[0])


def _is_swapped(name: str, typed: str) -> bool:
    """Says whether the characters of a name stand in another order (案件調査化)."""
    return name != typed and name[0] == typed[:1] and sorted(name) == sorted(typed)


def original_span(folded: Folded, start: int, end: int) -> tuple[int, int]:
    """Turns folded offsets into offsets of the original text."""
    return folded.starts[start], folded.ends[end - 1]
