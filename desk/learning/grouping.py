"""Putting like questions together: normalised words and word vectors, agglomerative clustering.

Two questions are as near as the mean of two cosines says: of their tf-idf vectors over Sudachi's
normalised content words (one word for all that say the same, without the words of any question),
and of their idf-weighted mean word vectors, centred. Average linkage joins the nearest until
nothing is nearer than a threshold, which `tests/desk/learning/test_grouping.py` holds against
questions as companies type them and against those filed in the knowledge base.

Imports scikit-learn: run it in a process of its own, never in the server's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.analysis import Analyser
from knowledge.library.question_words import told_words
from knowledge.word_vectors import WordVectors

FloatArray = npt.NDArray[np.float32]

#: Questions farther apart than this (1 − mean cosine) are not the same question.
DISTANCE = 0.58
#: Weight of the words beside the meaning.
WORDS = 0.5
#: The matrix of distances grows with the square: 4,000 take 64 MB.
MOST_TEXTS = 4000


def group(
    texts: Sequence[str],
    vectors: WordVectors | None,
    background: Sequence[str] = (),
    distance: float = DISTANCE,
) -> list[int]:
    """Put like questions together.

    Args:
        texts: Questions, at most `MOST_TEXTS`.
        vectors: Word table; without one only words count.
        background: Further texts that tell how common words are.
        distance: Where joining ends, 0 to 1.

    Returns:
        Number of the group of each text, from 0.

    Raises:
        ValueError: There are too many texts.
    """
    if len(texts) > MOST_TEXTS:
        raise ValueError(f"at most {MOST_TEXTS} texts can be grouped, not {len(texts)}")
    analyser = Analyser()
    # What has no content word is told apart by its letters alone.
    words = [analyser.words(text) or [text] for text in texts]
    distinct = {tuple(sorted(one)): place for place, one in reversed(list(enumerate(words)))}
    kept = sorted(distinct.values())
    labels = [0]
    if len(kept) > 1:
        known = [analyser.words(text) for text in background]
        far = _distances([words[place] for place in kept], known, vectors)
        clustering = AgglomerativeClustering(
            n_clusters=None, affinity="precomputed", linkage="average", distance_threshold=distance
        )
        labels = clustering.fit_predict(far).tolist()
    label_of = dict(zip(kept, labels, strict=False))
    return [label_of[distinct[tuple(sorted(one))]] for one in words]


def _distances(
    words: Sequence[list[str]], background: Sequence[list[str]], vectors: WordVectors | None
) -> FloatArray:
    told = [told_words(one) for one in words]
    tfidf = _fitted([*told, *map(told_words, background)])
    matrix = tfidf.transform(told)
    near = np.asarray((matrix @ matrix.T).todense(), np.float32)
    if vectors is not None:
        plain = _fitted([*words, *background])
        idf = dict(zip(plain.get_feature_names_out(), plain.idf_, strict=True))
        means = np.stack([_mean(one, idf, vectors) for one in words])
        centre = means.mean(axis=0)
        if background:
            centre = np.stack([_mean(one, idf, vectors) for one in background]).mean(axis=0)
        # A text without any known word stays at no direction at all.
        means = _unit(np.where(means.any(axis=1, keepdims=True), means - centre, 0))
        near = WORDS * near + (1 - WORDS) * (means @ means.T)
    far = np.clip(1 - near, 0, 1)
    np.fill_diagonal(far, 0)
    return np.asarray(far, np.float32)


def _fitted(texts: Sequence[Sequence[str]]) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=list, sublinear_tf=True, dtype=np.float32).fit(texts)


def _mean(words: Sequence[str], idf: dict[str, float], vectors: WordVectors) -> FloatArray:
    found = [(vectors.vector(word), idf[word]) for word in words]
    known = [(vector, weight) for vector, weight in found if vector is not None]
    if not known:
        return np.zeros(vectors.dimensions, np.float32)
    weights = np.asarray([weight for _, weight in known], np.float32)
    return _unit(weights @ np.stack([vector for vector, _ in known]))


def _unit(rows: FloatArray) -> FloatArray:
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-9), np.float32)
