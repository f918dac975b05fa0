"""Compact word vectors: ja_ginza's table, reduced once at training, without spaCy at run time.

The 300 dimensions are centred and reduced by principal components; words are found by a CRC32
of their spelling in a sorted array, so that 480,000 words cost five bytes each and no string.
"""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import srsly

_CACHE_LIMIT = 4_096


def _hash(word: str) -> int:
    return zlib.crc32(word.encode())


class WordVectors:
    """A read-only table of word vectors."""

    def __init__(self, hashes: np.ndarray, rows: np.ndarray, table: np.ndarray) -> None:
        """Wraps the arrays.

        Args:
            hashes: Sorted CRC32 of each known word, uint32, shape (words,).
            rows: Row of each word, uint16, shape (words,).
            table: Vectors, float16, shape (rows, dimensions).
        """
        self.hashes, self.rows, self.table = hashes, rows, table
        self._cache: dict[str, np.ndarray | None] = {}

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.table.shape[1])

    def get(self, word: str) -> np.ndarray | None:
        """Returns the vector of a word (float32), or None when it has none."""
        if word in self._cache:
            return self._cache[word]
        key = _hash(word)
        index = int(np.searchsorted(self.hashes, key))
        vector = None
        if index < len(self.hashes) and self.hashes[index] == key:
            vector = self.table[self.rows[index]].astype(np.float32)
        if len(self._cache) < _CACHE_LIMIT:
            self._cache[word] = vector
        return vector

    def save(self, directory: Path) -> None:
        """Writes the arrays into a folder."""
        np.save(directory / "vector_hashes.npy", self.hashes)
        np.save(directory / "vector_rows.npy", self.rows)
        np.save(directory / "vector_table.npy", self.table)

    @classmethod
    def load(cls, directory: Path) -> WordVectors:
        """Reads the arrays from a folder."""
        return cls(
            np.load(directory / "vector_hashes.npy"),
            np.load(directory / "vector_rows.npy"),
            np.load(directory / "vector_table.npy"),
        )


def murmur_hashes(words: list[bytes]) -> np.ndarray:
    """Hashes words as spaCy's string store does, many at a time and without importing spaCy.

    Args:
        words: UTF-8 encoded.

    Returns:
        MurmurHash64A (Appleby 2008) with seed 1 of each word, uint64, shape (words,).
    """
    result = np.zeros(len(words), np.uint64)
    lengths = np.fromiter((len(word) for word in words), np.int64, len(words))
    factor, shift = np.uint64(0xC6A4A7935BD1E995), np.uint64(47)
    for length in np.unique(lengths):
        chosen = np.flatnonzero(lengths == length)
        blocks = -(-int(length) // 8)
        raw = b"".join(words[i].ljust(blocks * 8, b"\0") for i in chosen)
        values = np.frombuffer(raw, "<u8").reshape(len(chosen), blocks)
        start = 1 ^ (int(length) * int(factor) & 0xFFFFFFFFFFFFFFFF)
        state = np.full(len(chosen), start, np.uint64)
        for block in range(int(length) // 8):
            mixed = values[:, block] * factor
            mixed ^= mixed >> shift
            state = (state ^ (mixed * factor)) * factor
        if length % 8:
            state = (state ^ values[:, -1]) * factor
        state ^= state >> shift
        state *= factor
        result[chosen] = state ^ (state >> shift)
    return result


@lru_cache(maxsize=2)
def from_ginza(dimensions: int) -> WordVectors:
    """Builds the table from the installed ja_ginza package.

    Args:
        dimensions: Number of principal components to keep.

    Returns:
        The reduced table; each vector has unit length.

    Raises:
        FileNotFoundError: If ja_ginza is not installed.
    """
    origin = find_spec("ja_ginza")
    if origin is None or origin.origin is None:
        raise FileNotFoundError("ja_ginza is not installed; run `make run` to install it.")
    vocab = next(Path(origin.origin).parent.glob("ja_ginza-*/vocab"))
    table = np.load(vocab / "vectors").astype(np.float32)
    row_of = srsly.msgpack_loads((vocab / "key2row").read_bytes())
    words = [word.encode() for word in json.loads((vocab / "strings.json").read_text("utf-8"))]
    found: dict[int, int] = {}
    for word, key in zip(words, murmur_hashes(words).tolist()):
        row = row_of.get(key)
        if row is not None:
            found.setdefault(zlib.crc32(word), row)
    hashes = np.fromiter(found, dtype=np.uint32, count=len(found))
    rows = np.fromiter(found.values(), dtype=np.uint16, count=len(found))
    order = np.argsort(hashes)
    table -= table.mean(axis=0)
    _, axes = np.linalg.eigh(table.T @ table)
    table = table @ axes[:, ::-1][:, :dimensions]
    table /= np.linalg.norm(table, axis=1, keepdims=True) + 1e-9
    return WordVectors(hashes[order], rows[order], table.astype(np.float16))
