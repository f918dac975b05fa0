"""The channel on a small bot, against the loopback platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from channels.line import channel as channel_module
from channels.line import delivery
from channels.line.channel import LineChannel
from channels.line.geography import prefecture_at
from conversations.database import Database
from conversations.gate import Gate
from conversations.ports import Act, OutputDict, Utterance
from conversations.store import ConversationStore
from tests.channels.line import driver, strict_schema
from tests.channels.line.loopback import BOT, USER, Line, platform
from tests.stores import store_url


class Bot:
    """Repeats what it hears; `n文` says n messages, `選択` offers choices."""

    def __init__(self) -> None:
        self.heard: list[Utterance] = []
        self.delay = 0.0
        self.outputs: list[OutputDict] | None = None

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        self.heard.append(utterance)
        await asyncio.sleep(self.delay)
        if self.outputs is not None:
            return self.outputs
        if utterance.text.endswith("文"):
            # Too long to be joined.
            return [{"text": f"{n}" + "あ" * 4000} for n in range(int(utterance.text[:-1]))]
        if utterance.text.startswith("選択"):
            count = int(utterance.text[2:])
            buttons = [{"title": f"選択肢{n}", "payload": f"/pick{n}"} for n in range(1, count + 1)]
            return [{"text": "どれですか", "buttons": buttons}]
        return [{"text": f"聞きました: {utterance.text}"}]


@dataclass
class World:
    """A bot, its channel, and LINE."""

    line: Line
    channel: LineChannel
    bot: Bot
    database: Database
    old: list[LineChannel] = field(default_factory=list)

    @property
    def conversation(self) -> str:
        return f"line:{BOT}:user:{USER}"

    def webhook(self, *events: dict[str, Any]) -> None:
        """Has LINE call the webhook; answers run in the background."""
        self.channel.answer(self.channel.accept(*driver.call(*events)))

    async def turn(self, *events: dict[str, Any]) -> list[str]:
        """Has LINE call the webhook; returns what was read after all answers."""
        before = len(self.line.sent)
        self.webhook(*events)
        await self.channel.gate.drain()
        return [one.message.get("text", "") for one in self.line.sent[before:]]

    async def say(self, text: str, **parts: Any) -> list[str]:
        return await self.turn(driver.said(text, self.line, **parts))

    def again(self) -> LineChannel:
        """A new process on the same store."""
        self.old.append(self.channel)
        gate = Gate(ConversationStore(self.database), self.bot)
        self.channel = LineChannel(gate, self.line.config(), locate)
        return self.channel


def locate(latitude: float, longitude: float, address: str) -> Act | None:
    found = prefecture_at(latitude, longitude, address)
    return Act(f"/prefecture={found}", f"所在地：{found}") if found else None


def schema_is_here() -> bool:
    try:
        strict_schema.folder()
    except pytest.skip.Exception:
        return False
    return True


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(delivery, "BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr(channel_module, "RETRY_SECONDS", 0.05)
    async with platform(strict=schema_is_here()) as line:
        database = Database(store_url(tmp_path))
        bot = Bot()
        gate = Gate(ConversationStore(database), bot)
        world = World(line, LineChannel(gate, line.config(), locate), bot, database)
        yield world
        for channel in (*world.old, world.channel):
            await channel.stop()
        database.close()
        assert line.broken_rules == []
