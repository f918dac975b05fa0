"""Section `turns`: whole turns over REST at 1, 8 and 32 users."""

from __future__ import annotations

from contextlib import ExitStack

from bench import models, servers
from bench.conversations import mixed
from bench.load import Load, play
from bench.options import Options
from bench.report import Table, median, number, percentile, ratio

USERS = (1, 8, 32)
_TURNS = {1: 80, 8: 120, 32: 200}
_QUICK_DIVISOR = 2
_WARM_UP_TURNS = 12
_STOCK = "stock"

Runs = dict[tuple[str, int], list[Load]]


def run(options: Options) -> list[Table]:
    """Play the same conversations against all servers, alternating."""
    ours, stock_model = models.ours(), models.stock(options.quick)
    measured: Runs = {}
    with ExitStack() as stack:
        open_servers = [
            stack.enter_context(servers.tsunagari(False, ours)),
            stack.enter_context(servers.tsunagari(True, ours)),
            stack.enter_context(servers.stock(stock_model)),
        ]
        for server in open_servers:
            play(server.url, mixed(_WARM_UP_TURNS), 1)
        for _ in range(options.runs):
            for users in USERS:
                turns = _TURNS[users] // (_QUICK_DIVISOR if options.quick else 1)
                for server in open_servers:
                    load = play(server.url, mixed(turns), users)
                    measured.setdefault((server.name, users), []).append(load)
    return [table(measured, [server.name for server in open_servers])]


def table(measured: Runs, names: list[str]) -> Table:
    """Lay out the medians of the runs.

    Args:
        measured: Runs by server and number of users.
        names: Servers in order; "stock" is what the others are compared with.
    """
    shown = Table(
        "Whole turns over REST",
        ("", "users", "turns/s", "median ms", "p95 ms", "turns/s against stock", "median", "p95"),
        notes=[
            "The conversations of tests/conversations; each user waits for the answer. Medians of "
            f"{max(map(len, measured.values()))} alternating runs of "
            + ", ".join(
                f"{len(measured[names[0], u][0].milliseconds)} turns ({u} users)" for u in USERS
            )
            + ".",
            "Stock: `rasa run` with RulePolicy, Memoization, TED and UnexpecTED, in-memory tracker "
            "store, our actions in an HTTP action server (`rasa run actions`).",
        ],
    )
    for users in USERS:
        rates = {name: _medians(measured[name, users]) for name in names}
        for name in names:
            rate, p50, p95 = rates[name]
            against = ("", "", "")
            if name != _STOCK and _STOCK in rates:
                base = rates[_STOCK]
                against = (ratio(base[0], rate), ratio(p50, base[1]), ratio(p95, base[2]))
            shown.add(name, str(users), *map(number, (rate, p50, p95)), *against)
    return shown


def _medians(loads: list[Load]) -> tuple[float, float, float]:
    return (
        median([load.turns_per_second for load in loads]),
        median([median(load.milliseconds) for load in loads]),
        median([percentile(load.milliseconds, 95) for load in loads]),
    )
