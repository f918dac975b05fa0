"""A room's texts.yml: everything in it, and sentences with their placeholders filled."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import yaml


class TextFile:
    """Texts beside the code that chooses among them.

    Args:
        path: The YAML file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _texts(self) -> dict[str, Any]:
        raw: dict[str, Any] = yaml.safe_load(self._path.read_text("utf-8"))
        return raw

    def all(self) -> dict[str, Any]:
        """Return everything in the file, which is read once."""
        return self._texts

    def wording(self, group: str, key: str, **values: object) -> str:
        """Return a sentence of a group, with its placeholders filled."""
        sentences: dict[str, str] = self._texts[group]
        return sentences[key].format(**values)
