"""A support centre: servers that may be killed, its staff's browsers, and companies."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from conversations.database import Database
from desk.hours import load_hours
from desk.model import Case, DeskError
from desk.pages.views import address_of
from desk.service import DeskService
from tests.channels.line.driver import call
from tests.channels.line.loopback import BOT, SECRET, TOKEN, USER, Line
from tests.desk.pages.conftest import ALWAYS
from tests.desk.walks.server_process import add_staff
from tests.desk.world import ROOT
from tests.stores import store_url
from tsunagari.line_setup import SECRET as LINE_SECRET
from tsunagari.line_setup import TOKEN as LINE_TOKEN

PASSWORD = "つながりの合言葉 2026年"
STAFF = {
    "yamada": ("山田 花子", "counsellor"),
    "sato": ("佐藤 健", "counsellor"),
}
SITE = "https://center.example"
WEB = "/webhooks/web"
LINE_CONVERSATION = f"line:{BOT}:user:{USER}"
NEVER = re.sub(r"\[\"00:00-23:59\"\]", "[]", ALWAYS)
SECONDS = 20.0
CLIENT: dict[str, Any] = {"timeout": SECONDS, "trust_env": False, "verify": False}


async def until(holds: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Wait until something holds; returns what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.02)


class Server:
    """A process at a port; it can be killed and started again at the same address."""

    def __init__(self, office: Office, port: int) -> None:
        self._office = office
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        office = self._office
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.desk.walks.server_process",
            str(office.directory), office.store, str(self.port),
            cwd=ROOT,
            env={**os.environ, **office.environment, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        said = await asyncio.wait_for(self._process.stdout.readline(), 60)
        assert said == b"ready\n", said

    async def kill(self) -> None:
        """End it as the power does: nothing is finished, nothing is told."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Office:
    """One store, as many servers as a test wants, and a look behind the scenes."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.store = store_url(directory)
        self.environment: dict[str, str] = {
            "TSUNAGARI_HOURS": str(directory / "hours.yml"),
            "TSUNAGARI_SECRET": "a secret of the walks, long enough for it",
        }
        (directory / "sites.yml").write_text(
            f'- {{key: center, name: 支援センター, origins: ["{SITE}", self]}}\n', encoding="utf-8"
        )
        self.hours(ALWAYS)
        add_staff(self.store, STAFF, PASSWORD)
        self._database = Database(self.store)
        self.desk = DeskService(self._database, hours=load_hours(directory / "hours.yml"))
        self.servers: list[Server] = []
        self._clients: list[httpx.AsyncClient] = []

    def hours(self, text: str) -> None:
        """Change when the office is open, for servers that start from now on."""
        (self.directory / "hours.yml").write_text(text, encoding="utf-8")

    def with_line(self, line: Line) -> None:
        """Connect servers that start from now on with LINE."""
        self.environment |= {
            LINE_SECRET: SECRET, LINE_TOKEN: TOKEN,
            "LINE_API_URL": line.url, "LINE_API_DATA_URL": line.url,
        }  # fmt: skip

    async def open(self) -> Server:
        """Start a server."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = Server(self, port)
        self.servers.append(server)
        await server.start()
        return server

    def client(self, server: Server) -> httpx.AsyncClient:
        """A client of its own, with its own cookies."""
        client = httpx.AsyncClient(base_url=server.url, **CLIENT)
        self._clients.append(client)
        return client

    async def staff(self, server: Server, login: str) -> StaffBrowser:
        """Somebody of the staff, logged in."""
        browser = StaffBrowser(self.client(server))
        await browser.log_in(login)
        return browser

    async def visitor(self, server: Server) -> Visitor:
        """A company at the widget."""
        visitor = Visitor(self.client(server))
        await visitor.open()
        return visitor

    def case(self, conversation_id: str) -> Case | None:
        """A case as any server would show it; None before the company agreed."""
        try:
            return self.desk.conversation(conversation_id)
        except DeskError:
            return None

    def state(self, conversation_id: str) -> str:
        case = self.case(conversation_id)
        return case.state if case else ""

    def marks(self, conversation_id: str) -> list[tuple[str, str | None, str | None]]:
        """What people of the staff said: text, delivery, reason of failure."""
        case = self.case(conversation_id)
        assert case is not None
        said = (one for one in case.messages if one.staff_id)
        return [(one.text, one.delivery, one.failure) for one in said]

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()
        for server in self.servers:
            await server.kill()
        self._database.close()


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[Office]:
    """An office, closed at the end whatever happens."""
    office = Office(directory)
    try:
        yield office
    finally:
        await office.close()


