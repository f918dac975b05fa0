"""Wording that questions are known by, kept in ``patterns.yml``: changing it needs no training."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("patterns.yml")


@cache
def pattern(key: str) -> re.Pattern[str]:
    """Returns the expression that finds any of the wordings listed under a key.

    Args:
        key: Which list of ``patterns.yml``; each item is a regular expression.
    """
    return re.compile("|".join(_lists()[key]))


@cache
def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = yaml.safe_load(_FILE.read_text("utf-8"))
    return lists
