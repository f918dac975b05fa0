"""The desk's pages over a real store, and browsers of staff for them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from tsunagari import light_imports

light_imports.install()

from sanic import Sanic  # noqa: E402

from actions.resources import knowledge  # noqa: E402
from channels.web.clients import ClientAddresses  # noqa: E402
from channels.web.limits import MemoryRateLimiter  # noqa: E402
from conversations.database import Database  # noqa: E402
from conversations.rows import ADD_MESSAGE, ensure_conversation  # noqa: E402
from desk.accounts import Accounts, Role  # noqa: E402
from desk.hours import load_hours  # noqa: E402
from desk.library import Library  # noqa: E402
from desk.login_journal import LoginJournal  # noqa: E402
from desk.model import Staff  # noqa: E402
from desk.pages import routes  # noqa: E402
from desk.pages.desk import DeskPages  # noqa: E402
from desk.pages.guarding import Guard  # noqa: E402
from desk.pages.login_safety import LoginSafety  # noqa: E402
from desk.second_factor import SecondFactors  # noqa: E402
from desk.service import DeskService  # noqa: E402
from desk.sessions import StaffSessions  # noqa: E402
from tests.clock import Clock  # noqa: E402
from tests.sheets import sheet_files  # noqa: E402
from tsunagari import site_routes  # noqa: E402

BASE = "https://desk.example"
SECRET = b"a secret of these tests"
PASSWORD = "つながりの合言葉 2026年"
COMPANY = "web:0123/あ:b"
SHEET = {
    "fields": {
        "都道府県": "大阪府",
        "市区町村": "（まだ伺っていません）",
        "事業": "金属プレス",
        "対象国": "ベトナム",
    },
    "plan_text": "MOBIO をご案内しました。",
}
ALWAYS = """
timezone: Asia/Tokyo
opening: {mon: ["00:00-23:59"], tue: ["00:00-23:59"], wed: ["00:00-23:59"], thu: ["00:00-23:59"],
  fri: ["00:00-23:59"], sat: ["00:00-23:59"], sun: ["00:00-23:59"]}
holidays: ""
unclaimed_minutes: 15
staff_late_minutes: 15
staff_silent_minutes: 30
customer_silent_hours: 24
contact_form_hours: 24
"""


@dataclass
class Desk:
    """A desk with its pages."""

    service: DeskService
    accounts: Accounts
    pages: DeskPages
    app: Sanic
    clock: Clock
    typing: list[tuple[str, bool]]

    def say(self, text: str, author: str = "customer", conversation_id: str = COMPANY) -> None:
        channel = conversation_id.partition(":")[0]
        self.clock.time += 1
        with self.service.database.write() as connection:
            ensure_conversation(connection, conversation_id, channel)
            connection.execute(
                ADD_MESSAGE,
                {
                    "conversation_id": conversation_id,
                    "inbox_id": None,
                    "author": author,
                    "text": text,
                    "body": None,
                    "created_at": self.clock.time,
                },
            )

    def ask(self, conversation_id: str = COMPANY, wish: str = "工場の許可について") -> str:
        """Let a company ask for a person."""
        self.say("担当者につないで", conversation_id=conversation_id)
        made = self.service.request(conversation_id, "asked", wish, True, SHEET)
        return made.receipt

    def browser(self, base: str = BASE) -> Browser:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=base, follow_redirects=False)
        return Browser(client)


class Browser:
    """A browser of somebody at the desk: keeps cookies, fills forms in."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        response = await self.client.get(path, headers=headers)
        self.page = response.text
        return response

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, f"no field {name}"
        return found.group(1)

    async def post(
        self, path: str, data: dict[str, Any] | None = None, **headers: str
    ) -> httpx.Response:
        values = dict(data or {})
        if 'name="csrf"' in self.page:
            values = {"csrf": self.field("csrf"), **values}
        return await self.client.post(
            path, data=values, headers={"Origin": str(self.client.base_url), **headers}
        )

    async def do(self, path: str, data: dict[str, Any] | None = None) -> httpx.Response:
        """As the page's script does."""
        return await self.post(path, data, Accept="application/json")

    async def log_in(self, login: str, password: str = PASSWORD) -> Browser:
        await self.get("/desk/login")
        response = await self.post("/desk/login", {"login": login, "password": password})
        assert response.status_code == 303, response.text
        await self.get("/desk")
        return self


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def empty_desk(
    database: Database, clock: Clock, tmp_path: Path
) -> AsyncIterator[Callable[..., Desk]]:
    """Make desks nobody has an account for."""
    (tmp_path / "hours.yml").write_text(ALWAYS, "utf-8")

    async def make(https: bool = True, demanded: tuple[Role, ...] = ()) -> Desk:
        accounts = Accounts(
            database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), clock
        )
        service = DeskService(database, clock, load_hours(tmp_path / "hours.yml"))
        service.staffed_when(accounts.any_active)
        service.sheets = sheet_files(service, database, tmp_path)
        Sanic.test_mode = True
        app = Sanic("desk_test", register=False)
        opened = knowledge()
        pages = DeskPages(
            service, accounts, lambda: Library(opened.store, opened.search), service.hours.zone
        )
        factors = SecondFactors(database, SECRET, clock, demanded)
        guard = Guard(StaffSessions(database, clock), https, factors.missing)
        typing: list[tuple[str, bool]] = []
        handlers = routes.DeskRoutes(
            pages,
            guard,
            LoginSafety(
                factors,
                LoginJournal(database, clock),
                MemoryRateLimiter(clock),
                ClientAddresses(),
            ),
            lambda conversation_id, on: typing.append((conversation_id, on)),
        )
        routes.install(app, handlers, pages)
        site_routes.install(app, [SimpleNamespace(key="demo", name="見本", origins=["self"])])
        await app._startup()
        return Desk(service, accounts, pages, app, clock, typing)

    yield make


@pytest.fixture
async def desk(empty_desk: Callable[..., Any]) -> Desk:
    """A desk with two counsellors and an administrator."""
    desk: Desk = await empty_desk()
    desk.accounts.add("yamada", "山田 花子", Role.COUNSELLOR, PASSWORD)
    desk.accounts.add("sato", "佐藤 <健>", Role.COUNSELLOR, PASSWORD)
    desk.accounts.add("kanri", "管理 太郎", Role.ADMINISTRATOR, PASSWORD)
    return desk


@pytest.fixture
async def yamada(desk: Desk) -> Browser:
    return await desk.browser().log_in("yamada")


@pytest.fixture
async def sato(desk: Desk) -> Browser:
    return await desk.browser().log_in("sato")


@pytest.fixture
async def kanri(desk: Desk) -> Browser:
    return await desk.browser().log_in("kanri")


def staff(login: str, name: str) -> Staff:
    return Staff(f"desk:{login}", name)
