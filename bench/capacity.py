"""Section `capacity`: turns/s and latency from 1 to 128 users, on one and on two processes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import sqlalchemy

from bench import models, servers
from bench.conversations import mixed
from bench.load import Load, play
from bench.options import Options
from bench.processes import BenchError
from bench.report import Table, median, number, percentile
from tests.services.engines import MissingEngineError, postgresql, redis

USERS = (1, 8, 32, 128)
_TURNS = {1: 100, 8: 200, 32: 400, 128: 600}
_QUICK_DIVISOR = 4
_MOST_RUNS = 3
# Stock needs a quarter of an hour for three; its figures differ by factors, not by noise.
_STOCK_RUNS = 1
_WARM_UP_TURNS = 12


@dataclass(frozen=True)
class SetUp:
    """One way to run the product.

    Attributes:
        name: Shown in the table.
        urls: Webhooks of its processes; conversations go to them in turn, as behind a proxy.
        running: Its server processes.
        most_runs: How often everything is played at most.
    """

    name: str
    urls: tuple[str, ...]
    running: tuple[servers.Server, ...]
    most_runs: int = _MOST_RUNS


def run(options: Options) -> list[Table]:
    """Play the consultations of the tests against every set-up, one after another."""
    model = models.ours()
    measured: dict[tuple[str, int], list[Load]] = {}
    memory: dict[str, float] = {}
    notes: list[str] = []
    for open_set_up in (_sqlite, _one_shared, _two_shared, _stock):
        try:
            with open_set_up(model) as set_up:
                for url in set_up.urls:
                    play(url, mixed(_WARM_UP_TURNS), 1)
                for _ in range(min(options.runs, set_up.most_runs)):
                    for users in USERS:
                        turns = _TURNS[users] // (_QUICK_DIVISOR if options.quick else 1)
                        load = play(set_up.urls, mixed(turns), users)
                        measured.setdefault((set_up.name, users), []).append(load)
                memory[set_up.name] = sum(
                    one.megabytes() + one.helper_megabytes() for one in set_up.running
                )
        except (MissingEngineError, BenchError) as missing:
            notes.append(f"**Left out**: {missing}")
    return [table(measured, memory, notes)]


@contextmanager
def _sqlite(model: models.Trained) -> Iterator[SetUp]:
    with servers.tsunagari(True, model) as server:
        yield SetUp("1 process, SQLite", (server.url,), (server,))


@contextmanager
def _one_shared(model: models.Trained) -> Iterator[SetUp]:
    with _shared(model, 1) as set_up:
        yield set_up


@contextmanager
def _two_shared(model: models.Trained) -> Iterator[SetUp]:
    with _shared(model, 2) as set_up:
        yield set_up


@contextmanager
def _shared(model: models.Trained, processes: int) -> Iterator[SetUp]:
    with ExitStack() as stack:
        database, cache = stack.enter_context(postgresql()), stack.enter_context(redis())
        variables = {
            "TSUNAGARI_DATABASE_URL": _new_database(database.url),
            "TSUNAGARI_REDIS_URL": cache.url,
        }
        started = tuple(
            stack.enter_context(servers.tsunagari(True, model, variables)) for _ in range(processes)
        )
        noun = "process" if processes == 1 else "processes"
        name = f"{processes} {noun}, PostgreSQL + Redis"
        yield SetUp(name, tuple(server.url for server in started), started)


@contextmanager
def _stock(_model: models.Trained) -> Iterator[SetUp]:
    with servers.stock(models.stock_if_trained()) as server:
        yield SetUp("stock Rasa, in memory", (server.url,), (server,), _STOCK_RUNS)


def _new_database(server: str) -> str:
    name = f"bench_{uuid.uuid4().hex}"
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return server.rsplit("/", 1)[0] + f"/{name}"


def table(
    measured: dict[tuple[str, int], list[Load]], memory: dict[str, float], notes: list[str]
) -> Table:
    """Lay out the medians of the runs.

    Args:
        measured: Runs by set-up and number of users.
        memory: Megabytes of the server processes at the end.
        notes: What could not be measured.
    """
    shown = Table(
        "Capacity",
        ("", "users", "turns/s", "p50 ms", "p95 ms", "p99 ms", "memory MB"),
        notes=[
            "The consultations of tests/conversations over loopback REST; each user waits for the "
            "answer. Load generator, servers and databases share the machine's processors. Memory "
            "is that of all server processes, stock's action server included.",
            *notes,
        ],
    )
    for name in dict.fromkeys(name for name, _ in measured):
        for users in USERS:
            loads = measured.get((name, users))
            if loads is None:
                # The notes say what went wrong; what was measured before stands.
                continue
            figures = [median([load.turns_per_second for load in loads])]
            for percent in (50, 95, 99):
                figures.append(median([percentile(load.milliseconds, percent) for load in loads]))
            last = number(memory.get(name)) if users == USERS[-1] else ""
            shown.add(name, str(users), *map(number, figures), last)
    return shown
