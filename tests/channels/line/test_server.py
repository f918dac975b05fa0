"""The channel in the real server: acknowledged before any work, nothing lost by a kill."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from channels.line.limits import limit
from conversations.finishing import STOP_SECONDS
from tests.channels.line.conftest import schema_is_here
from tests.channels.line.driver import call, event, said
from tests.channels.line.loopback import SECRET, TOKEN, USER, Line, platform
from tsunagari.line_setup import CHANNEL_ID, line_config
from tsunagari.line_setup import SECRET as SECRET_VARIABLE
from tsunagari.line_setup import TOKEN as TOKEN_VARIABLE
from tsunagari.settings import UserError

ROOT = Path(__file__).resolve().parents[3]
WEBHOOK = "/webhooks/line/webhook"


class Process:
    """A running server process."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)

    async def post(self, *events: dict[str, object]) -> float:
        """Calls the webhook; returns how long the acknowledgement took."""
        body, signature = call(*events)
        began = time.monotonic()
        response = await self.client.post(
            WEBHOOK, content=body, headers={"x-line-signature": signature}, timeout=30
        )
        assert response.status_code == 200, response.text
        return time.monotonic() - began

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> float:
        """Asks it to end; returns how long it took."""
        began = time.monotonic()
        self._process.terminate()
        await self._process.wait()
        return time.monotonic() - began


@asynccontextmanager
async def served(line: Line, store: Path, seconds: float) -> AsyncIterator[Process]:
    environment = {
        **os.environ,
        SECRET_VARIABLE: SECRET,
        TOKEN_VARIABLE: TOKEN,
        "LINE_API_URL": line.url,
        "LINE_API_DATA_URL": line.url,
        "PYTHONPATH": str(ROOT),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.channels.line.server_process",
        str(store),
        str(seconds),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    port = int(await asyncio.wait_for(process.stdout.readline(), 60))
    running = Process(process, port)
    try:
        yield running
    finally:
        await running.client.aclose()
        if process.returncode is None:
            await running.kill()


async def test_acknowledged_while_the_bot_takes_long(tmp_path: Path) -> None:
    async with (
        platform(strict=schema_is_here()) as line,
        served(line, tmp_path / "store.sqlite", 4) as server,
    ):
        other = "U" + "d" * 32
        took = await server.post(said("やあ", line), said("もしもし", line, user=other))
        assert took < limit("webhook", "response_deadline_seconds")
        # LINE redelivers because it believes the first call failed.
        await line.wait(2, seconds=20)
        assert {one.way for one in line.sent} == {"reply"}
        assert {one["chatId"] for one in line.loading} == {USER, other}
        assert line.broken_rules == []


async def test_a_call_that_is_not_from_line_is_refused(tmp_path: Path) -> None:
    async with platform(strict=False) as line, served(line, tmp_path / "store.sqlite", 0) as server:
        body, _ = call(said("やあ", line))
        for wrong in ({}, {"x-line-signature": "x"}):
            refused = await server.client.post(WEBHOOK, content=body, headers=wrong)
            assert refused.status_code == 401
        assert (await server.client.get(WEBHOOK)).status_code == 405
        checked, proof = call()
        connected = await server.client.post(
            WEBHOOK, content=checked, headers={"X-LINE-SIGNATURE": proof}
        )
        assert connected.status_code == 200
        await asyncio.sleep(0.2)
        assert line.sent == []


async def test_a_process_killed_mid_turn_loses_nothing_and_repeats_nothing(
    tmp_path: Path,
) -> None:
    store = tmp_path / "store.sqlite"
    async with platform(strict=schema_is_here()) as line:
        once = said("やあ", line)
        async with served(line, store, 30) as server:
            await server.post(once)
            await server.post(said("次", line))
            await asyncio.sleep(0.3)
            await server.kill()
        assert line.sent == []
        async with served(line, store, 0) as server:
            await line.wait(2)
            await server.post({**once, "deliveryContext": {"isRedelivery": True}})
            await server.post(event("unfollow"))
            await asyncio.sleep(0.3)
        assert line.texts() == ["聞きました: やあ", "聞きました: 次"]
        assert [one.way for one in line.sent] == ["reply", "reply"]


async def test_a_line_that_hangs_keeps_no_server_from_stopping(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    async with platform(strict=schema_is_here()) as line:
        line.hanging = {"/v2/bot/message/reply", "/v2/bot/message/push"}
        async with served(line, store, 0) as server:
            for text in ("やあ", "次"):
                await server.post(said(text, line))
            await asyncio.sleep(0.5)
            assert await server.stop() < STOP_SECONDS + 5
        line.hanging = set()
        async with served(line, store, 0):
            await line.wait(2)
        assert line.texts() == ["聞きました: やあ", "聞きました: 次"]
        assert line.broken_rules == []


def test_without_any_setting_the_channel_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (SECRET_VARIABLE, TOKEN_VARIABLE, CHANNEL_ID):
        monkeypatch.delenv(name, raising=False)
    assert line_config() is None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({TOKEN_VARIABLE: "x"}, SECRET_VARIABLE),
        ({CHANNEL_ID: "1"}, SECRET_VARIABLE),
        ({SECRET_VARIABLE: "x"}, TOKEN_VARIABLE),
        ({SECRET_VARIABLE: "x", TOKEN_VARIABLE: " "}, CHANNEL_ID),
    ],
)
def test_a_missing_secret_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str
) -> None:
    for name in (SECRET_VARIABLE, TOKEN_VARIABLE, CHANNEL_ID):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError) as error:
        line_config()
    assert named in str(error.value)
    assert "\n" not in str(error.value)


def test_secrets_are_not_shown() -> None:
    from channels.line.client import LineConfig

    shown = repr(LineConfig("geheim", "auch-geheim", "123"))
    assert "geheim" not in shown
