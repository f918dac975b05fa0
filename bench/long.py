"""Section `long`: a turn late in a conversation against the same turn early in it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import uuid
from collections.abc import Callable
from itertools import cycle

import aiohttp
import requests

from bench import models, servers
from bench.conversations import ROUND
from bench.load import say
from bench.options import Options
from bench.report import Table, median, number, ratio

EARLY, LATE = 20, 500
WINDOW = 60
"""Turns that begin less than so many events after `EARLY` or `LATE` count: two rounds or so."""
_MOST_TURNS = 400

EventCount = Callable[[servers.Server, str], int]
Turns = list[tuple[int, float]]


def run(options: Options) -> list[Table]:
    """Make long conversations with both set-ups, alternating."""
    ours, stock_model = models.ours(), models.stock(options.quick)
    conversations = 1 if options.quick else 3
    measured: dict[str, Turns] = {}
    with servers.tsunagari(True, ours) as mine, servers.stock(stock_model) as other:
        for _ in range(conversations):
            for server, count in ((mine, stored_events), (other, rasa_events)):
                turns = asyncio.run(_converse(server, count))
                measured.setdefault(server.name, []).extend(turns)
    return [table(measured, conversations)]


async def _converse(server: servers.Server, count: EventCount) -> Turns:
    """Talk until well past `LATE` events; each turn's events before it and milliseconds."""
    sender = f"long-{uuid.uuid4().hex}"
    turns: Turns = []
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        for text in cycle(ROUND):
            events = count(server, sender)
            if events >= LATE + WINDOW or len(turns) >= _MOST_TURNS:
                return turns
            turns.append((events, await say(session, server.url, sender, text)))
    return turns


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


def table(measured: dict[str, Turns], conversations: int) -> Table:
    """Compare early and late turns of each set-up."""
    shown = Table(
        "Long conversations",
        ("", f"at event {EARLY}, median ms", f"at event {LATE}, median ms", "late / early"),
        notes=[
            f"Turns that begin with {EARLY} to {EARLY + WINDOW} and {LATE} to {LATE + WINDOW} "
            f"events, a repeated round of {len(ROUND)} messages, {conversations} conversations."
        ],
    )
    for name, turns in measured.items():
        early, late = (
            median([ms for events, ms in turns if start <= events < start + WINDOW])
            for start in (EARLY, LATE)
        )
        shown.add(name, number(early), number(late), ratio(early, late))
    return shown
