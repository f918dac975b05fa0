"""A SQLite store that another process holds: nobody is blocked, nothing told is lost."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from conversations.database import STORE_AWAY, Database
from conversations.database_lock import PATIENCE_SECONDS
from conversations.database_problems import explained
from conversations.gate import Gate
from conversations.ports import Delivery, IncomingMessage, OutputDict, Utterance
from conversations.store import ConversationStore
from tests.conversations.gate.fake_bot import FakeBot, typed


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield database
    database.close()


@pytest.fixture
def gate(database: Database, bot: FakeBot) -> Gate:
    return Gate(ConversationStore(database), bot)


@contextmanager
def held(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        other.close()


async def longest_pause(seconds: float) -> float:
    """Return how long the event loop was away from others at most."""
    longest, end = 0.0, time.monotonic() + seconds
    while (before := time.monotonic()) < end:
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - before)
    return longest


async def test_a_store_held_for_a_moment_delays_only_those_who_write(
    gate: Gate, tmp_path: Path
) -> None:
    with held(tmp_path) as other:
        talks = [asyncio.create_task(gate.receive(typed("やあ", f"m{n}"))) for n in range(8)]
        assert await longest_pause(1.0) < 0.5
        assert not any(one.done() for one in talks)
        other.rollback()
        replies = await asyncio.gather(*talks)
    assert [one.messages for one in replies] == [[{"text": "聞きました: やあ"}]] * 8


async def test_a_store_held_for_long_is_said_within_seconds(gate: Gate, tmp_path: Path) -> None:
    with held(tmp_path):
        began = time.monotonic()
        with pytest.raises(STORE_AWAY):
            await gate.receive(typed("やあ", "m1"))
        assert time.monotonic() - began < 5
    assert (await gate.receive(typed("やあ", "m1"))).messages == [{"text": "聞きました: やあ"}]


class SeizingBot(FakeBot):
    """While it thinks about its first message, another process seizes the store."""

    def __init__(self, other: sqlite3.Connection) -> None:
        super().__init__()
        self._other = other

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        if not self.heard:
            self._other.execute("BEGIN IMMEDIATE")
        return await super().respond(utterance)


async def test_what_was_taken_in_is_answered_before_what_follows(
    database: Database, tmp_path: Path
) -> None:
    with held(tmp_path) as other:
        other.rollback()
        gate = Gate(ConversationStore(database), SeizingBot(other))
        with pytest.raises(STORE_AWAY):
            await gate.receive(typed("一つ目", "m1"))
    await gate.receive(typed("二つ目", "m2"))
    answers = [one.text for one in gate.store.log.history("rest:a") if one.author == "bot"]
    assert answers == ["聞きました: 一つ目", "聞きました: 二つ目"]


async def test_a_submitted_message_is_answered_when_the_store_is_back(
    database: Database, tmp_path: Path
) -> None:
    with held(tmp_path) as other:
        other.rollback()
        gate = Gate(ConversationStore(database), SeizingBot(other))
        await gate.submit(typed("やあ", "m1"))
        await asyncio.sleep(PATIENCE_SECONDS + 1)
        other.rollback()
        await gate.drain()
    answers = [one.text for one in gate.store.log.history("rest:a") if one.author == "bot"]
    assert answers == ["聞きました: やあ"]


class SeizedDeliverer:
    """The store is seized for a second just when a message has gone out."""

    def __init__(self, other: sqlite3.Connection) -> None:
        self.sent = 0
        self._other = other

    async def deliver(self, delivery: Delivery) -> None:
        self.sent += 1
        self._other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(1, self._other.rollback)


async def test_what_was_sent_while_the_store_was_held_is_not_sent_again(
    database: Database, tmp_path: Path
) -> None:
    with held(tmp_path) as other:
        other.rollback()
        line = SeizedDeliverer(other)
        gate = Gate(ConversationStore(database), FakeBot(), deliverers={"line": line})
        await gate.submit(IncomingMessage("line:u", "line", text="やあ", client_message_id="1"))
        await gate.drain()
        assert await gate.send_pending()
    assert line.sent == 1


def test_a_thread_of_its_own_waits_until_the_store_is_free(
    database: Database, tmp_path: Path
) -> None:
    with held(tmp_path) as other, ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        writing = pool.submit(write_nothing, database)
        time.sleep(0.5)
        other.rollback()
        writing.result()
    assert time.monotonic() - began < 1.5


def write_nothing(database: Database) -> None:
    with database.write():
        pass


async def test_what_was_refused_and_is_sent_again_is_answered_once(
    database: Database, tmp_path: Path
) -> None:
    with held(tmp_path) as other:
        other.rollback()
        bot = SeizingBot(other)
        gate = Gate(ConversationStore(database), bot)
        # Taken in, and then refused: its sender is told to send it again.
        with pytest.raises(STORE_AWAY):
            await gate.receive(typed("やあ"))
    again = await gate.receive(typed("やあ"))
    assert again.messages == [{"text": "聞きました: やあ"}]
    # What is said once more later is another message.
    await gate.receive(typed("やあ"))
    said = [(one.author, one.text) for one in gate.store.log.history("rest:a")]
    assert said == [("customer", "やあ"), ("bot", "聞きました: やあ")] * 2


def test_a_store_that_another_process_holds_is_no_store_to_send_visitors_to(
    database: Database, tmp_path: Path
) -> None:
    database.check()
    with held(tmp_path), ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        with pytest.raises(STORE_AWAY) as error:
            pool.submit(database.check).result()
        assert time.monotonic() - began < 2
        assert "つかんだまま" in explained(error.value)
    database.check()


def test_a_thread_of_a_server_gives_up_as_soon_as_its_visitors(
    database: Database, tmp_path: Path
) -> None:
    with held(tmp_path), ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        with pytest.raises(STORE_AWAY):
            pool.submit(write_nothing, database).result()
        assert time.monotonic() - began < PATIENCE_SECONDS + 1
