"""Who walks through the support centre: its staff's browsers, and companies on the web and LINE."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from desk.pages.views import address_of
from tests.channels.line.driver import call
from tests.channels.line.loopback import Line

PASSWORD = "つながりの合言葉 2026年"
SITE = "https://center.example"
WEB = "/webhooks/web"
SECONDS = 20.0


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
