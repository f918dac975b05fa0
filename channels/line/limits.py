"""LINE's limits, read from limits.yml, and counting as LINE counts."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, dict[str, Any]]]:
    text = (Path(__file__).parent / "limits.yml").read_text(encoding="utf-8")
    table: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(text)
    return table


def limit(group: str, name: str) -> int:
    """Return a limit by its place in limits.yml."""
    return int(_table()[group][name]["value"])


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units, as LINE counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
