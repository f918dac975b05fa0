"""The channel's own sentences, read from texts.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    raw = yaml.safe_load((Path(__file__).parent / "texts.yml").read_text(encoding="utf-8"))
    # Folded YAML joins lines with blanks, which Japanese does not use between sentences.
    return {key: text.replace("。 ", "。") for key, text in raw.items()}


def wording(key: str, **values: object) -> str:
    """Return a sentence by its key, with its placeholders filled."""
    return _texts()[key].format(**values)