class StaffBrowser:
    """A browser at the desk's pages: keeps cookies, sends the page's token."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self._csrf = ""

    async def log_in(self, login: str) -> None:
        page = await self.client.get("/desk/login")
        form = {"csrf": _csrf(page.text), "login": login, "password": PASSWORD}
        answer = await self.client.post("/desk/login", data=form, headers=self._origin)
        assert answer.status_code == 303, answer.text
        self._csrf = _csrf((await self.client.get("/desk/")).text)

    @property
    def _origin(self) -> dict[str, str]:
        return {"Origin": str(self.client.base_url).rstrip("/")}

    async def queue(self) -> str:
        """The list, as HTML."""
        return (await self.client.get("/desk/")).text

    async def page(self, conversation_id: str) -> str:
        """The page of a case."""
        return (await self.client.get(address_of(conversation_id))).text

    async def do(self, conversation_id: str, action: str, **form: str) -> httpx.Response:
        """Press a button, as the page's script does."""
        headers = {**self._origin, "Accept": "application/json"}
        return await self.client.post(
            f"{address_of(conversation_id)}/{action}",
            data={"csrf": self._csrf, **form},
            headers=headers,
        )

    async def done(self, conversation_id: str, action: str, **form: str) -> None:
        """Press a button that must work."""
        answer = await self.do(conversation_id, action, **form)
        assert answer.status_code == 200, answer.text

    async def say(self, conversation_id: str, text: str, key: str | None = None) -> None:
        """Reply to the company; the key is the browser's name of the message."""
        key = key or uuid.uuid4().hex
        await self.done(conversation_id, "reply", text=text, key=key)


class Visitor:
    """A company at the widget: one session, reading its event stream like the widget does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.id = ""
        self.seen: list[tuple[int, str, str]] = []
        self.states: list[str] = []
        self._headers: dict[str, str] = {}

    async def open(self) -> None:
        body = {"site_key": "center"}
        answer = await self.client.post(f"{WEB}/session", json=body, headers={"Origin": SITE})
        assert answer.status_code == 200, answer.text
        session = answer.json()
        self.id = f"web:{session['conversation_id']}"
        self._headers = {"Origin": SITE, "Authorization": f"Bearer {session['token']}"}

    async def say(self, text: str, message_id: str | None = None) -> httpx.Response:
        message_id = message_id or str(uuid.uuid4())
        return await self.post("messages", client_msg_id=message_id, type="text", text=text)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"{WEB}/{path}", json=body, headers=self._headers)

    async def read(self, done: Callable[[], bool], seconds: float = SECONDS) -> None:
        """Read the stream from the last message seen until something holds, or it breaks off."""
        last = str(self.seen[-1][0] if self.seen else 0)
        headers = {**self._headers, "Last-Event-ID": last}
        try:
            async with (
                _limit(seconds),
                self.client.stream("GET", f"{WEB}/events", headers=headers) as stream,
            ):
                event = ""
                async for line in stream.aiter_lines():
                    key, _, value = line.partition(": ")
                    if key == "event":
                        event = value
                    elif key == "data":
                        self._take(event, json.loads(value))
                        if done():
                            return
        except (httpx.ReadError, httpx.RemoteProtocolError):
            return
        raise AssertionError("the stream ended by itself")

    def _take(self, event: str, data: dict[str, Any]) -> None:
        if event == "message":
            self.seen.append((data["seq"], data["author"], data["text"]))
        elif event == "state":
            self.states.append(data["state"])

    def texts(self, author: str) -> list[str]:
        return [text for _, who, text in self.seen if who == author]


@asynccontextmanager
async def _limit(seconds: float) -> AsyncIterator[None]:
    task = asyncio.current_task()
    assert task is not None
    timer = asyncio.get_running_loop().call_later(seconds, task.cancel)
    try:
        yield
    finally:
        timer.cancel()


class Friend:
    """A company on LINE."""

    def __init__(self, line: Line, client: httpx.AsyncClient) -> None:
        self._line = line
        self.client = client

    async def post(self, *events: dict[str, Any]) -> int:
        """Have LINE call the webhook; 0 where nobody answers."""
        body, signature = call(*events)
        headers = {"x-line-signature": signature}
        try:
            answer = await self.client.post("/webhooks/line/webhook", content=body, headers=headers)
        except httpx.TransportError:
            return 0
        return answer.status_code


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', page)
    assert found, page[:500]
    return found.group(1)
