"""Emoji that Slack writes by name, as the characters other channels show."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).parent / "emoji.tsv"


def character(name: str) -> str | None:
    """Return the character of an emoji; None for those of a workspace's own, which are pictures.

    Args:
        name: As Slack writes it, without colons.
    """
    return _characters().get(name)


@lru_cache(maxsize=1)
def _characters() -> dict[str, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.partition("\t") for line in lines if not line.startswith("#"))
    return {name: shown for name, _, shown in rows}
