"""Multinomial logistic regression over sparse channels and word vectors, in plain NumPy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import repeat
from math import exp
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from knowledge.word_vectors import WordVectors, open_word_vectors
from nlu.features import CHANNELS, GRAM_CHANNELS, Features
from nlu.grams import GramIndex, Grams

#: Columns of the features of one channel, ascending.
Columns: TypeAlias = "Sequence[int] | npt.NDArray[np.intp]"
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
        vocabularies: Sequence[Sequence[str]],
        arrays: dict[str, np.ndarray],
        channel_weights: Sequence[float],
        dense_weight: float,
        vectors: WordVectors | None,
        temperature: float = 1.0,
    ) -> None:
        """Wraps trained parameters; use :func:`nlu.linear_training.fit` or :meth:`load`.

        Args:
            labels: Class names in column order.
            vocabularies: Feature names of each channel, ascending; their columns follow on.
            arrays: Idf of the features, weights, bias, and the idf of a word never seen.
            channel_weights: Weight of each sparse channel.
            dense_weight: Weight of the word vectors.
            vectors: Word vectors, or None.
            temperature: See the attribute.
        """
        self.labels = labels
        self.temperature = temperature
        self._vocabularies: list[dict[str, int] | GramIndex] = []
        offset = 0
        for channel, names in zip(CHANNELS, vocabularies, strict=True):
            self._vocabularies.append(
                GramIndex(names, offset)
                if channel in GRAM_CHANNELS
                else {name: column for column, name in enumerate(names, offset)}
            )
            offset += len(names)
        words = self._vocabularies[0]
        assert isinstance(words, dict)
        self._columns_of_words = words
        self._arrays = arrays
        self._channel_weights = list(channel_weights)
        self._dense_weight = dense_weight
        self._vectors = vectors
        # Last, so at index -1: the idf of a word never seen.
        self._idf = np.append(arrays["idf"], arrays["unseen_idf"][:1]).astype(np.float32)
        self._weights = arrays["weights"]
        self._dense, self._bias = arrays["dense_weights"], arrays["bias"]

    def known(self, features: Features) -> list[Columns]:
        """Returns for each channel the columns of the features that training has seen."""
        columns: list[Columns] = []
        for names, vocabulary in zip(features.sparse, self._vocabularies, strict=True):
            if isinstance(vocabulary, GramIndex):
                assert isinstance(names, Grams)
                columns.append(vocabulary.columns(names))
                continue
            found = {*map(vocabulary.get, names, repeat(-1))}
            found.discard(-1)
            # Sorted: sets come in another order in every process, and sums of floats with them.
            columns.append(sorted(found))
        return columns

    def encode(
        self, features: Features, known: list[Columns] | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Turns features into ``(indices, values, dense)``; dense is None without vectors.

        Args:
            features: Of one stretch of text.
            known: What :meth:`known` says of them, where the caller has it.
        """
        columns: list[Columns] = []
        starts: list[int] = []
        lengths: list[int] = []
        weights: list[float] = []
        width = 0
        for found, weight in zip(known or self.known(features), self._channel_weights, strict=True):
            if len(found):
                columns.append(found)
                starts.append(width)
                lengths.append(len(found))
                weights.append(weight)
                width += len(found)
        if not columns:
            return np.zeros(0, np.intp), np.zeros(0, np.float32), self._embed(features.words)
        # One look at the weights for all channels: NumPy's cost is per call, not per number.
        picked = np.concatenate(columns)
        idf = self._idf[picked]
        scale = np.array(weights, np.float32) / np.sqrt(np.add.reduceat(idf * idf, starts))
        values = idf * scale.repeat(lengths)
        return picked, values, self._embed(features.words)

    def _embed(self, words: list[str]) -> np.ndarray | None:
        """Returns the idf-weighted mean vector of the content words, of unit length."""
        if self._vectors is None:
            return None
        vocabulary = self._columns_of_words
        rows: list[int] = []
        columns: list[int] = []
        for lemma in words:
            row = self._vectors.row(lemma)
            if row is not None:
                rows.append(row)
                columns.append(vocabulary.get(lemma, -1))
        if not rows:
            return np.zeros(self._vectors.dimensions, np.float32)
        total = np.einsum("i,ij->j", self._idf[columns], self._vectors.at(rows))
        norm = float(np.sqrt(total @ total))
        return np.asarray(total * (self._dense_weight / norm)) if norm else total

    def scores(self, features: Features, known: list[Columns] | None = None) -> np.ndarray:
        """Returns the uncalibrated class scores (logits), shape (classes,); see :meth:`encode`."""
        indices, values, dense = self.encode(features, known)
        # einsum, not @: BLAS would wake its threads for products this small.
        scores = self._bias + np.einsum("i,ij->j", values, self._weights[indices])
        if dense is not None:
            scores += np.einsum("i,ij->j", dense, self._dense)
        return np.asarray(scores)

    @staticmethod
    def coverage(features: Features, known: list[Columns]) -> float:
        """Returns the share of an utterance's n-grams that training has seen.

        Of its characters or of its sounds, whichever is more familiar.

        Args:
            features: Of the utterance.
            known: What :meth:`known` says of them.
        """
        return max(
            len(known[channel]) / max(len(features.sparse[channel]), 1)
            for channel in (_CHARACTERS, _SOUNDS)
        )

    def probabilities(self, scores: np.ndarray) -> list[float]:
        """Returns calibrated probabilities from scores, one for each label."""
        # Some dozen numbers: each call of NumPy costs more than all of them in Python.
        listed = scores.tolist()
        top = max(listed)
        exponentials = [exp((score - top) / self.temperature) for score in listed]
        total = sum(exponentials)
        return [exponential / total for exponential in exponentials]

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
        vectors = open_word_vectors() if data["vectors"] else None
        return cls(
            data["labels"],
            data["vocabularies"],
            arrays,
            data["channel_weights"],
            data["dense_weight"],
            vectors,
            data["temperature"],
        )
