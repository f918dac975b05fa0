"""Sentences and words about one's own data, from privacy.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from conversations.choices import fold

_END = "。.!?、ー~〜"


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Return everything of privacy.yml."""
    path = Path(__file__).with_name("privacy.yml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@cache
def _pattern(key: str) -> re.Pattern[str]:
    # A pattern may run over several lines of the file; the texts it is held against have no blanks.
    return re.compile("|".join("(?:{})".format("".join(one.split())) for one in texts()[key]))


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(fold(one) for one in texts()[key])


def asks(key: str, text: str) -> bool:
    """Return whether a message says nothing but one of the patterns of a key."""
    return len(text) < 60 and bool(_pattern(key).fullmatch(fold(text).strip(_END)))


def is_word(key: str, text: str) -> bool:
    """Return whether a message is one of the words of a key."""
    return len(text) < 30 and fold(text).strip(_END) in _words(key)


def wording(key: str, **values: object) -> str:
    """Return a sentence with its placeholders filled."""
    return str(texts()[key]).format(**values)


def counted(counts: Mapping[str, int]) -> str:
    """Word what was counted by table, most first."""
    labels = texts()["tables"]
    most_first = sorted(counts.items(), key=lambda one: -one[1])
    return "、".join(f"{labels.get(name, name)}{count}件" for name, count in most_first)
