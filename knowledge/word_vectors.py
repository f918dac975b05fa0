"""Word vectors for the dense half of the search and for language understanding.

Taken once from ja_ginza's vectors (chiVe, 300 dimensions) for the words the analyser can
return, and kept as one file under ``build/``: loading it costs milliseconds and no spaCy.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from importlib import metadata
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.analysis import ANALYSIS_VERSION, STOP_WORDS, Analyser
from knowledge.loader import ROOT

DEFAULT_PATH = ROOT.parent / "build" / "word_vectors.npz"

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]


class WordVectors:
    """A static table: normalised word → vector.

    Words are kept as sorted 64-bit hashes: 430,000 of them take 5 MB and no time to load.

    Attributes:
        version: What it was made from.
    """

    def __init__(
        self,
        hashes: npt.NDArray[np.uint64],
        rows: IntArray,
        vectors: npt.NDArray[np.float16],
        version: str,
    ):
        """Wraps a table.

        Args:
            hashes: Sorted hashes of the words.
            rows: Row of each of them in ``vectors``.
            vectors: One row for each distinct vector, shape (rows, dimensions); kept in half
                precision and widened where used.
            version: What it was made from.
        """
        self._vectors = vectors
        self.version = version
        self._hashes = hashes
        self._rows = rows
        # Words met once are met again; the texts of an index use few distinct ones.
        self.row = lru_cache(maxsize=65_536)(self._find)

    def __contains__(self, word: str) -> bool:
        return self.row(word) is not None

    def __len__(self) -> int:
        return len(self._hashes)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._vectors.shape[1])

    def vector(self, word: str) -> FloatArray | None:
        """Returns the vector of a normalised word, or None for an unknown one."""
        row = self.row(word)
        return None if row is None else self._vectors[row].astype(np.float32)

    def at(self, rows: Sequence[int]) -> FloatArray:
        """Returns the vectors of some rows, shape (len(rows), dimensions)."""
        return self._vectors[rows].astype(np.float32)

    def _find(self, word: str) -> int | None:
        """Returns the row of ``vectors`` that stands for a normalised word, or None."""
        wanted = _hash(word)
        place = int(np.searchsorted(self._hashes, wanted))
        if place == len(self._hashes) or self._hashes[place] != wanted:
            return None
        return int(self._rows[place])


def _hash(word: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big"))


def source_version() -> str | None:
    """Returns what a table made now would be made from; None without ja_ginza."""
    try:
        return f"ja_ginza {metadata.version('ja_ginza')} / {ANALYSIS_VERSION}"
    except metadata.PackageNotFoundError:
        return None


@lru_cache(maxsize=2)
def open_word_vectors(path: Path = DEFAULT_PATH) -> WordVectors | None:
    """Loads the table, making it first when it is missing or outdated.

    Search and language understanding share one table in a process.

    Returns:
        The table, or None where ja_ginza is not installed and no table was made before:
        the search then ranks by words alone.
    """
    version = source_version()
    table = _load(path)
    if version is None or (table is not None and table.version == version):
        return table
    build_word_vectors(path, version)
    return _load(path)


def build_word_vectors(path: Path, version: str) -> None:
    """Writes the table from ja_ginza's vocabulary (about ten seconds)."""
    with _without_tensorflow():
        from spacy.strings import StringStore
        from srsly import read_msgpack

    folder = _model_folder()
    row_of = read_msgpack(folder / "key2row")
    strings = StringStore().from_disk(folder / "strings.json")
    analyser = Analyser()
    kept: dict[str, int] = {}
    for key, row in row_of.items():
        if key not in strings or row < 0:
            continue
        word = strings[key]
        # Only single normalised words can ever be looked up.
        if word not in STOP_WORDS and analyser.words(word) == [word]:
            kept[word] = row
    used, positions = np.unique(np.fromiter(kept.values(), np.int32), return_inverse=True)
    vectors = np.load(folder / "vectors")[used].astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part.npz")
    hashes = np.fromiter((_hash(word) for word in kept), np.uint64, len(kept))
    order = np.argsort(hashes)
    np.savez(
        draft,
        hashes=hashes[order],
        rows=positions[order].astype(np.int32),
        vectors=vectors,
        version=np.frombuffer(version.encode(), np.uint8),
    )
    draft.replace(path)


def _load(path: Path) -> WordVectors | None:
    if not path.exists():
        return None
    with np.load(path) as data:
        version = data["version"].tobytes().decode()
        return WordVectors(data["hashes"], data["rows"], data["vectors"], version)


def _model_folder() -> Path:
    package = Path(str(metadata.distribution("ja_ginza").locate_file("ja_ginza")))
    meta = json.loads((package / "meta.json").read_text("utf-8"))
    return package / f"{meta['lang']}_{meta['name']}-{meta['version']}" / "vocab"


@contextmanager
def _without_tensorflow() -> Iterator[None]:
    """Keeps spaCy from importing TensorFlow, which reading strings does not need."""
    hidden = [name for name in ("tensorflow", "torch") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
