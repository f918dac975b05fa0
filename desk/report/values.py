"""Figures as they are read; what is too small to be told is hidden here."""

from __future__ import annotations

from collections.abc import Mapping

from desk.learning.anonymity import K
from desk.report.figures import OUTCOMES, UNKNOWN, Figures
from desk.report.model import Labels, texts
from desk.report.small_cells import OTHERS, Cell, cell, safe_cells

NONE = "–"


def label_of(name: str, value: str, labels: Labels) -> str:
    """Name a value of a breakdown."""
    special: Mapping[str, str] = {UNKNOWN: texts()["unknown"], OTHERS: texts()["others"]}
    return special.get(value) or labels(name, value)


def number(value: int) -> str:
    """Write a count."""
    return str(cell(value))


def counted(shown: str, unit: str) -> str:
    """Write a shown count into a sentence with its unit: 「12 組」, but 「3 組未満」."""
    figure, space, less = shown.partition(" ")
    return f"{figure} {unit}{less}" if space or figure[-1].isdigit() else figure


def bar(shown: Cell | None) -> float | None:
    """Return how long a bar is; None where nothing may be shown."""
    return None if shown is None or shown.count is None else float(shown.count)


def answers(figures: Figures) -> dict[str, Cell]:
    """Return how questions ended, as it may be shown."""
    return safe_cells({one: figures.outcomes[one] for one in OUTCOMES})


def share_of(figures: Figures, outcome: str) -> float | None:
    """Return the share of an outcome; None where its number or the total is hidden."""
    if answers(figures)[outcome].count is None or not cell(figures.questions).count:
        return None
    return figures.share(outcome)


def percent(share: float | None) -> str:
    """Write a share."""
    return NONE if share is None else f"{share:.0%}"


def handed_over(figures: Figures) -> str:
    """Write the share of consultations that asked for a person."""
    shown = cell(figures.funnel.get("asked_desk", 0)).count
    if shown is None or not cell(figures.consultations).count:
        return NONE
    return percent(figures.handed_over)


def waits(figures: Figures) -> tuple[str, str]:
    """Write the median and the 90th percentile of the wait."""
    if figures.wait is None or len(figures.waits) < K:
        return NONE, NONE
    return f"{figures.wait[0]:.0f} 分", f"{figures.wait[1]:.0f} 分"


def speed(figures: Figures) -> tuple[str, str]:
    """Write the median and the 95th percentile of the time an answer took."""
    if figures.milliseconds is None:
        return NONE, NONE
    median, late = figures.milliseconds
    return f"{median / 1000:.2f} 秒", f"{late / 1000:.2f} 秒"
