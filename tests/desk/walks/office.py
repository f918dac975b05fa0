"""A support centre: servers that may be killed, and the clients of those who use them."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from conversations.database import Database
from desk.hours import load_hours
from desk.model import Case, DeskError
from desk.service import DeskService
from tests.channels.line.loopback import BOT, SECRET, TOKEN, USER, Line
from tests.desk.pages.conftest import ALWAYS
from tests.desk.walks.people import PASSWORD, SECONDS, SITE, StaffBrowser, Visitor
from tests.desk.walks.server_process import add_staff
from tests.desk.world import ROOT
from tests.stores import store_url
from tsunagari.line_setup import SECRET as LINE_SECRET
from tsunagari.line_setup import TOKEN as LINE_TOKEN

STAFF = {
    "yamada": ("山田 花子", "counsellor"),
    "sato": ("佐藤 健", "counsellor"),
}
LINE_CONVERSATION = f"line:{BOT}:user:{USER}"
NEVER = re.sub(r"\[\"00:00-23:59\"\]", "[]", ALWAYS)
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
