"""Why a file or address is not taken in, in one line that says how to mend it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


class Rejected(Exception):
    """A source that is not taken in, as a whole; nothing of it is stored.

    Attributes:
        reason: Key of ``wording.yml``.
        words: What its sentence is filled with.
    """

    def __init__(self, reason: str, **words: Any) -> None:
        self.reason = reason
        self.words = words
        super().__init__(said("rejected", reason, **words))


def said(group: str, key: str, **words: Any) -> str:
    """Returns a sentence of ``wording.yml``.

    Args:
        group: ``rejected`` or ``remarks``.
        key: Which.
        **words: What it is filled with.
    """
    return _wording()[group][key].format(**words)


@lru_cache(maxsize=1)
def _wording() -> dict[str, dict[str, str]]:
    text = (Path(__file__).parent / "wording.yml").read_text("utf-8")
    wording: dict[str, dict[str, str]] = yaml.safe_load(text)
    return wording
