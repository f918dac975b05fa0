"""Multinomial logistic regression over sparse channels and word vectors, in plain NumPy."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.model_selection import StratifiedKFold

from knowledge.word_vectors import WordVectors, open_word_vectors
from nlu.features import CHANNELS, Features
from nlu.softmax_regression import LARGE, Solver

_ARRAYS = ("idf", "weights", "dense_weights", "bias")
#: Features of more than this many letters must occur twice; rare long n-grams only cost memory.
_RARE_LENGTH = 3
_MEASURED_FOLDS = 2


class LinearModel:
    """The trained classifier; inference needs NumPy only.

    Attributes:
        labels: Class names in column order.
        temperature: Divides the scores before the softmax (calibrated on held-out folds).
    """

    def __init__(
        self,
        labels: list[str],
        vocabularies: list[dict[str, int]],
        arrays: dict[str, np.ndarray],
        channel_weights: Sequence[float],
        dense_weight: float,
        vectors: WordVectors | None,
        temperature: float = 1.0,
    ) -> None:
        """Wraps trained parameters; use :func:`fit` or :meth:`load`."""
        self.labels = labels
        self.temperature = temperature
        self._vocabularies = vocabularies
        self._arrays = arrays
        self._channel_weights = list(channel_weights)
        self._dense_weight = dense_weight
        self._vectors = vectors
        self._idf, self._weights = arrays["idf"], arrays["weights"]
        self._dense, self._bias = arrays["dense_weights"], arrays["bias"]

    def encode(self, features: Features) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Turns features into ``(indices, values, dense)``; dense is None without vectors."""
        indices: list[int] = []
        values: list[np.ndarray] = []
        for names, vocabulary, weight in zip(
            features.sparse, self._vocabularies, self._channel_weights, strict=True
        ):
            known = [vocabulary[name] for name in names if name in vocabulary]
            if not known:
                continue
            idf = self._idf[known]
            values.append(idf * (weight / float(np.sqrt(idf @ idf))))
            indices.extend(known)
        joined = np.concatenate(values) if values else np.zeros(0, np.float32)
        return np.asarray(indices, dtype=np.intp), joined, self._embed(features.words)

    def _embed(self, words: list[str]) -> np.ndarray | None:
        """Returns the idf-weighted mean vector of the content words, of unit length."""
        if self._vectors is None:
            return None
        total = np.zeros(self._vectors.dimensions, np.float32)
        vocabulary = self._vocabularies[0]
        for lemma in words:
            vector = self._vectors.vector(lemma)
            if vector is not None:
                index = vocabulary.get(lemma)
                total += vector * (self._idf[index] if index is not None else self._unseen_idf)
        norm = float(np.sqrt(total @ total))
        return total * (self._dense_weight / norm) if norm else total

    @property
    def _unseen_idf(self) -> float:
        return float(self._arrays["unseen_idf"][0])

    def scores(self, features: Features) -> np.ndarray:
        """Returns the uncalibrated class scores (logits), shape (classes,)."""
        indices, values, dense = self.encode(features)
        scores = self._bias + values @ self._weights[indices]
        if dense is not None:
            scores = scores + dense @ self._dense
        return np.asarray(scores)

    def coverage(self, features: Features) -> float:
        """Returns the share of an utterance's character n-grams that training has seen."""
        names, vocabulary = features.sparse[1], self._vocabularies[1]
        return sum(name in vocabulary for name in names) / max(len(names), 1)

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Returns calibrated probabilities from scores."""
        scaled = scores / self.temperature
        exponentials = np.exp(scaled - scaled.max())
        return np.asarray(exponentials / exponentials.sum())

    def save(self, directory: Path) -> None:
        """Writes the model into a folder."""
        np.savez(directory / "classifier.npz", **self._arrays)
        (directory / "classifier.json").write_text(
            json.dumps(
                {
                    "labels": self.labels,
                    "temperature": self.temperature,
                    "channel_weights": self._channel_weights,
                    "dense_weight": self._dense_weight,
                    "vocabularies": [list(v) for v in self._vocabularies],
                    "vectors": self._vectors is not None,
                },
                ensure_ascii=False,
            ),
            "utf-8",
        )

    @classmethod
    def load(cls, directory: Path) -> LinearModel:
        """Reads a model from a folder."""
        data = json.loads((directory / "classifier.json").read_text("utf-8"))
        with np.load(directory / "classifier.npz") as stored:
            arrays = {name: stored[name] for name in stored.files}
        vocabularies, offset = [], 0
        for names in data["vocabularies"]:
            vocabularies.append({name: offset + i for i, name in enumerate(names)})
            offset += len(names)
        vectors = open_word_vectors() if data["vectors"] else None
        return cls(
            data["labels"],
            vocabularies,
            arrays,
            data["channel_weights"],
            data["dense_weight"],
            vectors,
            data["temperature"],
        )


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
