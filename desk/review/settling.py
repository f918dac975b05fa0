"""What a form or a sheet leaves alone stays as it was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any


def settle(old: Any, new: Any) -> Any:
    """Return a new value in the way the file writes the old one, where both mean the same."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return {name: settle(old.get(name), value) for name, value in new.items()}
    if isinstance(new, (list, tuple)) and isinstance(old, (list, tuple)):
        olds = list(old)
        return [_settled_item(olds, index, value) for index, value in enumerate(new)]
    if isinstance(new, (list, tuple)) and len(new) == 1 and new[0] == old:
        return old
    if isinstance(old, (int, float, date)) and not isinstance(new, bool) and str(old) == str(new):
        return old
    return new


def _settled_item(olds: Sequence[Any], index: int, value: Any) -> Any:
    for one in olds:
        if settle_equal(one, value):
            return one
    return settle(olds[index], value) if index < len(olds) else value


def settle_equal(old: Any, new: Any) -> bool:
    """Tell whether two values mean the same."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(settle_equal(old[n], new[n]) for n in old)
    return bool(settle(old, new) == old)
