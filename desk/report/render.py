"""The report as HTML: a part of the desk's page, or one file that needs nothing else.

Draws the charts: run it in a process of its own, never in the server's.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.learning.anonymity import K
from desk.report import charts
from desk.report.model import Chart, Report
from desk.report.rows import csv_rows

_HERE = Path(__file__).parent
_STYLES = (_HERE / "standalone.css", _HERE.parent / "pages" / "static" / "insight.css")


def part(report: Report) -> str:
    """Return what stands inside the desk's page."""
    return _render("report/_body.html", report)


def file(report: Report, made: str) -> str:
    """Return a whole page with its style inside.

    Args:
        report: What it says.
        made: When it was made, as it is read.
    """
    style = "\n".join(path.read_text("utf-8") for path in _STYLES)
    return _render("report/standalone.html", report, style=style, made=made)


def table(report: Report) -> str:
    """Return the report as CSV that spreadsheets open with its Japanese intact."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(csv_rows(report))
    return "\ufeff" + written.getvalue()


def _render(template: str, report: Report, **values: object) -> str:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawn = {one.id: _drawn(one.id, one.chart) for one in report.sections}
    return environment.get_template(template).render(report=report, charts=drawn, k=K, **values)


def _drawn(name: str, chart: Chart | None) -> str | None:
    if chart is None:
        return None
    if chart.shape == "line":
        return charts.line(name, [row[0] for row in chart.rows], [row[1] for row in chart.rows])
    draw = charts.bars if chart.shape == "bars" else charts.shares
    return draw(name, chart.rows)
