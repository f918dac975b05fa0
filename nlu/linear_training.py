"""Training of the linear classifier; imported only where something is trained (SciPy)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain
from math import log
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import log_softmax, softmax

from knowledge.word_vectors import WordVectors
from nlu.features import CHANNELS, Features
from nlu.linear_model import LinearModel
from nlu.softmax_regression import Examples, solve

#: Features of more than this many letters must occur twice; rare long n-grams only cost memory.
_RARE_LENGTH = 3
#: Neighbours in the files say the same in other words; they are held out together.
_NEIGHBOURS = 10


class Fit(NamedTuple):
    """A trained classifier and what it thinks of examples it has not seen.

    Attributes:
        model: The classifier.
        probabilities: Of the held-out examples, calibrated, shape (held out, classes).
        targets: Their classes.
        weights: What each of them counts.
    """

    model: LinearModel
    probabilities: np.ndarray
    targets: np.ndarray
    weights: np.ndarray


def fit(
    features: Sequence[Features],
    labels: Sequence[str],
    *,
    channel_weights: Sequence[float],
    dense_weight: float,
    regularisation: float,
    vectors: WordVectors | None,
    folds: int,
    balance: float = 0.0,
) -> Fit:
    """Trains the classifier and calibrates its temperature on a held-out fold.

    Args:
        features: One entry for each example.
        labels: Their classes.
        channel_weights: Weight of each sparse channel.
        dense_weight: Weight of the word vectors.
        regularisation: C, the inverse strength of the L2 penalty.
        vectors: Word vectors, or None.
        folds: One fold of so many is held out; below 2 leaves the temperature at 1.
        balance: 0 counts every example once, 1 every class alike whatever its size.
    """
    names = sorted(set(labels))
    vocabularies, idf = _vocabularies(features)
    arrays = {
        "idf": idf,
        "weights": np.zeros((len(idf), len(names)), np.float32),
        "dense_weights": np.zeros((vectors.dimensions if vectors else 0, len(names)), np.float32),
        "bias": np.zeros(len(names), np.float32),
        "unseen_idf": np.asarray([idf.max()], np.float32),
    }
    model = LinearModel(names, vocabularies, arrays, channel_weights, dense_weight, vectors)
    examples = _examples(model, features, len(idf), vectors)
    targets = np.asarray([names.index(label) for label in labels])
    weights = _weights(targets, len(names), balance)
    start = None
    test = np.flatnonzero(_held_out(labels, folds)) if folds >= 2 else np.zeros(0, int)
    scores = np.zeros((len(test), len(names)), np.float32)
    if len(test):
        kept = np.setdiff1d(np.arange(len(labels)), test)
        found = solve(examples[kept], targets[kept], len(names), regularisation, weights[kept])
        scores = examples[test].scores(found.sparse, found.dense) + found.bias
        model.temperature = _best_temperature(scores, targets[test], weights[test])
        start = np.zeros((len(labels) + 1, len(names)), np.float32)
        start[np.append(kept, len(labels))] = found.coordinates
    found = solve(examples, targets, len(names), regularisation, weights, start)
    arrays["weights"][:] = found.sparse
    arrays["dense_weights"][:] = found.dense
    arrays["bias"][:] = found.bias
    return Fit(model, softmax(scores / model.temperature, axis=1), targets[test], weights[test])


def _weights(targets: np.ndarray, classes: int, balance: float) -> np.ndarray:
    """Returns what each example counts: less in large classes, so that they swallow no others."""
    counts = np.bincount(targets, minlength=classes)
    weights = (counts.mean() / counts[targets]) ** balance
    return np.asarray(weights * len(targets) / weights.sum(), np.float32)


def _held_out(labels: Sequence[str], folds: int) -> np.ndarray:
    """Chooses the examples of one fold, neighbours of one class together.

    Returns:
        True for each example that is held out.
    """
    counts = Counter(labels)
    places: dict[str, int] = defaultdict(int)
    chosen = np.zeros(len(labels), bool)
    for index, label in enumerate(labels):
        together = max(1, min(_NEIGHBOURS, counts[label] // folds))
        chosen[index] = places[label] // together % folds == folds - 1
        places[label] += 1
    return chosen


def _vocabularies(features: Sequence[Features]) -> tuple[list[list[str]], np.ndarray]:
    vocabularies: list[list[str]] = []
    idf: list[float] = []
    for channel in range(len(CHANNELS)):
        counts = Counter(chain.from_iterable([item.sparse[channel] for item in features]))
        kept = sorted(
            name for name, count in counts.items() if count > 1 or len(name) < _RARE_LENGTH
        )
        vocabularies.append(kept)
        idf.extend([log((1 + len(features)) / (1 + counts[name])) + 1 for name in kept])
    return vocabularies, np.asarray(idf, np.float32)


def _examples(
    model: LinearModel, features: Sequence[Features], width: int, vectors: WordVectors | None
) -> Examples:
    indices, values, pointers = [], [], [0]
    dense = np.zeros((len(features), vectors.dimensions if vectors else 0), np.float32)
    for row, item in enumerate(features):
        index, value, embedded = model.encode(item)
        indices.append(index)
        values.append(value)
        pointers.append(pointers[-1] + len(index))
        if embedded is not None:
            dense[row] = embedded
    matrix = sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(indices), pointers), (len(features), width)
    )
    return Examples(matrix, dense)


def _best_temperature(scores: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> float:
    """Finds the temperature with the least log loss on held-out scores (Guo et al. 2017)."""

    def loss(temperature: float) -> float:
        likelihood = log_softmax(scores / temperature, axis=1)[np.arange(len(targets)), targets]
        return -float(likelihood @ weights)

    return float(min(np.geomspace(0.1, 5.0, 80), key=loss))
