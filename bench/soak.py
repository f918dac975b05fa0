"""Section `soak`: memory and latency while consultations go on and on."""

from __future__ import annotations

import time
from pathlib import Path

from bench import models, servers
from bench.conversations import mixed
from bench.load import play
from bench.options import Options
from bench.paths import ROOT
from bench.report import Table, median, number, percentile

USERS = 8
_TURNS = 6000
_QUICK_TURNS = 600
_STEPS = 20
FIGURE = ROOT / "docs" / "images" / "soak.svg"

Point = tuple[int, float, float, float]
"""Turns so far, megabytes, median ms, p95 ms."""


def run(options: Options) -> list[Table]:
    """Play thousands of turns against one process and look at it twenty times."""
    turns = _QUICK_TURNS if options.quick else _TURNS
    points: list[Point] = []
    began = time.monotonic()
    with servers.tsunagari(True, models.ours()) as server:
        done = 0
        for _ in range(_STEPS):
            load = play(server.url, mixed(turns // _STEPS), USERS)
            done += len(load.milliseconds)
            times = load.milliseconds
            points.append((done, server.megabytes(), median(times), percentile(times, 95)))
    if not options.quick:
        draw(points, FIGURE)
    return [table(points, time.monotonic() - began)]


def table(points: list[Point], seconds: float) -> Table:
    """Lay out the beginning, the middle and the end."""
    shown = Table(
        "Soak",
        ("turns", "memory MB", "median ms", "p95 ms"),
        notes=[
            f"One process on SQLite, {USERS} users, {seconds / 60:.0f} minutes; every conversation "
            "is new. Memory grows until the cache of conversations is full (1,000 of about 100 kB) "
            "and stays there."
        ],
    )
    last = len(points) - 1
    for index in sorted({quarter * last // 4 for quarter in range(5)}):
        turns, *figures = points[index]
        shown.add(f"{turns:,}", *map(number, figures))
    return shown


def draw(points: list[Point], path: Path) -> None:
    """Draw memory and latency over the turns."""
    import matplotlib.pyplot as plt

    turns = [point[0] for point in points]
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(7, 4.5))
    above.plot(turns, [point[1] for point in points], marker="o", markersize=3)
    above.set_ylabel("memory, MB")
    above.set_ylim(bottom=0)
    below.plot(turns, [point[2] for point in points], marker="o", markersize=3, label="median")
    below.plot(turns, [point[3] for point in points], marker="o", markersize=3, label="p95")
    below.set_ylabel("turn, ms")
    below.set_xlabel("turns")
    below.set_ylim(bottom=0)
    below.legend()
    for axis in (above, below):
        axis.grid(visible=True, alpha=0.3)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
