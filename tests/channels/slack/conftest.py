"""The server with a small bot, beside a Slack over loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tsunagari import light_imports

light_imports.install()

from sanic import Sanic  # noqa: E402
from sanic.request import Request  # noqa: E402
from sanic.response import HTTPResponse, text  # noqa: E402

from channels.slack import routes  # noqa: E402
from channels.slack.channel import SlackChannel  # noqa: E402
from conversations.database import Database  # noqa: E402
from conversations.gate import Gate  # noqa: E402
from conversations.ports import (  # noqa: E402
    Act,
    InvalidValueError,
    OutputDict,
    Responder,
    SheetView,
    Utterance,
)
from conversations.store import ConversationStore  # noqa: E402
from tests.channels.slack.driver import SECRET, Driver  # noqa: E402
from tests.channels.slack.loopback import (  # noqa: E402
    BOT_TOKEN,
    LoopbackSlack,
    loopback_slack,
)
from tests.serving import served  # noqa: E402
from tests.stores import store_url  # noqa: E402
from tsunagari.slack_setup import SlackConfig, slack_channel  # noqa: E402

STAGES = ["情報収集", "計画づくり", "現地調査・F/S", "進出準備", "進出後", "分からない"]


class Bot:
    """Repeats what it hears; offers choices; remembers everything."""

    def __init__(self) -> None:
        self.heard: list[Utterance] = []
        self.delay = 0.0

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.heard]

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        self.heard.append(utterance)
        await asyncio.sleep(self.delay)
        text = utterance.text
        if text == "段階":
            buttons = [{"title": one, "payload": f"/inform:{one}"} for one in STAGES]
            return [{"text": "どの段階ですか？", "buttons": buttons}]
        if text.startswith("選択"):
            buttons = [
                {"title": f"選択肢{n}", "payload": f"/pick:{n}"} for n in range(int(text[2:]))
            ]
            return [{"text": "選んでください", "buttons": buttons}]
        if text == "長い":
            return [{"text": "一文です。" * 4000}]
        if text == "二つ":
            return [{"text": "一つ目"}, {"text": "二つ目"}]
        return [{"text": f"聞きました: {text}"}]


class Sheet:
    """A sheet with three fields, read from what the bot heard."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def read(self, conversation_id: str) -> dict[str, Any]:
        values: dict[str, str] = {}
        for one in self._bot.heard:
            if one.conversation_id == conversation_id and one.text.startswith("/set "):
                for pair in one.text[5:].split(","):
                    name, _, value = pair.partition("=")
                    values[name] = value
        options = [{"value": f"c{n}", "label": f"国{n}"} for n in range(120)]
        fields = [
            {"id": "country", "label": "対象国", "options": options},
            {"id": "city", "label": "市区町村"},
            {"id": "business", "label": "事業"},
        ]
        return {
            "fields": [
                {**one, "value": values.get(str(one["id"])), "editable": True, "declined": False}
                for one in fields
            ],
            "complete": False,
        }

    def edit(self, field: str, value: str | None) -> Act:
        if value == "月":
            raise InvalidValueError("月は選べません。")
        return Act(f"/set {field}={value or ''}", f"{field}：{value}")

    def edit_all(self, changes: Mapping[str, str | None]) -> Sequence[Act]:
        pairs = ",".join(f"{field}={value or ''}" for field, value in changes.items())
        return [Act(f"/set {pairs}", pairs)] if changes else []


@dataclass
class Running:
    """Everything of a test."""

    slack: LoopbackSlack
    gate: Gate
    database: Database
    channel: SlackChannel
    bot: Any
    driver: Driver

    async def settled(self) -> None:
        """Until everything taken in is answered and shown."""
        await self.channel.drain()

    async def said(self, channel: str | None = None) -> list[str]:
        """What the bot said, once all of it is there."""
        await self.settled()
        return [one["text"] for one in self.slack.posts(channel or self.driver.direct)]


def config_for(slack: LoopbackSlack, **options: Any) -> SlackConfig:
    way = {"signing_secret": SECRET, **options}
    return SlackConfig(BOT_TOKEN, api=f"{slack.url}api/", **way)


@asynccontextmanager
async def serving(
    slack: LoopbackSlack,
    store: Path,
    bot: Responder | None = None,
    sheet: SheetView | None = None,
    database: Database | None = None,
    **options: Any,
) -> AsyncIterator[Running]:
    """Run the server; several may follow each other on one store."""
    config = config_for(slack, **options)
    database = database or Database(store_url(store))
    bot = bot or Bot()
    gate = Gate(ConversationStore(database), bot)
    sheet = sheet or Sheet(bot)  # type: ignore[arg-type]
    channel = slack_channel(gate, sheet, config)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    Sanic.test_mode = True
    Sanic._app_registry.pop("tsunagari", None)
    app = Sanic("tsunagari", configure_logging=False)
    routes.install(app, channel, config.way)

    @app.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        # As the real server: Sanic cannot even say 404 where there is no route at all.
        return text("ok")

    @app.after_server_start
    async def recover(_app: Sanic, _loop: Any) -> None:
        await gate.recover()

    @app.after_server_stop
    async def close(_app: Sanic, _loop: Any) -> None:
        database.close()

    async with (
        served(app, listener),
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False
        ) as client,
    ):
        for _ in range(500):
            if channel._identity is not None or slack.trouble["auth.test"]:
                break
            await asyncio.sleep(0.01)
        yield Running(slack, gate, database, channel, bot, Driver(slack, client))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "RESEND_SECONDS", 0.05)
    monkeypatch.setattr(routes, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(routes, "PING_SECONDS", 0.5)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with loopback_slack() as slack:
        yield slack
        # Whatever a test did: Slack refused nothing of ours.
        assert slack.refused == []


@pytest.fixture
async def running(slack: LoopbackSlack, tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(slack, tmp_path) as running:
        yield running
