"""Draws the figures of docs/understanding.md as SVG.

Import this module before `light_imports.install()`, which puts a stand-in for matplotlib.
Text stays text in the SVG (small files, the reader's own Japanese font); widths measured
without that font are only estimates, hence the fixed margins.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

_FONTS = ["Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "Meiryo", "DejaVu Sans", "sans-serif"]
_BLUE, _ORANGE, _GREY = "#1f6f9f", "#d9822b", "#8a8f98"
_BAND_NAMES = {"answer": "答える", "maybe": "もしかして", "unknown": "分からない"}
_MOST_CONFUSIONS = 15


def draw_reliability(
    path: Path,
    bins: Sequence[tuple[int, float, float]],
    bands: Sequence[tuple[str, int, int]],
    error: float,
) -> None:
    """Draws the reliability curve beside the three bands.

    Args:
        path: SVG file to write.
        bins: (number, mean confidence, accuracy) of each bin.
        bands: (name, number, right ones) of each band.
        error: Expected calibration error.
    """
    figure = Figure(figsize=(9, 4))
    left, right = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.08, right=0.98, bottom=0.14, top=0.88, wspace=0.25)
    left.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1)
    confidence, accuracy = [one[1] for one in bins], [one[2] for one in bins]
    left.plot(confidence, accuracy, color=_BLUE, marker="o")
    for number, x, y in bins:
        left.annotate(str(number), (x, y), textcoords="offset points", xytext=(6, -11), fontsize=8)
    left.set(xlim=(0, 1.02), ylim=(0, 1.05), xlabel="確信度の平均", ylabel="正解の割合")
    left.set_title(f"信頼性曲線（点の数字は件数、ECE {error:.3f}）", fontsize=10)
    names = [_BAND_NAMES[name] for name, _, _ in bands]
    counts = [count for _, count, _ in bands]
    hits = [good for _, _, good in bands]
    right.barh(names, counts, color=_ORANGE, label="一番の候補が誤り")
    right.barh(names, hits, color=_BLUE, label="一番の候補が正解")
    for row, (count, good) in enumerate(zip(counts, hits, strict=True)):
        share = f"{good / count:.0%}" if count else "–"
        right.annotate(
            f"{count}件・正解 {share}",
            (count, row),
            textcoords="offset points",
            xytext=(5, -4),
            fontsize=8,
        )
    right.set_xlim(0, max(counts) * 1.35)
    right.invert_yaxis()
    right.set_title("三つの帯", fontsize=10)
    right.legend(fontsize=8, loc="lower right")
    _save(figure, path)


def draw_confusions(path: Path, pairs: Counter[tuple[str, str]], totals: Counter[str]) -> None:
    """Draws the confusion matrix of the intents that are confused, and the top confusions.

    Args:
        path: SVG file to write.
        pairs: Wrong answers, (truth, guess) → number.
        totals: Utterances by intent.
    """
    names = sorted({name for pair in pairs for name in pair})
    place = {name: index for index, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    for (truth, guess), count in pairs.items():
        matrix[place[truth], place[guess]] = count
    figure = Figure(figsize=(12, 7.5))
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [3, 2]})
    figure.subplots_adjust(left=0.12, right=0.97, bottom=0.17, top=0.94, wspace=0.62)
    left.imshow(matrix, cmap="Oranges", vmin=0, aspect="auto")
    for (truth, guess), count in pairs.items():
        colour = "white" if count > matrix.max() * 0.6 else "black"
        left.text(
            place[guess], place[truth], count, ha="center", va="center", fontsize=7, color=colour
        )
    left.set_xticks(range(len(names)))
    left.set_xticklabels(names, rotation=90, fontsize=7)
    left.set_yticks(range(len(names)))
    left.set_yticklabels([f"{name} ({totals[name]})" for name in names], fontsize=7)
    left.set(xlabel="理解した意図", ylabel="正しい意図（件数）")
    left.set_title("取り違え（正解の対角線は省く）", fontsize=10)
    top = pairs.most_common(_MOST_CONFUSIONS)
    labels = [f"{truth} → {guess}" for (truth, guess), _ in top]
    right.barh(labels, [count for _, count in top], color=_ORANGE)
    right.invert_yaxis()
    right.tick_params(axis="y", labelsize=7)
    right.xaxis.get_major_locator().set_params(integer=True)
    right.set_title("多い取り違え", fontsize=10)
    _save(figure, path)


def draw_invariance(path: Path, rows: Sequence[tuple[str, int, float, float]]) -> None:
    """Draws how much survives each rewrite.

    Args:
        path: SVG file to write.
        rows: (phenomenon, pairs, share of kept intents, share of kept entities).
    """
    figure = Figure(figsize=(9, 5.5))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.2, right=0.97, bottom=0.09, top=0.93)
    places = np.arange(len(rows))
    axes.barh(places - 0.2, [row[2] for row in rows], 0.38, color=_BLUE, label="意図")
    axes.barh(places + 0.2, [row[3] for row in rows], 0.38, color=_ORANGE, label="値")
    for place, (_, _, intent, entities) in zip(places, rows, strict=True):
        for offset, share in ((-0.2, intent), (0.2, entities)):
            axes.annotate(
                f"{share:.0%}",
                (share, place + offset),
                textcoords="offset points",
                xytext=(3, -3),
                fontsize=7,
            )
    axes.set_yticks(places)
    axes.set_yticklabels([f"{name}（{pairs}）" for name, pairs, _, _ in rows], fontsize=9)
    axes.set_xlim(0, 1.06)
    axes.invert_yaxis()
    axes.set_title("書き換えても変わらない割合（括弧は組の数）", fontsize=10)
    axes.legend(fontsize=8, loc="lower left")
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A fixed salt and no date: the same numbers give the same file.
    settings: dict[str, Any] = {"svg.fonttype": "none", "svg.hashsalt": "tsunagari"}
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with matplotlib.rc_context({**settings, "font.family": _FONTS}), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        FigureCanvasSVG(figure).print_svg(path, metadata={"Date": None})
