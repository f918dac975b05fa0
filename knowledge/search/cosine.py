"""Cosines of TF-IDF vectors over an inverted index, term frequencies taken as 0 or 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]


class CosineIndex:
    """Compares a query with every text of a small collection.

    Args:
        texts: The features (words, n-grams) of each text.
    """

    def __init__(self, texts: Iterable[Sequence[str]]):
        self.vocabulary: dict[str, int] = {}
        features = [
            sorted({self.vocabulary.setdefault(one, len(self.vocabulary)) for one in text})
            for text in texts
        ]
        self.size = len(features)
        owners = np.repeat(np.arange(self.size), [len(row) for row in features])
        terms = np.fromiter((one for row in features for one in row), np.int64, len(owners))
        appearances = np.bincount(terms, minlength=len(self.vocabulary))
        self._idf = np.log1p(self.size / np.maximum(appearances, 1)).astype(np.float32)
        self._idf_unknown = float(np.log1p(self.size))
        lengths = np.sqrt(np.bincount(owners, self._idf[terms] ** 2, minlength=self.size))
        order = np.argsort(terms, kind="stable")
        self._owners = owners[order]
        owner_lengths = np.maximum(lengths, 1e-9)[self._owners]
        idf = self._idf[terms[order]]
        # What a text gains by sharing the feature; a query's own length comes in at the end.
        self._gains = (idf / owner_lengths).astype(np.float32) * idf
        self._starts = np.concatenate([[0], np.cumsum(appearances)])

    def idf_of(self, feature: str) -> float:
        """Returns the idf of a feature, that of the rarest for one no text has."""
        number = self.vocabulary.get(feature)
        return self._idf_unknown if number is None else float(self._idf[number])

    def cosines(self, query: Sequence[str]) -> FloatArray:
        """Returns the cosine of every text with a query, shape (size,)."""
        numbers, length = [], 0.0
        for feature in set(query):
            number = self.vocabulary.get(feature)
            length += self._idf_unknown**2 if number is None else float(self._idf[number]) ** 2
            if number is not None:
                numbers.append(number)
        if not numbers:
            return np.zeros(self.size, np.float32)
        # Ascending, so that the sums are the same in every process.
        numbers.sort()
        spans = [slice(self._starts[n], self._starts[n + 1]) for n in numbers]
        owners = np.concatenate([self._owners[span] for span in spans])
        weights = np.concatenate([self._gains[span] for span in spans])
        sums = np.bincount(owners, weights, minlength=self.size)
        return (sums / np.sqrt(length)).astype(np.float32)

    def covered(self, query: Sequence[str]) -> FloatArray:
        """Returns the share of the query's weight that every text holds, shape (size,)."""
        held = np.zeros(self.size, np.float32)
        whole = 0.0
        for feature in sorted(set(query)):
            weight = self.idf_of(feature)
            whole += weight
            number = self.vocabulary.get(feature)
            if number is not None:
                held[self._owners[self._starts[number] : self._starts[number + 1]]] += weight
        return held / np.float32(whole or 1.0)
