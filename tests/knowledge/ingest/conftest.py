"""A library of its own for each test, and files to take in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.ingest import Options, Outcome, ingest_file
from knowledge.library import Library

Take = Callable[..., Outcome]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library.sqlite")


@pytest.fixture
def take(tmp_path: Path, library: Library) -> Take:
    """Writes a file and takes it in."""

    def taken(name: str, data: bytes, **options: object) -> Outcome:
        path = tmp_path / name
        path.write_bytes(data)
        return ingest_file(path, library, Options(**options))  # type: ignore[arg-type]

    return taken
