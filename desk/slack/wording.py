"""Words of the Slack desk, from texts.yml; what it shares with the pages is theirs."""

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
    # Folded YAML joins lines with blanks, which Japanese does not use between sentences.
    text = str(texts()[group][key]).replace("。 ", "。")
    return text.format(**values)


def problem_text(code: str) -> str:
    """Return in Japanese what keeps the desk from its channel."""
    known: dict[str, str] = texts()["problems"]
    return known.get(code) or known["other"].format(code=code)
