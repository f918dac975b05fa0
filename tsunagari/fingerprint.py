"""Content fingerprints: what was built is rebuilt only when what it was built from changed.

File times say nothing after a clone or a branch switch, so the bytes are hashed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

# Everything a knowledge build and a model can depend on, as globs below the project root.
KNOWLEDGE_SOURCES = (
    "knowledge/**/*.py",
    "knowledge/**/*.yml",
    "knowledge/**/*.json",
    "knowledge/**/*.csv",
)
MODEL_SOURCES = (
    "config.yml",
    "domain.yml",
    "domain/**/*.yml",
    "data/**/*.yml",
    "data/**/*.tsv",
    "nlu/**/*.py",
    "nlu/**/*.yml",
    "nlu/**/*.json",
    "knowledge/*.py",
    "knowledge/vocabulary/*.yml",
    "knowledge/records/*.yml",
    "requirements.lock",
)


def fingerprint(root: Path, patterns: Iterable[str]) -> str:
    """Hash names and contents of all files matching the patterns, in a fixed order."""
    digest = hashlib.sha256()
    files = {path for pattern in patterns for path in root.glob(pattern) if path.is_file()}
    for path in sorted(files):
        name = path.relative_to(root).as_posix()
        digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Stamp:
    """A file that holds the fingerprint of the last build."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def matches(self, value: str) -> bool:
        """Whether the last build was made from the same content."""
        return self._path.exists() and self._path.read_text(encoding="ascii").strip() == value

    def write(self, value: str) -> None:
        """Remember a finished build."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(value + "\n", encoding="ascii")

    def clear(self) -> None:
        """Forget the last build (before starting a new one that may fail)."""
        self._path.unlink(missing_ok=True)
