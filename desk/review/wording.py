"""Words of the review pages that code chooses (texts.yml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Return everything in texts.yml."""
    raw: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8"))
    return raw


def wording(group: str, key: str, **values: object) -> str:
    """Return a sentence of a group, with its placeholders filled."""
    sentences: dict[str, str] = texts()[group]
    return sentences[key].format(**values)
