"""BM25 (Robertson and Zaragoza 2009) with impacts computed once at index time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]


class BM25:
    """An inverted index in three arrays.

    Args:
        documents: Words of each document.
        k1: Saturation of the term frequency.
        b: Strength of the length normalisation.
    """

    def __init__(self, documents: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.75):
        self.size = len(documents)
        self.vocabulary: dict[str, int] = {}
        number_of = self.vocabulary
        terms: list[int] = []
        owners: list[int] = []
        counts: list[int] = []
        for owner, words in enumerate(documents):
            for word, count in Counter(words).items():
                terms.append(number_of.setdefault(word, len(number_of)))
                owners.append(owner)
                counts.append(count)
        term = np.asarray(terms, np.int32)
        owner_of = np.asarray(owners, np.int32)
        frequency = np.asarray(counts, np.float32)
        order = np.argsort(term, kind="stable")
        term, owner_of, frequency = term[order], owner_of[order], frequency[order]
        appearances = np.bincount(term, minlength=len(number_of))
        self.idf: FloatArray = np.log1p(
            (self.size - appearances + 0.5) / (appearances + 0.5)
        ).astype(np.float32)
        #: idf of a word no document holds.
        self.idf_unknown = float(np.log1p((self.size + 0.5) / 0.5))
        lengths = np.bincount(owner_of, frequency, minlength=self.size)
        mean = max(float(lengths.mean()), 1e-9) if self.size else 1.0
        saturation = k1 * (1 - b + b * lengths / mean)
        self._impacts: FloatArray = (
            self.idf[term] * frequency * (k1 + 1) / (frequency + saturation[owner_of])
        ).astype(np.float32)
        self._owners = owner_of
        starts = np.concatenate([[0], np.cumsum(appearances)])
        self._starts = starts.tolist()
        #: The highest impact of each word.
        self._bounds: FloatArray = (
            np.maximum.reduceat(self._impacts, starts[:-1]) if len(terms) else self._impacts
        )

    def postings(self, number: int) -> tuple[IntArray, FloatArray]:
        """Returns the documents that hold a word, ascending, and its impact in each."""
        start, end = self._starts[number], self._starts[number + 1]
        return self._owners[start:end], self._impacts[start:end]

    def scores(self, words: Sequence[str]) -> FloatArray:
        """Returns the score of every document for a query, shape (size,)."""
        scores = np.zeros(self.size, np.float32)
        for number, count in self._numbers(words):
            owners, impacts = self.postings(number)
            scores[owners] += impacts * count
        return scores

    def scores_of(self, words: Sequence[str], documents: Numbers) -> FloatArray:
        """Returns the scores of some documents, in their order."""
        scores = np.zeros(len(documents), np.float32)
        for number, count in self._numbers(words):
            scores += self._impacts_in(number, documents) * count
        return scores

    def strongest(
        self, words: Sequence[str], limit: int, share: float = 0.3, unread: float = 0.5
    ) -> Numbers:
        """Returns the best documents for a query without reading the lists of common words.

        A word's list is read only while a document that holds none of the words before could
        still reach the share ``unread`` of the best score (MaxScore: Turtle and Flood 1995).

        Args:
            words: The query.
            limit: How many documents at most.
            share: Documents whose words read so far bring them below this share of the best
                score do not matter.
            unread: Greatest share of the best score that words left unread may be worth.
        """
        waiting = sorted(
            (
                (float(self._bounds[number]) * count, number, count)
                for number, count in self._numbers(words)
            ),
            reverse=True,
        )
        rest = sum(bound for bound, _, _ in waiting)
        sums = np.zeros(self.size, np.float32)
        read: list[tuple[IntArray, FloatArray]] = []
        best = 0.0
        for bound, number, count in waiting:
            if rest < unread * best:
                break
            owners, impacts = self.postings(number)
            reached = sums[owners] + impacts * count if read else impacts * count
            sums[owners] = reached
            best = max(best, float(reached.max()))
            read.append((owners, reached))
            rest -= bound
        if not read:
            return np.zeros(0, np.int64)
        numbers = np.concatenate([owners for owners, _ in read])
        scores = np.concatenate([reached for _, reached in read])
        strong = np.flatnonzero(scores >= share * best)
        # A document stands once for each list that holds it, with its sum so far.
        most = limit * len(read)
        if len(strong) > most:
            strong = strong[np.argpartition(-scores[strong], most)[:most]]
        numbers = np.unique(numbers[strong]).astype(np.int64)
        if len(numbers) > limit:
            numbers = numbers[np.argpartition(-sums[numbers], limit)[:limit]]
        return numbers

    def idf_of(self, word: str) -> float:
        """Returns the idf of a word, that of the rarest for one no document holds."""
        number = self.vocabulary.get(word)
        return self.idf_unknown if number is None else float(self.idf[number])

    def held(self, weights: Mapping[str, float], documents: Numbers) -> npt.NDArray[np.float64]:
        """Returns for some documents the summed weight of the words each holds."""
        sums = np.zeros(len(documents))
        for word, weight in weights.items():
            number = self.vocabulary.get(word)
            if number is not None:
                sums += weight * (self._impacts_in(number, documents) > 0)
        return sums

    def _impacts_in(self, number: int, documents: Numbers) -> FloatArray:
        """Returns the impact of a word in some documents, 0 where it does not occur."""
        owners, impacts = self.postings(number)
        # Of the list's own type: NumPy would convert the whole list otherwise.
        wanted = documents.astype(owners.dtype)
        places = np.minimum(owners.searchsorted(wanted), len(owners) - 1)
        return np.asarray(impacts[places] * (owners[places] == wanted))

    def _numbers(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Returns the numbers of the known words of a query and how often each occurs."""
        numbers = (self.vocabulary.get(word) for word in words)
        return list(Counter(number for number in numbers if number is not None).items())
