"""Masked texts as the dialogue reads them: without placeholders and what introduces them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    rules = yaml.safe_load(Path(__file__).with_name("neutral.yml").read_text(encoding="utf-8"))
    return tuple((re.compile(pattern), by) for pattern, by in rules)


def neutral(text: str) -> str:
    """Return a masked text for understanding; a text without placeholders as it is.

    Args:
        text: Masked (see `mask`).

    Returns:
        The text; empty where it said nothing but personal data.
    """
    if "〔" not in text:
        return text
    for pattern, by in _rules():
        text = pattern.sub(by, text)
    return text if re.search(r"\w", text) else ""
