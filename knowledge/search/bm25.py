"""BM25 (Robertson and Zaragoza 2009) with impacts computed once at index time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]


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
        self._starts = np.concatenate([[0], np.cumsum(appearances)]).tolist()

    def postings(self, number: int) -> tuple[IntArray, FloatArray]:
        """Returns the documents that hold a word, ascending, and its impact in each."""
        start, end = self._starts[number], self._starts[number + 1]
        return self._owners[start:end], self._impacts[start:end]

    def scores(self, words: Sequence[str]) -> FloatArray:
        """Returns the score of every document for a query, shape (size,)."""
        scores = np.zeros(self.size, np.float32)
        for word in words:
            number = self.vocabulary.get(word)
            if number is not None:
                owners, impacts = self.postings(number)
                scores[owners] += impacts
        return scores

    def idf_of(self, word: str) -> float:
        """Returns the idf of a word, that of the rarest for one no document holds."""
        number = self.vocabulary.get(word)
        return self.idf_unknown if number is None else float(self.idf[number])

    def held(self, weights: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Returns for every document the summed weight of the words it holds, shape (size,)."""
        sums = np.zeros(self.size)
        for word, weight in weights.items():
            number = self.vocabulary.get(word)
            if number is not None:
                sums[self.postings(number)[0]] += weight
        return sums
