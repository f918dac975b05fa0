"""Nothing is lost and nothing is said twice: rate limits, broken connections, dead processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from channels.slack import delivery, routes
from channels.slack.delivery import SlackDelivery
from channels.slack.ledger import BusyError
from conversations import schema
from tests.channels.slack.conftest import Running, serving
from tests.channels.slack.driver import CHANNEL, Driver
from tests.channels.slack.loopback import LoopbackSlack

ROOT = Path(__file__).resolve().parents[3]


def states(running: Running) -> list[str]:
    with running.database.read() as connection:
        return list(
            connection.execute(select(schema.outbox.c.state).order_by(schema.outbox.c.id)).scalars()
        )


async def until(running: Running, wanted: list[str], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while states(running) != wanted:
        assert time.monotonic() < end, states(running)
        await asyncio.sleep(0.02)


async def test_slacks_wish_to_wait_is_kept(running: Running) -> None:
    running.slack.trouble["chat.postMessage"] += [("429", 1), ("429", 1)]
    begun = time.monotonic()
    await running.driver.say("こんにちは")
    # The loopback notes a call made before Retry-After is over.
    assert await running.said() == ["聞きました: こんにちは"]
    assert time.monotonic() - begun >= 2.0
    assert states(running) == ["delivered"]


async def test_a_long_wish_to_wait_does_not_lose_the_answer(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.slack.trouble["chat.postMessage"] += [("429", 0)] * 7
    await running.driver.say("こんにちは")
    await until(running, ["delivered"])
    assert await running.said() == ["聞きました: こんにちは"]


@pytest.mark.parametrize("trouble", [("500",), ("lost",), ("error", "internal_error")])
@pytest.mark.parametrize("in_thread", [False, True])
async def test_an_answer_whose_arrival_is_unknown_is_said_once(
    running: Running, trouble: tuple[Any, ...], in_thread: bool
) -> None:
    """`lost`: Slack took the post, but the connection broke before it said so."""
    running.slack.trouble["chat.postMessage"] += [("",), trouble, trouble]
    channel = CHANNEL if in_thread else running.driver.direct
    speak = running.driver.mention if in_thread else running.driver.say
    await speak("前の話")
    await running.settled()
    await speak("こんにちは")
    await until(running, ["delivered", "delivered"])
    assert await running.said(channel) == ["聞きました: 前の話", "聞きました: こんにちは"]


async def test_an_answer_parted_into_posts_goes_on_where_it_broke(running: Running) -> None:
    running.slack.trouble["chat.postMessage"] += [("",), ("lost",)]
    await running.driver.say("長い")
    await until(running, ["delivered"])
    said = await running.said()
    assert "".join(said).replace("\n", "") == "一文です。" * 4000
    assert len(said) > 1


async def test_later_answers_wait_for_earlier_ones(
    slack: LoopbackSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the next answer brings the one before along.
    monkeypatch.setattr(routes, "RESEND_SECONDS", 1000)
    async with serving(slack, tmp_path) as running:
        slack.trouble["chat.postMessage"] += [("error", "fatal_error")]
        await running.driver.say("一番目")
        assert await running.said() == []
        await running.driver.say("二つ")
        assert await running.said() == ["聞きました: 一番目", "一つ目", "二つ目"]
        assert states(running) == ["delivered"] * 3


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "user_disabled"])
async def test_what_can_never_arrive_is_given_up(running: Running, error: str) -> None:
    running.slack.trouble["chat.postMessage"] += [("error", error)]
    await running.driver.say("こんにちは")
    await running.settled()
    assert states(running) == ["failed"]
    await running.driver.say("また来ました")
    assert await running.said() == ["聞きました: また来ました"]


async def test_an_operators_mistake_keeps_answers_until_it_is_mended(running: Running) -> None:
    running.slack.trouble["chat.postMessage"] += [("error", "missing_scope")] * 3
    await running.driver.say("こんにちは")
    await until(running, ["delivered"])
    assert await running.said() == ["聞きました: こんにちは"]


async def test_answers_of_yesterday_are_not_sent(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "GIVE_UP_SECONDS", -1)
    await running.driver.say("こんにちは")
    await running.settled()
    assert states(running) == ["failed"]
    assert running.slack.posts(running.driver.direct) == []


async def test_where_slack_refuses_the_blocks_the_text_is_said(running: Running) -> None:
    running.slack.trouble["chat.postMessage"] += [("error", "invalid_blocks")]
    await running.driver.say("段階")
    (said,) = await running.said()
    assert "6. 分からない" in said
    assert "blocks" not in running.slack.posts(running.driver.direct)[0]
    assert states(running) == ["delivered"]


async def test_erased_conversations_leave_nothing(running: Running) -> None:
    await running.driver.say("こんにちは")
    await running.settled()
    await running.gate.erase(running.bot.heard[0].conversation_id)
    with running.database.read() as connection:
        assert connection.execute(select(schema.slack_post)).all() == []


async def test_another_process_that_is_posting_is_left_alone(running: Running) -> None:
    channel = running.channel
    running.slack.trouble["chat.postMessage"].append(("slow", 1.0))
    await running.driver.say("こんにちは")
    while not running.slack.posts(running.driver.direct):
        await asyncio.sleep(0.01)
    outbox = running.gate.store.outbox
    (waiting,) = outbox.pending()
    other = SlackDelivery(channel.client, channel._ledger, outbox)
    with pytest.raises(BusyError):
        await other.deliver(waiting)
    assert await running.said() == ["聞きました: こんにちは"]
    # Afterwards the other process finds it done.
    await other.deliver(waiting)
    assert await running.said() == ["聞きました: こんにちは"]


# --- killed processes ------------------------------------------------------------------


class Process:
    """The server in a process of its own, which can be killed."""

    def __init__(self, slack: LoopbackSlack, store: Path, delay: float) -> None:
        self._command = [
            sys.executable,
            "-m",
            "tests.channels.slack.process",
            slack.url,
            str(store),
            str(delay),
        ]
        self._slack = slack

    async def __aenter__(self) -> Driver:
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=environment
        )
        assert self._process.stdout is not None
        port = int(await asyncio.wait_for(self._process.stdout.readline(), 60))
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)
        return Driver(self._slack, self._client)

    async def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def __aexit__(self, *_: Any) -> None:
        if self._process.returncode is None:
            await self.kill()
        await self._client.aclose()


async def spoken(slack: LoopbackSlack, channel: str, number: int) -> list[str]:
    end = time.monotonic() + 30
    while len(slack.posts(channel)) < number and time.monotonic() < end:
        await asyncio.sleep(0.05)
    # A second answer would come now.
    await asyncio.sleep(0.5)
    return [one["text"] for one in slack.posts(channel)]


async def test_a_process_killed_while_the_bot_thinks_answers_on_the_next_start(
    slack: LoopbackSlack, tmp_path: Path
) -> None:
    first = Process(slack, tmp_path, delay=10)
    async with first as driver:
        event = await driver.say("こんにちは")
        thread = await driver.mention("スレッドで")
        await asyncio.sleep(0.2)
        await first.kill()
    assert slack.posts(driver.direct) == []
    async with Process(slack, tmp_path, delay=0) as driver:
        # Slack may deliver again what it had been told is taken.
        await driver.event(event)
        assert await spoken(slack, driver.direct, 1) == ["聞きました: こんにちは"]
        assert await spoken(slack, CHANNEL, 1) == ["聞きました: スレッドで"]
        assert slack.posts(CHANNEL)[0]["thread_ts"] == thread["ts"]
    async with Process(slack, tmp_path, delay=0):
        assert await spoken(slack, driver.direct, 1) == ["聞きました: こんにちは"]


async def test_a_process_killed_after_slack_took_the_post_does_not_say_it_twice(
    slack: LoopbackSlack, tmp_path: Path
) -> None:
    slack.trouble["chat.postMessage"].append(("slow", 30))
    first = Process(slack, tmp_path, delay=0)
    async with first as driver:
        await driver.say("こんにちは")
        while not slack.posts(driver.direct):
            await asyncio.sleep(0.02)
        await first.kill()
    with_lease_over(tmp_path)
    async with Process(slack, tmp_path, delay=0):
        await asyncio.sleep(1)
        assert await spoken(slack, driver.direct, 1) == ["聞きました: こんにちは"]
        assert "conversations.history" in slack.calls


def with_lease_over(store: Path) -> None:
    """Let the time pass for which a part belongs to the process that was posting it."""
    from conversations.database import Database

    database = Database(f"sqlite:///{store / 'store.sqlite'}")
    with database.write() as connection:
        connection.execute(update(schema.slack_post).values(leased_until=0))
    database.close()
