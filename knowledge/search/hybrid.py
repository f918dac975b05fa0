"""The product's own search over any collection: BM25 and dense vectors, scores mixed.

Score mixing beat reciprocal-rank fusion on the development queries. The lexical score is divided
by the best of the query, so that both parts have one scale.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.analysis import Analyser
from knowledge.search.bm25 import BM25
from knowledge.search.dense import EXACT_LIMIT, MAP_MINIMUM, DenseIndex, Numbers
from knowledge.search.sentence_vectors import SentenceVectors
from knowledge.word_vectors import WordVectors

FloatArray = npt.NDArray[np.float32]

#: Weight of the cosine beside the scaled lexical score (chosen by cross-validation on the
#: development queries; docs of ``tsunagari search-eval``).
DENSE_WEIGHT = 2.0
#: Logistic calibration of "the text answers the query" from the share of the query's idf mass the
#: text holds and the cosine: fitted on the development queries' best hits and on 400 questions
#: about other matters put to the facts (AUC 0.89).
_BIAS, _COVERED, _COSINE = -4.65, 2.27, 5.62
#: Lexical and dense candidates looked at in collections too large to compare whole.
_CANDIDATES = 100
#: Beyond this many texts encoding them takes hours.
_SENTENCE_LIMIT = 20_000


class Text(NamedTuple):
    """What is indexed: a title (names, question, heading) and the rest."""

    title: str
    body: str


class Found(NamedTuple):
    """One result.

    Attributes:
        number: Position in the indexed collection.
        score: Rank score, comparable within one query only.
        confidence: 0–1, comparable between queries: does the text answer the query at all?
    """

    number: int
    score: float
    confidence: float


class HybridIndex:
    """Indexes a collection in memory.

    Args:
        texts: The collection.
        vectors: Word table; None ranks by words alone.
        analyser: The analyser for texts and queries.
        sentences: Sentence encoder for the texts of collections of a thousand and more.
        analysed: The same analyser with a memory for the texts, if any.
    """

    def __init__(
        self,
        texts: Iterable[Text],
        vectors: WordVectors | None,
        analyser: Analyser | None = None,
        sentences: SentenceVectors | None = None,
        analysed: Analyser | None = None,
    ):
        self._analyser = analyser or Analyser()
        analysed = analysed or self._analyser
        texts = list(texts)
        titles = [analysed.words(text.title) for text in texts]
        bodies = [analysed.words(text.body) for text in texts]
        whole = [title + body for title, body in zip(titles, bodies, strict=True)]
        # A title counts twice: it says what the text is about.
        self._lexical = BM25([title + words for title, words in zip(titles, whole, strict=True)])
        self._dense = None
        if vectors is not None and texts:
            encoded = None
            if sentences is not None and MAP_MINIMUM <= len(texts) <= _SENTENCE_LIMIT:
                encoded = sentences.encode([f"{text.title}。{text.body}" for text in texts])
            self._dense = DenseIndex(vectors, self._lexical.idf_of, titles, whole, encoded)
        self._size = len(whole)

    def __len__(self) -> int:
        return self._size

    def idf_of(self, word: str) -> float:
        """Weight of a word in the collection."""
        return self._lexical.idf_of(word)

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Every word of the texts."""
        return self._lexical.vocabulary

    def search(self, query: str, limit: int = 5, among: Sequence[int] | None = None) -> list[Found]:
        """Returns the best texts for a query, best first.

        Args:
            query: As typed.
            limit: How many at most.
            among: Positions to choose from; None for all.
        """
        words = self._analyser.words(query)
        if not words or not self._size or limit < 1:
            return []
        vector = self._dense.query(words) if self._dense else None
        everything = among is None and self._size <= EXACT_LIMIT
        if everything:
            numbers, scores = np.arange(self._size), self._lexical.scores(words)
        else:
            if among is not None:
                numbers = np.asarray(among, np.int64)
            else:
                numbers = self._candidates(words, vector, max(limit, _CANDIDATES))
            scores = self._lexical.scores_of(words, numbers)
        if not len(numbers):
            return []
        best = float(scores.max())
        if best > 0:
            scores = scores / best
        if vector is not None and self._dense is not None:
            cosines = self._dense.cosines(vector, None if everything else numbers)
            scores = scores + DENSE_WEIGHT * cosines
        else:
            cosines = np.zeros(len(numbers), np.float32)
        limit = min(limit, len(numbers))
        top = np.argpartition(-scores, limit - 1)[:limit]
        top = top[np.lexsort((numbers[top], -scores[top]))]
        top = top[scores[top] > 0]
        chosen = numbers[top]
        covered = self._lexical.held(self._shares(words), chosen)
        return [
            Found(number, score, _confidence(share, cosine))
            for number, score, share, cosine in zip(
                chosen.tolist(),
                scores[top].tolist(),
                covered.tolist(),
                cosines[top].tolist(),
                strict=True,
            )
        ]

    def _candidates(self, words: Sequence[str], vector: FloatArray | None, most: int) -> Numbers:
        """Returns the texts worth scoring in a large collection, ``most`` by each half."""
        numbers = self._lexical.strongest(words, most)
        if vector is None or self._dense is None:
            return numbers
        return np.unique(np.concatenate([numbers, self._dense.near(vector, most)]))

    def _shares(self, words: Sequence[str]) -> dict[str, float]:
        """Returns each word's share in the idf mass of the query."""
        weights = {word: self._lexical.idf_of(word) for word in words}
        whole = sum(weights.values())
        return {word: weight / whole for word, weight in weights.items()}


def _confidence(covered: float, cosine: float) -> float:
    return 1 / (1 + math.exp(-(_BIAS + _COVERED * covered + _COSINE * cosine)))
