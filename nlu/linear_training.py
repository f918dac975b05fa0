"""Training of the linear classifier; imported only where something is trained (SciPy, sklearn)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.model_selection import StratifiedKFold

from knowledge.word_vectors import WordVectors
from nlu.features import CHANNELS, Features
from nlu.linear_model import LinearModel
from nlu.softmax_regression import LARGE, Solver

#: Features of more than this many letters must occur twice; rare long n-grams only cost memory.
_RARE_LENGTH = 3
_MEASURED_FOLDS = 2


def fit(
    features: Sequence[Features],
    labels: Sequence[str],
    *,
    channel_weights: Sequence[float],
    dense_weight: float,
    regularisation: Sequence[float],
    vectors: WordVectors | None,
    folds: int,
    seed: int,
) -> tuple[LinearModel, np.ndarray]:
    """Trains the classifier and calibrates its temperature by cross-validation.

    Args:
        features: One entry for each example.
        labels: Their classes.
        channel_weights: Weight of each sparse channel.
        dense_weight: Weight of the word vectors.
        regularisation: Candidate inverse strengths C of the L2 penalty; chosen on a fold.
        vectors: Word vectors, or None.
        folds: Number of folds for calibration; below 2 leaves the temperature at 1.
        seed: Makes folds and solver repeatable.

    Returns:
        The model and the held-out scores, shape (examples, classes); NaN where not held out.
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
    matrix = _matrix(model, features, len(idf), vectors)
    targets = np.asarray([names.index(label) for label in labels])
    held_out = np.full((len(labels), len(names)), np.nan, np.float32)
    smallest = min(Counter(labels).values())
    solver = Solver(matrix)
    strength = regularisation[0]
    if folds >= 2 and smallest >= 2 and len(names) > 1:
        splitter = StratifiedKFold(min(folds, smallest), shuffle=True, random_state=seed)
        splits = list(splitter.split(matrix, targets))
        # Two folds measure well enough; with many examples fits are slow and one does.
        splits = splits[: 1 if len(labels) > LARGE else _MEASURED_FOLDS]
        for number, (train, test) in enumerate(splits):
            tried = {
                value: _held_out(solver, matrix, targets, (train, test), len(names), value)
                for value in (regularisation if number == 0 else [strength])
            }
            if number == 0:
                strength = min(
                    tried, key=lambda value: _best_temperature(tried[value], targets[test])[1]
                )
            held_out[test] = tried[strength]
        known = ~np.isnan(held_out[:, 0])
        model.temperature, _ = _best_temperature(held_out[known], targets[known])
    weights, bias = solver.solve(np.arange(len(labels)), targets, len(names), strength)
    arrays["weights"][:] = weights[: len(idf)]
    arrays["dense_weights"][:] = weights[len(idf) :]
    arrays["bias"][:] = bias
    return model, held_out


def _vocabularies(features: Sequence[Features]) -> tuple[list[dict[str, int]], np.ndarray]:
    vocabularies: list[dict[str, int]] = []
    idf: list[float] = []
    for channel in range(len(CHANNELS)):
        counts = Counter(name for item in features for name in item.sparse[channel])
        kept = sorted(
            name for name, count in counts.items() if count > 1 or len(name) < _RARE_LENGTH
        )
        vocabularies.append({name: len(idf) + i for i, name in enumerate(kept)})
        idf.extend(np.log((1 + len(features)) / (1 + counts[name])) + 1 for name in kept)
    return vocabularies, np.asarray(idf, np.float32)


def _matrix(
    model: LinearModel, features: Sequence[Features], width: int, vectors: WordVectors | None
) -> sparse.csr_matrix:
    indices, values, pointers, dense = [], [], [0], []
    for item in features:
        index, value, embedded = model.encode(item)
        indices.append(index)
        values.append(value)
        pointers.append(pointers[-1] + len(index))
        if embedded is not None:
            dense.append(embedded)
    matrix = sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(indices), pointers), (len(features), width)
    )
    if vectors is not None:
        matrix = sparse.hstack([matrix, sparse.csr_matrix(np.vstack(dense))], format="csr")
    return matrix


def _held_out(
    solver: Solver,
    matrix: sparse.csr_matrix,
    targets: np.ndarray,
    split: tuple[np.ndarray, np.ndarray],
    classes: int,
    strength: float,
) -> np.ndarray:
    """Returns the scores of one fold by a model that has not seen it."""
    train, test = split
    weights, bias = solver.solve(train, targets[train], classes, strength)
    return np.asarray(matrix[test] @ weights + bias)


def _best_temperature(scores: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Finds the temperature with the least log loss on held-out scores (Guo et al. 2017).

    Returns:
        The temperature and its mean log loss.
    """

    def loss(temperature: float) -> float:
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scaled).sum(axis=1))
        return float(np.mean(log_sum - scaled[np.arange(len(targets)), targets]))

    grid = np.geomspace(0.1, 5.0, 80)
    losses = [loss(value) for value in grid]
    best = int(np.argmin(losses))
    return float(grid[best]), losses[best]
