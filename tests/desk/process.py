"""A process of its own at the desk, `python -m tests.desk.process STORE WHAT …`; it may die.

Prints one word on how it went. `die` variants end like a killed process: nothing is cleaned up.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from conversations.ports import Delivery, IncomingMessage
from desk.model import DeskError, Staff
from tests.desk.world import COMPANY, World

DIED = 9


class DiesSending:
    """Sends, then dies before it could note so."""

    def __init__(self, path: Path, before: bool) -> None:
        self._path = path
        self._before = before

    async def deliver(self, delivery: Delivery) -> None:
        if self._before:
            os._exit(DIED)
        with self._path.open("a", encoding="utf-8") as ledger:
            for part in delivery.parts:
                ledger.write(f"{part.outbox_id}\t{part.body['text']}\n")
        os._exit(DIED)


class DiesAfterCommit:
    def __getattr__(self, _name: str) -> object:
        return lambda *_arguments: os._exit(DIED)


def claim(world: World, name: str, *starts: str) -> None:
    """Try once for each start, as soon as it is there."""
    print("ready", flush=True)
    for start in starts:
        while not Path(start).exists():
            time.sleep(0.001)
        queue = world.desk.queue()
        version = queue[0].version if queue else None
        try:
            world.desk.claim(COMPANY, Staff(f"desk:{name}", name), version)
        except DeskError as error:
            print(error.code, flush=True)
        else:
            print("won", flush=True)


def say_and_die(world: World, company: str, text: str, key: str) -> None:
    world.desk.listeners.all.insert(0, DiesAfterCommit())  # type: ignore[arg-type]
    held = world.desk.conversation(company)
    world.desk.say(company, Staff(str(held.owner), str(held.owner_name)), text, key)


def accept_and_die(world: World, text: str) -> None:
    world.gate.accept(IncomingMessage(COMPANY, "web", text=text, client_message_id="killed"))
    os._exit(DIED)


def deliver_and_die(world: World, company: str, ledger: str, when: str) -> None:
    world.gate.deliveries.add("line", DiesSending(Path(ledger), when == "before"))
    asyncio.run(world.gate.flush(company))


def main(store: str, what: str, *arguments: str) -> None:
    globals()[what](World(Path(store)), *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
