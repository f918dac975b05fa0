"""What the store's engines say when something is wrong, as one line an operator can act on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("database_problems.yml")
_OTHERWISE = "保存先の書き込み権限と空き容量、接続先を確かめてください"


def explained(error: BaseException) -> str:
    """Return what an error of the store means and how to mend it.

    The engine's own words are not repeated: they may hold what was to be stored.
    """
    said = str(error).splitlines()[0] if str(error) else ""
    for part, means in _known():
        if part in said:
            return means
    return _OTHERWISE


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[str, str], ...]:
    raw = yaml.safe_load(_FILE.read_text("utf-8"))
    return tuple((part, one["means"]) for one in raw for part in one["says"])
