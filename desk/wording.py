"""What the desk says to companies and to its staff, read from texts.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Return everything in texts.yml."""
    raw: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("texts.yml").read_text(encoding="utf-8")
    )
    return raw


def wording(key: str, **values: object) -> str:
    """Return a sentence by its key, with its placeholders filled."""
    # Folded YAML joins lines with blanks, which Japanese does not use between sentences.
    text = "".join(part.strip() for part in str(texts()[key]).split("\n"))
    return text.format(**values)


def failure(reason: str) -> str:
    """Return in Japanese why a message did not arrive."""
    known: dict[str, str] = texts()["failures"]
    return known.get(reason) or wording("failure_other", reason=reason)
