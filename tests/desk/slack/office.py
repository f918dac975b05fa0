"""The real server with a small bot, its staff in Slack, companies on the web and in Slack."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sanic import Sanic

from conversations.database import Database
from conversations.gate import Gate
from conversations.ports import NoSheet
from conversations.store import ConversationStore
from desk.bridge import GateBridge
from desk.hours import load_hours
from desk.policy import DeskPolicy
from desk.service import DeskService
from tests.channels.slack.driver import SECRET, Driver
from tests.channels.slack.loopback import BOT_TOKEN, Message
from tests.channels.web.conftest import CLIENT, FREE, SITE, SITES, Server, Visitor
from tests.desk.slack.workspace import DESK, SATO, StaffSlack
from tests.desk.world import ROOT, Bot
from tests.serving import served
from tests.stores import store_url
from tsunagari.assembly import Application
from tsunagari.server import create_app
from tsunagari.settings import Settings
from tsunagari.slack_setup import SlackConfig, slack_channel

ALWAYS_OPEN = ROOT / "tests" / "browser" / "hours.yml"
WAIT = 20.0


@dataclass
class Staffer(Driver):
    """Somebody of the staff with Slack open."""

    user: str = SATO

    async def write(self, card: Message, text: str, **more: Any) -> dict[str, Any]:
        """Write in a card's thread."""
        return await self.say(text, channel=DESK, thread=card["ts"], **more)

    async def press(self, message: Message, label: str) -> None:
        """Press a button, as soon as it is there."""
        slack = self.slack
        assert isinstance(slack, StaffSlack)
        await until(lambda: label in slack.labels(message))
        response = await self.click(message, label, channel=DESK)
        assert response.status_code == 200, response.text

    async def fill(self, value: str | None = None) -> dict[str, str]:
        """Answer the modal that opened last; returns what is wrong with it."""
        view = self.slack.views[-1]
        (block,) = view["blocks"]
        element = block["element"]
        given: dict[str, Any] = {"type": element["type"]}
        if element["type"] == "users_select":
            given["selected_user"] = value
        elif element["type"] == "radio_buttons":
            given["selected_option"] = next(
                (one for one in element["options"] if one["value"] == value),
                element["initial_option"],
            )
        else:
            given["value"] = value
        state = {block["block_id"]: {element["action_id"]: given}}
        response = await self.interact(
            {"type": "view_submission", "view": {**view, "state": {"values": state}}}
        )
        assert response.status_code == 200, response.text
        return response.json().get("errors", {}) if response.text else {}

    def retype(self, event: dict[str, Any], text: str) -> dict[str, Any]:
        """Edit a message in Slack, which nobody tells us of; returns how it stands there now."""
        edited = {"user": event["user"], "ts": self.slack.ts()}
        for one in self.slack.channels[event["channel"]]:
            if one["ts"] == event["ts"]:
                one.update(text=text, edited=edited)
        return {**event, "text": text, "edited": edited}

    def take_down(self, event: dict[str, Any]) -> None:
        """Delete a message in Slack, which nobody tells us of."""
        channel = self.slack.channels[event["channel"]]
        channel[:] = [one for one in channel if one["ts"] != event["ts"]]

    async def edit(self, event: dict[str, Any], text: str) -> None:
        before = dict(event)
        message = self.retype(event, text)
        await self.told(
            {
                "type": "message",
                "subtype": "message_changed",
                "message": message,
                "previous_message": before,
                "channel": event["channel"],
                "ts": self.slack.ts(),
            }
        )

    async def delete(self, event: dict[str, Any]) -> None:
        self.take_down(event)
        await self.told(
            {
                "type": "message",
                "subtype": "message_deleted",
                "deleted_ts": event["ts"],
                "previous_message": event,
                "channel": event["channel"],
                "ts": self.slack.ts(),
            }
        )

    async def told(self, event: dict[str, Any]) -> None:
        response = await self.event(event)
        assert response.status_code == 200, response.text

    async def whispered(self) -> str:
        """The last thing only this person was told."""
        slack = self.slack
        assert isinstance(slack, StaffSlack)
        mine = [one for one in slack.whispers if one["user"] == self.user]
        return str(mine[-1]["text"]) if mine else ""


@dataclass
class Office:
    """A running server and everybody around it."""

    slack: StaffSlack
    client: httpx.AsyncClient
    url: str
    application: Application | None = None

    def staffer(self, user: str = SATO) -> Staffer:
        return Staffer(self.slack, self.client, user)

    def friend(self, user: str = "U0AKI") -> Driver:
        """A company that writes to the bot directly, in the same workspace."""
        return Driver(self.slack, self.client, user)

    async def visitor(self) -> Visitor:
        server = Server(self.url, self.application, None, self.client)  # type: ignore[arg-type]
        return await server.open()

    def back(self, visitor: Visitor) -> Visitor:
        """The same page on the server that runs now."""
        server = Server(self.url, self.application, None, self.client)  # type: ignore[arg-type]
        return Visitor(server, visitor.session, SITE)

    async def card(self, number: int = 1) -> Message:
        """The newest card, once there are so many."""
        await until(lambda: len(self.slack.cards()) >= number)
        return self.slack.cards()[-1]


async def until(happened: Callable[[], Any], seconds: float = WAIT) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.02)


async def seen(visitor: Visitor) -> list[tuple[str, str]]:
    """What stands on a company's page: (author, text)."""
    response = await visitor.request("GET", "/history", params={"limit": 200})
    assert response.status_code == 200, response.text
    return [(one["author"], one["text"]) for one in response.json()["messages"]]


async def said_to(visitor: Visitor, *wanted: str) -> list[str]:
    """What the staff said on a company's page; what is wanted comes last, and soon."""
    end = time.monotonic() + WAIT
    while True:
        said = [text for author, text in await seen(visitor) if author == "staff"]
        if said[-len(wanted) :] == list(wanted):
            return said
        assert time.monotonic() < end, said
        await asyncio.sleep(0.05)


async def last_said(visitor: Visitor, wanted: str) -> bool:
    """Whether this comes to stand last on a company's page."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if (await seen(visitor))[-1][1] == wanted:
            return True
        await asyncio.sleep(0.05)
    return False


@asynccontextmanager
async def serving(slack: StaffSlack, folder: Path) -> AsyncIterator[Office]:
    """Run the server; several may follow each other on one store."""
    sites = folder / "sites.yml"
    sites.write_text(SITES, encoding="utf-8")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    database = Database(store_url(folder))
    service = DeskService(database, hours=load_hours(ALWAYS_OPEN))
    bot = Bot(service)
    gate = Gate(ConversationStore(database), bot, DeskPolicy(service))
    settings = Settings(root=folder, database_url="", sites_file=sites, limits=FREE, port=port)
    bridge = GateBridge(service, gate)
    config = SlackConfig(BOT_TOKEN, SECRET, api=f"{slack.url}api/", desk_channel=DESK)
    application = Application(settings, database, gate, bot, NoSheet(), bridge)  # type: ignore[arg-type]
    application.slack_config = config
    application.slack = slack_channel(gate, application.sheet, config)
    Sanic.test_mode = True
    Sanic._app_registry.pop("tsunagari", None)
    app = create_app(application)
    url = f"http://127.0.0.1:{port}"
    async with served(app, listener), httpx.AsyncClient(base_url=url, **CLIENT) as client:
        office = Office(slack, client, url, application)
        await until(lambda: application.slack._identity is not None)
        yield office
