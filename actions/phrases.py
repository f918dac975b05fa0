"""Phrases of answers that are not responses of the domain: changing them needs no training."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml


def has_phrase(key: str) -> bool:
    """True where a text of that name is on file."""
    return key in _phrases()


def phrase(key: str, **values: str) -> str:
    """Returns a phrase of ``phrases.yml`` with its variables filled.

    Args:
        key: Which.
        **values: Values of its ``{variables}``.
    """
    return _phrases()[key].format(**values)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, str]:
    text = (Path(__file__).parent / "phrases.yml").read_text("utf-8")
    phrases: dict[str, str] = yaml.safe_load(text)
    return phrases
