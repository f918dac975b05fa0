"""Kana sentences become words: the best path through a lattice of readings (a small IME).

Words, their readings and which follow which are counted in analysed sentences and in the names
of the dictionary. A stretch of kana is cut by the path of least cost, a word bigram model
smoothed by parts of speech (Viterbi; the standard model of kana–kanji conversion, Nagata 1994).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

_LONGEST = 14
#: Paths kept at each place, and spellings tried for each reading.
_BEAM, _SPELLINGS = 8, 5
#: Shares of the word bigram, the part-of-speech bigram and the word alone.
_BIGRAM, _CLASS, _ALONE = 0.5, 0.45, 0.05
#: A letter of no known word, and beginning a row of them.
_UNKNOWN_LETTER, _UNKNOWN_BEGINS = 9.0, 4.0
_START, _UNKNOWN = 0, 1
#: Typing a small っ for a つ (しっぎょうりつ), in a reading of so many letters at least.
_SLIP, _LEAST_SLIPPED = 6.0, 5
#: A word has to be met so often before another one is taken for it.
_FAMILIAR = 3.0
_LEAST_WRITTEN = 2


class Piece(NamedTuple):
    """One word of a conversion.

    Attributes:
        start: First letter in the text converted.
        end: One after the last.
        written: How the word is usually written; the letters themselves where it is unknown.
        known: False for letters of no known word.
        pos: Part of speech; empty where it is unknown.
    """

    start: int
    end: int
    written: str
    known: bool
    pos: str


class Word(NamedTuple):
    """A word as counted: spelling, part of speech and reading in hiragana."""

    written: str
    pos: str
    reading: str


class KanaLattice:
    """The counted words; see the module's description."""

    def __init__(
        self,
        words: Sequence[tuple[str, str, str, float]],
        bigrams: Sequence[tuple[int, int, float]],
    ) -> None:
        """Prepares the look-up.

        Args:
            words: Spelling, part of speech, reading and count; those at 0 and 1 stand for the
                beginning and for the unknown.
            bigrams: Places of two words and how often the second followed the first.
        """
        self._words, self._bigram_counts = list(words), list(bigrams)
        self._written = [word[0] for word in words]
        places = {pos: index for index, pos in enumerate(dict.fromkeys(word[1] for word in words))}
        self._class = [places[word[1]] for word in words]
        class_counts = [0.0] * len(places)
        for place, word in zip(self._class, words, strict=True):
            class_counts[place] += word[3]
        total = sum(class_counts)
        self._alone = [word[3] / total for word in words]
        self._in_class = [
            word[3] / max(class_counts[place], 1e-9)
            for place, word in zip(self._class, words, strict=True)
        ]
        followed: dict[int, float] = defaultdict(float)
        class_pairs: dict[tuple[int, int], float] = defaultdict(float)
        class_followed: dict[int, float] = defaultdict(float)
        for first, second, count in bigrams:
            followed[first] += count
            pair = self._class[first], self._class[second]
            class_pairs[pair] += count
            class_followed[pair[0]] += count
        self._bigrams = {
            (first, second): count / (followed[first] + 1.0) for first, second, count in bigrams
        }
        kinds = range(len(places))
        rest = [class_followed.get(one, 0.0) + 0.1 * len(places) for one in kinds]
        self._transitions = [
            [(class_pairs.get((one, two), 0.0) + 0.1) / rest[one] for two in kinds] for one in kinds
        ]
        by_reading: dict[str, list[int]] = defaultdict(list)
        for index, word in enumerate(words):
            if word[2]:
                by_reading[word[2]].append(index)
        self._by_reading = {
            reading: sorted(found, key=lambda index: -words[index][3])[:_SPELLINGS]
            for reading, found in by_reading.items()
        }
        self._by_writing: dict[str, int] = {}
        for index in sorted(range(len(words)), key=lambda index: words[index][3]):
            self._by_writing[self._written[index]] = index

    @classmethod
    def count(
        cls, sentences: Iterable[Sequence[Word]], lexicon: Iterable[tuple[Sequence[Word], float]]
    ) -> KanaLattice:
        """Counts words and what follows what.

        Args:
            sentences: Analysed sentences.
            lexicon: Words that stand together (a name), and what each counts.
        """
        places: dict[Word, int] = {Word("", "^", ""): _START, Word("", "?", ""): _UNKNOWN}
        counts: dict[int, float] = defaultdict(float, {_START: 1.0, _UNKNOWN: 1.0})
        bigrams: dict[tuple[int, int], float] = defaultdict(float)

        def take(words: Sequence[Word], weight: float, before: int | None) -> None:
            for word in words:
                place = places.setdefault(word, len(places))
                counts[place] += weight
                if before is not None:
                    bigrams[before, place] += weight
                before = place

        for sentence in sentences:
            counts[_START] += 1
            take(sentence, 1.0, _START)
        for words, weight in lexicon:
            take(words, weight, None)
        listed = [(*word, counts[place]) for word, place in places.items()]
        return cls(listed, [(*pair, count) for pair, count in bigrams.items()])

    def dump(self) -> dict[str, Any]:
        """Returns the counts as plain data; see :meth:`restore`."""
        return {"words": self._words, "bigrams": self._bigram_counts}

    @classmethod
    def restore(cls, data: dict[str, Any]) -> KanaLattice:
        """Builds the lattice from what :meth:`dump` returned."""
        return cls([tuple(word) for word in data["words"]], [tuple(b) for b in data["bigrams"]])

    def knows(self, written: str) -> bool:
        """Says whether a word was met in this spelling."""
        return written in self._by_writing

    def instead(self, reading: str, before: str, after: str) -> str | None:
        """Returns what was meant by a word of this sound, where its neighbours speak for it.

        Args:
            reading: In hiragana.
            before: The word before, as written; empty at the beginning.
            after: The word behind, as written.
        """
        fixed = [(0, len(before), before)] if before else []
        start = len(before)
        end = start + len(reading)
        if after:
            fixed.append((end, end + len(after), after))
        pieces = self.convert(before + reading + after, fixed)
        inside = [piece for piece in pieces if start <= piece.start and piece.end <= end]
        if not all(piece.known and len(piece.written) > 1 for piece in inside[:-1]):
            return None
        if not inside[-1].known or len(inside[0].written) < _LEAST_WRITTEN:
            return None
        places = [self._by_writing.get(piece.written, _UNKNOWN) for piece in inside]
        if min(self._words[place][3] for place in places) < _FAMILIAR:
            return None
        chain = [*places]
        if before:
            chain.insert(0, self._by_writing.get(before, _UNKNOWN))
        if after:
            chain.append(self._by_writing.get(after, _UNKNOWN))
        if not any(pair in self._bigrams for pair in pairwise(chain)):
            return None
        return "".join(piece.written for piece in inside)

    def convert(self, text: str, fixed: Sequence[tuple[int, int, str]] = ()) -> list[Piece]:
        """Cuts a text in hiragana into words.

        Args:
            text: Hiragana, with other characters only inside the fixed stretches.
            fixed: Stretches that are one word each, with their spelling.

        Returns:
            The words of the best path, in order.
        """
        stops = {start: (end, written) for start, end, written in fixed}
        inside = {place for start, end, _ in fixed for place in range(start, end)}
        # At each place: cost, word, begin of the word, place of the path before.
        states: list[list[tuple[float, int, int, int]]] = [[] for _ in range(len(text) + 1)]
        states[0].append((0.0, _START, 0, 0))
        for place in range(len(text)):
            here = states[place]
            if not here:
                continue
            here.sort()
            del here[_BEAM:]
            if place in stops:
                end, written = stops[place]
                word = self._by_writing.get(written, _UNKNOWN)
                self._reach(states, place, end, (word,), extra=0.0)
                continue
            for end in range(place + 1, min(place + _LONGEST, len(text)) + 1):
                if end - 1 in inside:
                    break
                heard = text[place:end]
                found = self._by_reading.get(heard)
                if found:
                    self._reach(states, place, end, found, extra=0.0)
                elif "っ" in heard and len(heard) >= _LEAST_SLIPPED:
                    found = self._by_reading.get(heard.replace("っ", "つ", 1))
                    if found:
                        self._reach(states, place, end, found, extra=_SLIP)
            self._unknown(states, place)
        return self._path(text, states, stops)

    def _reach(
        self,
        states: list[list[tuple[float, int, int, int]]],
        place: int,
        end: int,
        words: Sequence[int],
        extra: float,
    ) -> None:
        there, bigrams = states[end], self._bigrams
        classes, transitions = self._class, self._transitions
        here = [
            (cost, before, transitions[classes[before]]) for cost, before, _, _ in states[place]
        ]
        for word in words:
            in_class, kind = self._in_class[word] * _CLASS, classes[word]
            alone = self._alone[word] * _ALONE
            best, origin = math.inf, 0
            for index, (cost, before, following) in enumerate(here):
                if cost >= best:
                    # Cheapest first, and no step lowers a cost.
                    break
                likely = in_class * following[kind] + alone
                pair = bigrams.get((before, word))
                if pair is not None:
                    likely += _BIGRAM * pair
                cost -= math.log(likely)
                if cost < best:
                    best, origin = cost, index
            there.append((best + extra, word, place, origin))

    def _unknown(self, states: list[list[tuple[float, int, int, int]]], place: int) -> None:
        costs = [
            (cost + _UNKNOWN_LETTER + (0.0 if word == _UNKNOWN else _UNKNOWN_BEGINS), index)
            for index, (cost, word, _, _) in enumerate(states[place])
        ]
        cost, index = min(costs)
        states[place + 1].append((cost, _UNKNOWN, place, index))

    def _path(
        self,
        text: str,
        states: list[list[tuple[float, int, int, int]]],
        stops: dict[int, tuple[int, str]],
    ) -> list[Piece]:
        pieces: list[Piece] = []
        end = len(text)
        index = min(range(len(states[end])), key=states[end].__getitem__)
        while end:
            _, word, start, origin = states[end][index]
            if start in stops:
                pieces.append(Piece(start, end, stops[start][1], True, ""))
            elif word == _UNKNOWN:
                pieces.append(Piece(start, end, text[start:end], False, ""))
            else:
                pieces.append(Piece(start, end, self._written[word], True, self._words[word][1]))
            end, index = start, origin
        return pieces[::-1]
