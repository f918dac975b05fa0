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

    def encode(self, features: Features) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Turns features into ``(indices, values, dense)``; dense is None without vectors."""
        indices: list[int] = []
        values: list[np.ndarray] = []
        for names, vocabulary, weight in zip(
            features.sparse, self._vocabularies, self._channel_weights, strict=True
        ):
            known = [index for index in map(vocabulary.get, names) if index is not None]
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
