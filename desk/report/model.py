"""What a report is made of: sections with a sentence, a table and perhaps a chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from desk.report.period import Period

#: Names of values: (part of the profile, or channel or record; value) → label.
Labels = Callable[[str, str], str]


@dataclass(frozen=True)
class Chart:
    """What a chart shows; drawing is another's task.

    Attributes:
        shape: `bars`, `line` or `shares`.
        rows: As the function of that name in `desk.report.charts` takes them.
    """

    shape: str
    rows: tuple[Any, ...]


@dataclass(frozen=True)
class Section:
    """A part of the report.

    Attributes:
        id: Its name in addresses and CSV.
        title: Heading.
        text: What the figures say, in a sentence or two.
        header: Columns of the table; the first names the row.
        rows: Rows of the table.
        chart: The same as a picture, where there is one.
        note: How it is counted.
    """

    id: str
    title: str
    text: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chart: Chart | None = None
    note: str = ""


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes:
        period: What it is about.
        before: What it is compared with.
        headline: (name, now, before) of the figures at the top.
        sections: Its parts.
    """

    period: Period
    before: Period
    headline: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Return everything in texts.yml."""
    raw: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("texts.yml").read_text("utf-8"))
    return raw
