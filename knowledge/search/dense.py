"""Dense vectors: idf-weighted means of word vectors, centred on the collection.

Centring takes away what all texts share (Mu and Viswanath 2018, "All-but-the-Top"). Where
sentence vectors of the texts are at hand, a ridge regression learnt on the texts themselves maps
word-vector means to them, so that queries are compared in the sentence model's space too without
running it. Large collections are looked through by an inverted file: the query is compared with
the texts of its nearest clusters only (Jégou et al. 2011, without the product quantiser).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from knowledge.word_vectors import WordVectors

FloatArray = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

#: Up to this many texts the whole matrix is compared.
EXACT_LIMIT = 4096
#: Fewer texts cannot teach the map to sentence vectors.
MAP_MINIMUM = 1000
_RIDGE = 2.0
#: Dimensions kept of collections of a thousand texts and more: faster, and no worse.
_DIMENSIONS = 256
#: The first of them, which hold most, choose among the members of a cluster.
_COARSE_DIMENSIONS = 64
_TRAINING_SAMPLE = 20_000
_ROUNDS = 6


class DenseIndex:
    """Unit vectors of a collection.

    Args:
        vectors: The word table.
        idf_of: Weight of a word.
        titles: Words of each text's title; it counts as much as the whole text.
        texts: Words of each whole text.
        sentences: Sentence vectors of the texts, shape (texts, dimensions), if any.
    """

    def __init__(
        self,
        vectors: WordVectors,
        idf_of: Callable[[str], float],
        titles: Sequence[Sequence[str]],
        texts: Sequence[Sequence[str]],
        sentences: FloatArray | None = None,
    ):
        self._vectors = vectors
        self._idf_of = idf_of
        matrix = np.zeros((len(texts), vectors.dimensions), np.float32)
        for number, (title, text) in enumerate(zip(titles, texts, strict=True)):
            matrix[number] = self._mean(text)
            if title:
                matrix[number] += self._mean(title)
        matrix = _unit(matrix)
        self._centre: FloatArray = matrix.mean(axis=0)
        matrix = _unit(matrix - self._centre)
        self._map: FloatArray | None = None
        if sentences is not None:
            target = _unit(sentences - sentences.mean(axis=0))
            gram = matrix.T @ matrix + _RIDGE * np.eye(matrix.shape[1], dtype=np.float32)
            self._map = np.linalg.solve(gram, matrix.T @ target).astype(np.float32)
            # One product of the joined vectors is the mean of both cosines.
            matrix = np.hstack([matrix, target]) / np.float32(np.sqrt(2))
        self._axes: FloatArray | None = None
        if len(texts) >= MAP_MINIMUM:
            self._axes = _principal_axes(matrix)
            matrix = matrix @ self._axes
        self._clusters = _Clusters(matrix) if len(texts) > EXACT_LIMIT else None
        self._matrix = matrix if self._clusters is None else self._clusters.matrix

    def query(self, words: Sequence[str]) -> FloatArray | None:
        """Returns the vector of a query, or None when no word of it has a vector."""
        mean = self._mean(words)
        if not mean.any():
            return None
        vector = _unit(mean - self._centre)
        if self._map is not None:
            vector = np.concatenate([vector, _unit(vector @ self._map)]) / np.float32(np.sqrt(2))
        return vector if self._axes is None else np.asarray(vector @ self._axes)

    def cosines(self, query: FloatArray, numbers: Numbers | None = None) -> FloatArray:
        """Returns the cosines of some texts (None: of all, in order) with the query."""
        if self._clusters is not None:
            numbers = np.arange(len(self._matrix)) if numbers is None else numbers
            numbers = self._clusters.place[numbers]
        matrix = self._matrix if numbers is None else self._matrix[numbers]
        return _products(matrix, query)

    def near(self, query: FloatArray, limit: int) -> Numbers:
        """Returns the texts nearest to the query among those of its nearest clusters."""
        if self._clusters is not None:
            return self._clusters.near(query, limit)
        return _nearest(np.arange(len(self._matrix)), self.cosines(query), limit)

    def _mean(self, words: Sequence[str]) -> FloatArray:
        rows, weights = [], []
        for word, count in Counter(words).items():
            row = self._vectors.row(word)
            if row is not None:
                rows.append(row)
                weights.append((1 + np.log(count)) * self._idf_of(word))
        if not rows:
            return np.zeros(self._vectors.dimensions, np.float32)
        return _unit(np.asarray(weights, np.float32) @ self._vectors.at(rows))


class _Clusters:
    """Spherical k-means over unit vectors; the members of a cluster lie together.

    Attributes:
        matrix: The vectors, cluster by cluster.
        place: Row of each text in ``matrix``.
    """

    def __init__(self, matrix: FloatArray, probes: int = 4, seed: int = 0):
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
                    centres[number] = _unit(members.sum(axis=0))
        self._centres = centres
        nearest = np.concatenate(
            [np.argmax(part @ centres.T, axis=1) for part in np.array_split(matrix, 16)]
        )
        self._order: Numbers = np.argsort(nearest, kind="stable")
        self._bounds = np.searchsorted(nearest[self._order], np.arange(count + 1)).tolist()
        self.matrix = matrix[self._order]
        self._coarse: FloatArray = np.ascontiguousarray(self.matrix[:, :_COARSE_DIMENSIONS])
        self.place: Numbers = np.empty_like(self._order)
        self.place[self._order] = np.arange(len(matrix))

    def near(self, query: FloatArray, limit: int) -> Numbers:
        """Returns the members of the nearest clusters that are nearest to the query."""
        similar = _products(self._centres, query)
        chosen = np.argpartition(-similar, self._probes)[: self._probes]
        spans = [slice(self._bounds[n], self._bounds[n + 1]) for n in chosen]
        coarse = query[:_COARSE_DIMENSIONS]
        return _nearest(
            np.concatenate([self._order[span] for span in spans]),
            np.concatenate([_products(self._coarse[span], coarse) for span in spans]),
            limit,
        )


def _nearest(numbers: Numbers, similar: FloatArray, limit: int) -> Numbers:
    if len(numbers) <= limit:
        return numbers
    return numbers[np.argpartition(-similar, limit)[:limit]]


def _principal_axes(matrix: FloatArray) -> FloatArray:
    """Returns the directions that hold most of the collection, shape (dimensions, kept)."""
    _, axes = np.linalg.eigh(matrix.T @ matrix)
    return np.ascontiguousarray(axes[:, ::-1][:, :_DIMENSIONS], np.float32)


def _products(matrix: FloatArray, query: FloatArray) -> FloatArray:
    """Returns ``matrix @ query`` in this thread: BLAS threads cost more than they save here."""
    return np.asarray(np.einsum("ij,j->i", matrix, query))


def _unit(vectors: FloatArray) -> FloatArray:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)
