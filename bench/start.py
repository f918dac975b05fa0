"""Section `start`: cold start to the first answer, and memory after 200 turns."""

from __future__ import annotations

from bench import models, servers
from bench.conversations import mixed
from bench.load import play
from bench.options import Options
from bench.report import Table, median, number, ratio

TURNS = 200
_MOST_RUNS = 2


def run(options: Options) -> list[Table]:
    """Start both set-ups from nothing, alternating."""
    ours, stock_model = models.ours(), models.stock(options.quick)
    starts: dict[str, list[float]] = {"tsunagari": [], "stock": []}
    memory: dict[str, list[float]] = {"tsunagari": [], "stock": []}
    helpers = [0.0]
    for _ in range(min(options.runs, _MOST_RUNS)):
        for name, server_of in (
            ("tsunagari", lambda: servers.tsunagari(True, ours)),
            ("stock", lambda: servers.stock(stock_model)),
        ):
            with server_of() as server:
                starts[name].append(server.seconds)
                play(server.url, mixed(TURNS), 1)
                memory[name].append(server.megabytes())
                if server.helpers:
                    helpers.append(server.helper_megabytes())
    return [table(starts, memory, helpers[-1])]


def table(starts: dict[str, list[float]], memory: dict[str, list[float]], helpers: float) -> Table:
    """Lay both set-ups side by side.

    Args:
        starts: Seconds to the first answer.
        memory: Megabytes of the server after the turns.
        helpers: Megabytes of stock's action server.
    """
    shown = Table(
        "Start and memory",
        ("", "tsunagari", "stock", "tsunagari / stock"),
        notes=[
            f"Medians of {len(starts['stock'])} alternating starts; memory is resident memory of "
            f"the server after {TURNS} turns. tsunagari on its default SQLite file."
        ],
    )
    mine, other = median(starts["tsunagari"]), median(starts["stock"])
    shown.add("cold start to the first answer, s", number(mine), number(other), _share(mine, other))
    mine, other = median(memory["tsunagari"]), median(memory["stock"])
    shown.add("memory, MB", number(mine), number(other), _share(mine, other))
    both = other + helpers
    shown.add("the same with the action server", number(mine), number(both), _share(mine, both))
    return shown


def _share(mine: float, other: float) -> str:
    return ratio(other, mine)
