"""Section `long`: a turn late in a conversation against the same turn early in it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
import requests

from bench import models, servers
from bench.conversations import ROUND
from bench.load import say
from bench.options import Options
from bench.processes import BenchError
from bench.report import Table, median, number, ratio

EARLY, LATE = 20, 500
_PAIRS, _QUICK_PAIRS = 3, 1
_TIMED_ROUNDS = 2
_MOST_ROUNDS = 120

EventCount = Callable[[servers.Server, str], int]


@dataclass
class Turns:
    """Milliseconds of the same messages in short and in long conversations."""

    early: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


def run(options: Options) -> list[Table]:
    """Make long and short conversations with both set-ups, alternating."""
    ours, stock_model = models.ours(), models.stock(options.quick)
    measured: dict[str, Turns] = {}
    with servers.tsunagari(True, ours) as mine, servers.stock(stock_model) as other:
        for _ in range(_QUICK_PAIRS if options.quick else _PAIRS):
            for server, count in ((mine, stored_events), (other, rasa_events)):
                turns = measured.setdefault(server.name, Turns())
                asyncio.run(_compare(server, count, turns))
    return [table(measured)]


async def _compare(server: servers.Server, count: EventCount, turns: Turns) -> None:
    """Time the same messages in a long conversation and in a short one, in turn."""
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        late = await _grow(session, server, count, LATE)
        early = await _grow(session, server, count, EARLY)
        for text in ROUND * _TIMED_ROUNDS:
            turns.early.append(await say(session, server.url, early, text))
            turns.late.append(await say(session, server.url, late, text))


async def _grow(
    session: aiohttp.ClientSession, server: servers.Server, count: EventCount, events: int
) -> str:
    """Hold a conversation of at least so many events, whole rounds; return its sender."""
    sender = f"long-{uuid.uuid4().hex}"
    for _ in range(_MOST_ROUNDS):
        for text in ROUND:
            await say(session, server.url, sender, text)
        if count(server, sender) >= events:
            return sender
    raise BenchError(f"{server.name}: no {events} events after {_MOST_ROUNDS} rounds")


def stored_events(server: servers.Server, sender: str) -> int:
    """Count the events tsunagari has stored for a REST conversation."""
    query = "SELECT events FROM tracker_turn WHERE conversation_id = ?"
    with sqlite3.connect(f"file:{server.store}?mode=ro", uri=True) as connection:
        rows = connection.execute(query, (f"rest:{sender}",)).fetchall()
    return sum(len(json.loads(events)) for (events,) in rows)


def rasa_events(server: servers.Server, sender: str) -> int:
    """Count the events in Rasa's tracker."""
    url = f"{server.base}/conversations/{sender}/tracker"
    return len(requests.get(url, timeout=60).json()["events"])


def table(measured: dict[str, Turns]) -> Table:
    """Compare early and late turns of each set-up."""
    any_turns = next(iter(measured.values()))
    shown = Table(
        "Long conversations",
        ("", f"at event {EARLY}, median ms", f"at event {LATE}, median ms", "late / early"),
        notes=[
            f"{len(any_turns.late)} turns of each kind, the same messages in turn in a short and "
            f"in a long conversation: {_TIMED_ROUNDS} rounds of {len(ROUND)} messages that begin "
            f"with at least {EARLY} and {LATE} events; a new pair of conversations every "
            f"{_TIMED_ROUNDS * len(ROUND)} turns."
        ],
    )
    for name, turns in measured.items():
        early, late = median(turns.early), median(turns.late)
        shown.add(name, number(early), number(late), ratio(early, late))
    return shown
