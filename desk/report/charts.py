"""Charts of the report as SVG that takes its colours from the page: light, dark and print.

Matplotlib draws; what it writes into `style` attributes becomes attributes and classes, because
the desk's pages allow no inline style, and because a fixed colour would be wrong in the dark.
Text stays text, in the reader's own Japanese font; widths are estimates, hence the wide margins.

Imports Matplotlib: run it in a process of its own, never in the server's.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

#: Colours as placeholders: each stands for a class of report.css.
INK, NOW, BEFORE, LINE = "#010101", "#020202", "#030303", "#040404"
SHADES = ("#050505", "#060606", "#070707", "#080808")
_CLASSES = {
    INK: "ink", NOW: "now", BEFORE: "before", LINE: "line",
    **{colour: f"shade{number}" for number, colour in enumerate(SHADES, start=1)},
}  # fmt: skip
_LEFT_OUT = (f"{{{SVG}}}metadata", f"{{{SVG}}}style")
_WIDTH, _ROW = 7.2, 0.34
_SIZE = 9.5
_DECLARATION = re.compile(r"\s*([a-z-]+)\s*:\s*([^;]+)")
_FONT = re.compile(r"([\d.]+)px\b")


def bars(name: str, rows: Sequence[tuple[str, float, float | None]], unit: str = "") -> str:
    """Draw horizontal bars, this period's above that of the period before.

    Args:
        name: Name of the chart, for ids.
        rows: (label, now, before); before is None where it is hidden or was not counted.
        unit: Behind each number.
    """
    figure = Figure(figsize=(_WIDTH, 0.5 + _ROW * 1.5 * max(len(rows), 1)))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.30, right=0.93, top=0.99, bottom=0.02)
    places = range(len(rows))
    most = max([1.0, *(value for _, *both in rows for value in both if value is not None)])
    axes.barh([place - 0.18 for place in places], [row[1] for row in rows], 0.34, color=NOW)
    axes.barh([place + 0.18 for place in places], [row[2] or 0 for row in rows], 0.26, color=BEFORE)
    for place, (_, value, _) in zip(places, rows, strict=True):
        axes.text(
            value + most * 0.012, place - 0.18, f"{value:,.0f}{unit}",
            va="center", fontsize=_SIZE, color=INK,
        )  # fmt: skip
    axes.set_yticks(list(places))
    axes.set_yticklabels([row[0] for row in rows], fontsize=_SIZE, color=INK)
    axes.set_xlim(0, most * 1.12)
    axes.set_xticks([])
    axes.invert_yaxis()
    _plain(axes)
    return _svg(figure, name)


def line(name: str, labels: Sequence[str], values: Sequence[float]) -> str:
    """Draw a line over days.

    Args:
        name: Name of the chart, for ids.
        labels: One for each value; a few are written.
        values: Numbers.
    """
    figure = Figure(figsize=(_WIDTH, 2.1))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.07, right=0.98, top=0.95, bottom=0.17)
    places = list(range(len(values)))
    axes.fill_between(places, values, color=BEFORE, alpha=0.35, linewidth=0)
    axes.plot(places, values, color=NOW, linewidth=2, marker="o", markersize=3)
    step = max(1, len(labels) // 8)
    axes.set_xticks(places[::step])
    axes.set_xticklabels(labels[::step], fontsize=_SIZE, color=INK)
    axes.set_ylim(0, max([1.0, *values]) * 1.15)
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
    axes.tick_params(axis="y", labelsize=_SIZE, labelcolor=INK)
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    _plain(axes)
    return _svg(figure, name)


def shares(name: str, rows: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> str:
    """Draw stacked bars of shares, one a row, with percents inside.

    Args:
        name: Name of the chart, for ids.
        rows: (label of the row, parts as (label, share 0–1)).
    """
    figure = Figure(figsize=(_WIDTH, 0.75 + 0.45 * len(rows)))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.13, right=0.98, top=0.80, bottom=0.04)
    for place, (_, parts) in enumerate(rows):
        left = 0.0
        for number, (_, share) in enumerate(parts):
            axes.barh([place], [share], 0.62, left=left, color=SHADES[number % len(SHADES)],
                      )  # fmt: skip
            if share >= 0.06:
                axes.text(left + share / 2, place, f"{share:.0%}", ha="center", va="center",
                          fontsize=_SIZE, color="#0a0a0a")  # fmt: skip
            left += share
    axes.set_yticks(range(len(rows)))
    axes.set_yticklabels([row[0] for row in rows], fontsize=_SIZE, color=INK)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.invert_yaxis()
    place_x = 0.13
    for number, (label, _) in enumerate(rows[0][1] if rows else ()):
        height = 0.16 / figure.get_figheight()
        figure.patches.append(
            Rectangle((place_x, 1 - 1.5 * height), 0.02, height, transform=figure.transFigure,
                      color=SHADES[number % len(SHADES)])
        )  # fmt: skip
        figure.text(place_x + 0.027, 1 - 1.45 * height, label, fontsize=_SIZE, color=INK)
        # A Japanese character is as wide as it is high: nothing has to be measured.
        place_x += 0.027 + (len(label) + 1.5) * _SIZE / 72 / _WIDTH
    _plain(axes)
    return _svg(figure, name)


def _plain(axes: object) -> None:
    for side in axes.spines.values():  # type: ignore[attr-defined]
        side.set_visible(False)
    axes.tick_params(length=0)  # type: ignore[attr-defined]
    axes.patch.set_visible(False)  # type: ignore[attr-defined]


def _svg(figure: Figure, name: str) -> str:
    figure.patch.set_visible(False)
    written = io.BytesIO()
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    settings = {"svg.fonttype": "none", "svg.hashsalt": name, "font.family": ["sans-serif"]}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # The glyphs of the reader's font are not measured here.
        warnings.simplefilter("ignore")
        FigureCanvasSVG(figure).print_svg(written, metadata={"Date": None, "Creator": None})
    return themed(written.getvalue().decode("utf-8"))


def themed(svg: str) -> str:
    """Turn Matplotlib's SVG into one that may stand inside a page.

    Args:
        svg: As written by Matplotlib.

    Returns:
        One `<svg>` element without inline styles, ids nobody refers to, or a fixed size. It is
        hidden from screen readers: the table beside it says the same.
    """
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(svg)
    for parent in root.iter():
        for child in [
            one for one in parent if one.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style")
        ]:
            parent.remove(child)
    used = set(re.findall(r'url\(#([^)]+)\)|xlink:href="#([^"]+)"', svg))
    names = {name for pair in used for name in pair if name}
    for element in root.iter():
        if element.get("id") not in names:
            element.attrib.pop("id", None)
        style = element.attrib.pop("style", None)
        if style:
            _set_style(element, style)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.set("class", "chart")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return ElementTree.tostring(root, encoding="unicode")


def _set_style(element: ElementTree.Element, style: str) -> None:
    classes = []
    for key, value in _DECLARATION.findall(style):
        value = value.strip()
        if key in ("fill", "stroke") and value in _CLASSES:
            classes.append(f"{key}-{_CLASSES[value]}")
        elif key in ("fill", "stroke") and value == "#0a0a0a":
            classes.append(f"{key}-on")
        elif key == "font":
            size = _FONT.search(value)
            if size:
                element.set("font-size", size[1])
        else:
            element.set(key, value)
    if classes:
        element.set("class", " ".join(classes))
