"""One file the staff keep: its content, what stands for it, and putting a new one in its place."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import yaml

LONGEST_DIFF = 200_000


class StageError(Exception):
    """A change cannot be written; the message says why (Japanese)."""


class Conflict(StageError):
    """The file changed since it was read."""


@dataclass(frozen=True)
class SourceFile:
    """A file as it was read.

    Attributes:
        path: ``knowledge/…`` or ``data/…``.
        text: Its content.
        version: Hash of its content.
    """

    path: str
    text: str
    version: str


def version_of(text: str) -> str:
    """Return what stands for a content."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def text_diff(old: str, new: str) -> str:
    """Return a unified diff of two texts."""
    lines = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))
    return "\n".join(lines[2:])[:LONGEST_DIFF]


def replace(path: Path, text: str) -> None:
    """Put a text in the place of a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        draft.chmod(path.stat().st_mode & 0o777)
    draft.replace(path)


def check_yaml(path: str, text: str) -> None:
    """Raise `StageError` where a text is no YAML."""
    try:
        yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" {mark.line + 1}行目" if mark else ""
        raise StageError(f"{path}{where}: YAML として読めません") from error
