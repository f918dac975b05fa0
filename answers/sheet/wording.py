"""Words of the consultation sheet, from texts.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Return everything in texts.yml; folded lines are joined without the blanks of YAML."""
    path = Path(__file__).with_name("texts.yml")
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {key: value.replace("。 ", "。") if isinstance(value, str) else value
            for key, value in raw.items()}  # fmt: skip


def wording(key: str, **values: object) -> str:
    """Return a sentence by its key, with its placeholders filled."""
    return str(texts()[key]).format(**values)
