"""A web server over loopback with a small bot, and a visitor's browser for it."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tsunagari import light_imports

light_imports.install()

from sanic import Sanic  # noqa: E402

from conversations.database import Database  # noqa: E402
from conversations.gate import Gate  # noqa: E402
from conversations.ports import Act, InvalidValueError, OutputDict, Utterance  # noqa: E402
from conversations.store import ConversationStore  # noqa: E402
from tests.serving import served  # noqa: E402
from tests.sheets import sheet_files  # noqa: E402
from tests.stores import store_url  # noqa: E402
from tsunagari.assembly import Application  # noqa: E402
from tsunagari.server import create_app  # noqa: E402
from tsunagari.settings import Settings  # noqa: E402

WEB = "/webhooks/web"
SITE = "https://center.example"
OTHER_SITE = "https://other.example"
EVIL = "https://evil.example"
SITES = f"""
- {{key: center, name: 支援センター, origins: ["{SITE}", self], privacy_url: "{SITE}/privacy"}}
- {{key: other, name: 別のセンター, origins: ["{OTHER_SITE}"], locale: en}}
"""
#: Plain HTTP over loopback: reading the certificates would take longer than most tests.
CLIENT: dict[str, Any] = {"timeout": 20, "trust_env": False, "verify": False}
FREE = dict.fromkeys(("conversation", "ip", "sessions", "reads"), 100000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests in one event loop, that of the server they share."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)


class Bot:
    """Repeats what it hears; offers a choice; remembers everything."""

    def __init__(self) -> None:
        self.heard: list[Utterance] = []
        self.delay = 0.0

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        self.heard.append(utterance)
        await asyncio.sleep(self.delay)
        if utterance.text == "/greet" and utterance.trusted:
            return [{"text": "ようこそ", "buttons": [{"title": "相談", "payload": "/start"}]}]
        if utterance.text == "落ちて":
            raise RuntimeError("boom")
        if utterance.text == "案内":
            return [{"text": "案内です", "custom": {"kind": "plan", "lead": {"text": "案内です"}}}]
        return [{"text": f"聞きました: {utterance.text}"}]


class Sheet:
    """A sheet with one field, read from what the bot heard."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def read(self, conversation_id: str) -> dict[str, Any]:
        said = [one.text for one in self._bot.heard if one.conversation_id == conversation_id]
        values = [text.partition("=")[2] for text in said if text.startswith("/set=")]
        value = values[-1] if values else None
        shown = {"id": "country", "label": "対象国", "value": value, "editable": True}
        return {"fields": [{**shown, "declined": False}], "complete": value is not None}

    def edit(self, field: str, value: str | None) -> Act:
        if field != "country":
            raise KeyError(field)
        if value == "月":
            raise InvalidValueError("月は選べません。")
        return Act(f"/set={value or ''}", f"対象国：{value}")


@dataclass
class Server:
    """A running server."""

    url: str
    application: Application
    bot: Bot
    client: httpx.AsyncClient

    async def open(self, origin: str = SITE, key: str = "center", **body: Any) -> Visitor:
        response = await self.client.post(
            f"{WEB}/session", json={"site_key": key, **body}, headers={"Origin": origin}
        )
        assert response.status_code == 200, response.text
        return Visitor(self, response.json(), origin)


@dataclass
class Visitor:
    """A page with a session."""

    server: Server
    session: dict[str, Any]
    origin: str
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.headers = {
            "Origin": self.origin,
            "Authorization": f"Bearer {self.session['token']}",
        }

    @property
    def stored_id(self) -> str:
        return f"web:{self.session['conversation_id']}"

    async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        client = self.server.client
        return await client.request(method, f"{WEB}{path}", headers=headers, **options)

    async def say(self, text: str, message_id: str | None = None) -> httpx.Response:
        body = {"client_msg_id": message_id or new_id(), "type": "text", "text": text}
        return await self.request("POST", "/messages", content=json.dumps(body), headers=JSON)

    async def settled(self) -> list[dict[str, Any]]:
        """Everything said, once every answer is there."""
        await self.server.application.gate.drain()
        response = await self.request("GET", "/history", params={"limit": 200})
        assert response.status_code == 200, response.text
        return response.json()["messages"]

    @asynccontextmanager
    async def events(self, **options: Any) -> AsyncIterator[Events]:
        headers = {**self.headers, **options.pop("headers", {})}
        url = f"{self.server.url}{WEB}/events"
        async with (
            httpx.AsyncClient(**CLIENT) as client,
            client.stream("GET", url, headers=headers, **options) as response,
        ):
            # Kept here: the lines' iterator closes the connection when nobody holds it.
            events = Events(response)
            yield events


class Events:
    """Reads an event stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self, *names: str) -> dict[str, Any]:
        """The next event (of these names)."""
        found: dict[str, Any] = {}
        async for line in self._lines:
            key, _, value = line.partition(": ")
            if line == "":
                if "event" in found and (not names or found["event"] in names):
                    return {**found, "data": json.loads(found["data"])}
                found = {}
            elif key:
                found[key] = value
        raise EOFError

    async def texts(self, number: int) -> list[str]:
        return [(await self.next("message"))["data"]["text"] for _ in range(number)]


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


JSON = {"Content-Type": "application/json"}


def new_id() -> str:
    return str(uuid.uuid4())


@asynccontextmanager
async def serving(tmp_path: Path, **settings: Any) -> AsyncIterator[Server]:
    """Serve over loopback; several may share a store."""
    sites = tmp_path / "sites.yml"
    sites.write_text(SITES, encoding="utf-8")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    options = {"sites_file": sites, "limits": FREE, "port": port, **settings}
    database = Database(store_url(tmp_path))
    bot = Bot()
    gate = Gate(ConversationStore(database), bot)
    Sanic.test_mode = True
    Sanic._app_registry.pop("tsunagari", None)
    application = Application(
        Settings(root=tmp_path, database_url="", **options), database, gate, bot, Sheet(bot)
    )
    application.sheets = sheet_files(
        application.desk, database, tmp_path, settings.get("public_url")
    )
    app = create_app(application)
    url = f"http://127.0.0.1:{port}"
    async with (
        served(app, listener, lambda: bool(gate.live._followers)),
        httpx.AsyncClient(base_url=url, **CLIENT) as client,
    ):
        yield Server(url, application, bot, client)


Serve = Callable[..., Any]


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def shared_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with serving(tmp_path_factory.mktemp("shared")) as server:
        yield server


@pytest.fixture
def own_server() -> None:
    """Give this test an empty store: it looks at the whole of it, or changes all of it."""


@pytest_asyncio.fixture(loop_scope="package")
async def server(
    request: pytest.FixtureRequest, shared_server: Server, tmp_path: Path
) -> AsyncIterator[Server]:
    """A server: the shared one, or a new one for a test that uses `own_server`."""
    if "own_server" in request.fixturenames:
        async with serving(tmp_path) as own:
            yield own
        return
    yield shared_server
    shared_server.bot.delay = 0.0
    await shared_server.application.gate.drain()
    shared_server.bot.heard.clear()


@pytest_asyncio.fixture(loop_scope="package")
async def visitor(server: Server) -> Visitor:
    return await server.open()
