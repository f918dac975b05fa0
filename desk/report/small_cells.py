"""Hiding counts so small that they could point to somebody.

A count from 1 to K − 1 is never shown. In a breakdown the small values are put together; where
together they still are too few, the next greater value joins them, so that nothing can be had by
subtracting from the total (primary and secondary suppression, as statistical offices do it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk.learning.anonymity import K

OTHERS = "__others__"
"""Key of what was put together."""


@dataclass(frozen=True)
class Cell:
    """A count as it may be shown.

    Attributes:
        count: The count; None where it is hidden.
        small: Whether it is hidden because it is small itself, not for the sake of another.
    """

    count: int | None
    small: bool = True

    def __str__(self) -> str:
        if self.count is not None:
            return f"{self.count:,}"
        return f"{K} 未満" if self.small else "非公表"


def cell(count: int, k: int = K) -> Cell:
    """Hide a count that is small but not nought."""
    return Cell(None if 0 < count < k else count)


def safe_cells(counts: Mapping[str, int], k: int = K) -> dict[str, Cell]:
    """Hide small counts where every row has to stay.

    Where what is hidden could be had by subtracting from the total, the next greater count is
    hidden with it.

    Args:
        counts: Row → number, in the order of the rows.
        k: The smallest number that is shown.
    """
    hidden = {row for row, count in counts.items() if 0 < count < k}
    rest = sorted((row for row, count in counts.items() if count >= k), key=counts.__getitem__)
    while hidden and rest and (len(hidden) < 2 or sum(counts[row] for row in hidden) < k):
        hidden.add(rest.pop(0))
    return {
        row: Cell(None, count < k) if row in hidden else Cell(count)
        for row, count in counts.items()
    }


def safe_breakdown(counts: Mapping[str, int], k: int = K) -> dict[str, Cell]:
    """Put small values together until none can be told.

    Args:
        counts: Value → number of consultations.
        k: The smallest number that is shown.

    Returns:
        Greatest first; `OTHERS` last, where anything was put together.
    """
    ordered = sorted(
        ((value, count) for value, count in counts.items() if count),
        key=lambda item: (-item[1], item[0]),
    )
    shown = [(value, count) for value, count in ordered if count >= k]
    small = [count for _, count in ordered if count < k]
    # One value put together with nothing would be its own name for its count.
    while small and shown and (sum(small) < k or len(small) < 2):
        small.append(shown.pop()[1])
    cells = {value: Cell(count) for value, count in shown}
    if small:
        cells[OTHERS] = cell(sum(small), k)
    return cells
