"""The channel's own sentences, read from texts.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    text = (Path(__file__).parent / "texts.yml").read_text(encoding="utf-8")
    texts: dict[str, Any] = yaml.safe_load(text)
    return texts


def wording(key: str, **values: object) -> str:
    """Return a sentence by its key (`answer.sticker`), with its placeholders filled."""
    found: Any = _texts()
    for part in key.split("."):
        found = found[part]
    return str(found).format(**values)


def known_kind(kind: str) -> str:
    """Return a message type under which texts.yml has sentences."""
    return kind if kind in _texts()["answer"] and kind in _texts()["received"] else "other"


def language_notice(language: str) -> str | None:
    """Return the sentence for a reader of another language, None for Japanese or unknown."""
    base = language.lower().partition("-")[0]
    if not base or base == "ja":
        return None
    notices = _texts()["language_notice"]
    return str(notices.get(base) or notices["en"])
