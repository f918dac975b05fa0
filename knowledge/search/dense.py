"""Dense vectors: idf-weighted means of word vectors, centred on the collection.

Centring takes away what all texts share (Mu and Viswanath 2018, "All-but-the-Top"). Large
collections are looked through by an inverted file: the query is compared with the texts of its
nearest clusters only (Jégou et al. 2011, without the product quantiser).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from knowledge.word_vectors import WordVectors

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

#: Up to this many texts the whole matrix is compared.
EXACT_LIMIT = 4096
_TRAINING_SAMPLE = 20_000
_ROUNDS = 6


class DenseIndex:
    """Unit vectors of a collection.

    Args:
        vectors: The word table.
        idf_of: Weight of a word.
        titles: Words of each text's title; it counts as much as the whole text.
        texts: Words of each whole text.
    """

    def __init__(
        self,
        vectors: WordVectors,
        idf_of: Callable[[str], float],
        titles: Sequence[Sequence[str]],
        texts: Sequence[Sequence[str]],
    ):
        self._vectors = vectors
        self._idf_of = idf_of
        matrix = np.zeros((len(texts), vectors.dimensions), np.float32)
        for number, (title, text) in enumerate(zip(titles, texts, strict=True)):
            matrix[number] = self._mean(text)
            if title:
                matrix[number] += self._mean(title)
        matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
        self._centre: FloatArray = matrix.mean(axis=0) if len(texts) else matrix.sum(axis=0)
        matrix -= self._centre
        matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
        self._matrix = matrix
        self._clusters = _Clusters(matrix) if len(texts) > EXACT_LIMIT else None

    def query(self, words: Sequence[str]) -> FloatArray | None:
        """Returns the unit vector of a query, or None when no word of it has a vector."""
        mean = self._mean(words)
        if not mean.any():
            return None
        centred = mean - self._centre
        return np.asarray(centred / max(float(np.linalg.norm(centred)), 1e-9), np.float32)

    def all_cosines(self, query: FloatArray) -> FloatArray:
        """Returns the cosine of every text with the query."""
        return np.asarray(self._matrix @ query)

    def cosines(self, query: FloatArray, numbers: npt.NDArray[np.int64]) -> FloatArray:
        """Returns the cosines of some texts with the query."""
        return np.asarray(self._matrix[numbers] @ query)

    def near(self, query: FloatArray) -> IntArray:
        """Returns the texts of the clusters nearest to the query (all for small collections)."""
        if self._clusters is None:
            return np.arange(len(self._matrix), dtype=np.int32)
        return self._clusters.near(query)

    def _mean(self, words: Sequence[str]) -> FloatArray:
        rows, weights = [], []
        for word, count in Counter(words).items():
            row = self._vectors.row(word)
            if row is not None:
                rows.append(row)
                weights.append((1 + np.log(count)) * self._idf_of(word))
        if not rows:
            return np.zeros(self._vectors.dimensions, np.float32)
        mean = np.asarray(weights, np.float32) @ self._vectors.vectors[rows]
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


class _Clusters:
    """Spherical k-means over unit vectors, with the members of each cluster."""

    def __init__(self, matrix: FloatArray, probes: int = 6, seed: int = 0):
        self._probes = probes
        count = int(np.sqrt(len(matrix)))
        random = np.random.default_rng(seed)
        sample = matrix[random.permutation(len(matrix))[:_TRAINING_SAMPLE]]
        centres = sample[:count].copy()
        for _ in range(_ROUNDS):
            nearest = np.argmax(sample @ centres.T, axis=1)
            for number in range(count):
                members = sample[nearest == number]
                if len(members):
                    centre = members.sum(axis=0)
                    centres[number] = centre / max(float(np.linalg.norm(centre)), 1e-9)
        self._centres = centres
        nearest = np.concatenate(
            [np.argmax(part @ centres.T, axis=1) for part in np.array_split(matrix, 16)]
        )
        order = np.argsort(nearest, kind="stable").astype(np.int32)
        bounds = np.searchsorted(nearest[order], np.arange(count + 1))
        self._members = [order[bounds[n] : bounds[n + 1]] for n in range(count)]

    def near(self, query: FloatArray) -> IntArray:
        similar = self._centres @ query
        chosen = np.argpartition(-similar, self._probes)[: self._probes]
        return np.concatenate([self._members[number] for number in chosen])
