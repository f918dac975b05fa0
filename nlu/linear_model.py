"""Multinomial logistic regression over sparse channels and word vectors, in plain NumPy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.word_vectors import WordVectors, open_word_vectors
from nlu.features import CHANNELS, Features

_CHARACTERS, _SOUNDS = CHANNELS.index("characters"), CHANNELS.index("sounds")


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
        """Wraps trained parameters; use :func:`nlu.linear_training.fit` or :meth:`load`."""
        self.labels = labels
        self.temperature = temperature
        self._vocabularies = vocabularies
        self._arrays = arrays
        self._channel_weights = list(channel_weights)
        self._dense_weight = dense_weight
        self._vectors = vectors
        self._idf, self._weights = arrays["idf"], arrays["weights"]
        self._dense, self._bias = arrays["dense_weights"], arrays["bias"]
        self._unseen_idf = float(arrays["unseen_idf"][0])

    def encode(self, features: Features) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Turns features into ``(indices, values, dense)``; dense is None without vectors."""
        indices: list[int] = []
        starts: list[int] = []
        weights: list[float] = []
        for names, vocabulary, weight in zip(
            features.sparse, self._vocabularies, self._channel_weights, strict=True
        ):
            # Sorted: sets come in another order in every process, and sums of floats with them.
            known = sorted([index for index in map(vocabulary.get, names) if index is not None])
            if known:
                starts.append(len(indices))
                weights.append(weight)
                indices += known
        if not indices:
            return np.zeros(0, np.intp), np.zeros(0, np.float32), self._embed(features.words)
        # One look at the weights for all channels: NumPy's cost is per call, not per number.
        picked = np.array(indices, np.intp)
        idf = self._idf[picked]
        scale = np.array(weights, np.float32) / np.sqrt(np.add.reduceat(idf * idf, starts))
        values = idf * np.repeat(scale, np.diff([*starts, len(indices)]))
        return picked, values, self._embed(features.words)

    def _embed(self, words: list[str]) -> np.ndarray | None:
        """Returns the idf-weighted mean vector of the content words, of unit length."""
        if self._vectors is None:
            return None
        vocabulary = self._vocabularies[0]
        rows: list[int] = []
        weights: list[float] = []
        for lemma in words:
            row = self._vectors.row(lemma)
            if row is not None:
                index = vocabulary.get(lemma)
                rows.append(row)
                weights.append(self._unseen_idf if index is None else self._idf[index])
        if not rows:
            return np.zeros(self._vectors.dimensions, np.float32)
        found = self._vectors.at(rows)
        total = np.einsum("i,ij->j", np.array(weights, np.float32), found)
        norm = float(np.sqrt(total @ total))
        return np.asarray(total * (self._dense_weight / norm)) if norm else total

    def scores(self, features: Features) -> np.ndarray:
        """Returns the uncalibrated class scores (logits), shape (classes,)."""
        indices, values, dense = self.encode(features)
        # einsum, not @: BLAS would wake its threads for products this small.
        scores = self._bias + np.einsum("i,ij->j", values, self._weights[indices])
        if dense is not None:
            scores += np.einsum("i,ij->j", dense, self._dense)
        return np.asarray(scores)

    def coverage(self, features: Features) -> float:
        """Returns the share of an utterance's n-grams that training has seen.

        Of its characters or of its sounds, whichever is more familiar.
        """
        return max(
            sum(name in self._vocabularies[channel] for name in features.sparse[channel])
            / max(len(features.sparse[channel]), 1)
            for channel in (_CHARACTERS, _SOUNDS)
        )

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
