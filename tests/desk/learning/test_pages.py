"""The pages under /desk/learning and /desk/report: who may see them, what they show and do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from sanic import Sanic

from channels.web.clients import ClientAddresses
from channels.web.limits import MemoryRateLimiter
from desk.accounts import Accounts, Role
from desk.hours import load_hours
from desk.learning import pages as learning_pages
from desk.library import Library
from desk.login_journal import LoginJournal
from desk.pages import routes
from desk.pages.desk import DeskPages
from desk.pages.guarding import Guard
from desk.pages.login_safety import LoginSafety
from desk.report import pages as report_pages
from desk.second_factor import SecondFactors
from desk.service import DeskService
from desk.sessions import StaffSessions
from tests.desk.learning.conftest import CROWD, NOW, School, known
from tests.desk.pages.conftest import ALWAYS, PASSWORD, Browser, Clock
from tests.desk.seed import TOKYO
from tsunagari import site_routes


class Office:
    """The pages, with a record of which reports were asked for."""

    def __init__(self, app: Sanic) -> None:
        self.app = app
        self.reports: list[tuple[str, str]] = []
        self.groupings = 0
        self.broken = False
        self.slow = False

    def browser(self) -> Browser:
        import httpx

        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(
            transport=transport, base_url="https://desk.example", follow_redirects=False
        )
        return Browser(client)


@pytest.fixture
async def office(school: School, tmp_path: Path) -> AsyncIterator[Office]:
    (tmp_path / "hours.yml").write_text(ALWAYS, "utf-8")
    clock = Clock()
    accounts = Accounts(
        school.database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), clock
    )
    accounts.add("yamada", "山田 花子", Role.COUNSELLOR, PASSWORD)
    accounts.add("kanri", "管理 太郎", Role.ADMINISTRATOR, PASSWORD)
    service = DeskService(school.database, clock, load_hours(tmp_path / "hours.yml"))
    Sanic.test_mode = True
    app = Sanic("learning_test", register=False)
    opened = known()
    pages = DeskPages(service, accounts, lambda: Library(opened.store, opened.search), TOKYO)
    guard = Guard(StaffSessions(school.database, clock), https=True)
    factors = SecondFactors(school.database, b"a secret of these tests", clock)
    journal = LoginJournal(school.database, clock)
    safety = LoginSafety(factors, journal, MemoryRateLimiter(clock), ClientAddresses())
    handlers = routes.DeskRoutes(pages, guard, safety)
    routes.install(app, handlers, pages)
    office = Office(app)

    async def regroup() -> None:
        office.groupings += 1
        if office.broken:
            raise OSError("broken")
        if office.slow:
            await asyncio.sleep(0.5)
        school.regroup()

    async def report(period: str, kind: str) -> bytes:
        if office.slow:
            raise asyncio.TimeoutError
        office.reports.append((period, kind))
        return b"<p>REPORT</p>"

    learning_pages.install(
        app,
        handlers,
        learning_pages.LearningPages(
            pages, school.learning, regroup, lambda: ("greet", "request_human"), TOKYO
        ),
    )
    report_pages.install(app, handlers, report_pages.ReportPages(pages, report, TOKYO, lambda: NOW))
    site_routes.install(app, [SimpleNamespace(key="demo", name="見本", origins=["self"])])
    await app._startup()
    yield office


@pytest.fixture
async def kanri(office: Office) -> Browser:
    return await office.browser().log_in("kanri")


ADDRESSES = (
    "/desk/learning",
    "/desk/learning/groups/x",
    "/desk/report",
    "/desk/report/files/report.csv",
)


async def test_only_administrators_may_look(office: Office) -> None:
    outside = office.browser()
    counsellor = await office.browser().log_in("yamada")
    for address in ADDRESSES:
        assert (await outside.get(address)).status_code == 303
        answer = await counsellor.get(address)
        assert answer.status_code == 403 and "通訳" not in answer.text
    assert "/desk/learning" not in (await counsellor.get("/desk")).text
    answer = await counsellor.post("/desk/learning/groups/x/done", {})
    assert answer.status_code == 403
    assert office.reports == []


async def test_groups_are_listed_and_shown_by_how_they_ended(
    office: Office, kanri: Browser, school: School
) -> None:
    page = (await kanri.get("/desk/learning")).text
    assert office.groupings == 0
    for words in ("通訳", "クラウドファンディング", "4</b> 件（4 組の会話）", "LINE 3"):
        assert words in page, words
    assert "ヤマダ" not in page and "山田です" not in page
    only = (await kanri.get("/desk/learning?show=fallback")).text
    assert "クラウドファンディング" in only and "通訳" not in only
    # A new question is grouped before the page is shown.
    school.seed.turn("web:new", "倉庫の火災保険は", "fallback")
    assert "倉庫" in (await kanri.get("/desk/learning")).text
    assert office.groupings == 1


async def test_where_grouping_fails_the_page_says_so(
    office: Office, kanri: Browser, school: School
) -> None:
    school.seed.turn("web:new", "倉庫の火災保険は", "fallback")
    office.broken = True
    page = (await kanri.get("/desk/learning")).text
    assert "まとめられませんでした" in page and "通訳" in page


async def test_pages_do_not_wait_for_ever(
    office: Office, kanri: Browser, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_pages, "PATIENCE_SECONDS", 0.05)
    school.seed.turn("web:new", "倉庫の火災保険は", "fallback")
    office.slow = True
    page = (await kanri.get("/desk/learning")).text
    assert "まとめています" in page and "倉庫" not in page
    await asyncio.sleep(1)
    assert "倉庫" in (await kanri.get("/desk/learning")).text
    assert office.groupings == 1
    waiting = await kanri.get("/desk/report")
    assert waiting.status_code == 202 and 'http-equiv="refresh"' in waiting.text
    # The file comes when it is made: until then a page asks for it again.
    address = "/desk/report/files/report.csv?period=30d"
    waiting = await kanri.get(address)
    assert waiting.status_code == 202 and 'http-equiv="refresh"' in waiting.text
    assert "/desk/report?period=30d" in waiting.text
    office.slow = False
    saved = await kanri.get(address)
    assert "attachment" in saved.headers["content-disposition"]


async def test_one_step_from_a_group_to_the_files(
    office: Office, kanri: Browser, school: School
) -> None:
    key = next(one.key for one in school.learning.groups() if "クラウド" in one.title)
    page = (await kanri.get(f"/desk/learning/groups/{key}")).text
    for step in ("question", "alias", "draft", "outside", "intent", "done"):
        assert f'action="/desk/learning/groups/{key}/{step}"' in page
    fact = re.search(r'name="fact" value="([^"]+)"', page)
    assert fact
    sent = {"texts": CROWD[0], "fact": fact[1], "intent": "ask_attribute"}
    wrong = await kanri.post(f"/desk/learning/groups/{key}/question", {**sent, "texts": "〔名称〕"})
    assert wrong.status_code == 400 and "〔 〕を含む文は登録できません" in wrong.text
    done = await kanri.post(f"/desk/learning/groups/{key}/question", sent)
    assert (done.status_code, done.headers["location"]) == (303, "/desk/learning?done=question")
    page = (await kanri.get(done.headers["location"])).text
    assert "公開すると、答えられるようになります" in page
    assert "公開待ち（1 件）" in page and "管理 太郎" in page
    assert "/desk/knowledge/publish?questions=" in page
    gone = await kanri.get(f"/desk/learning/groups/{key}")
    assert gone.status_code == 303


async def test_a_group_can_be_put_back(office: Office, kanri: Browser, school: School) -> None:
    key = school.learning.groups()[0].key
    await kanri.get("/desk/learning")
    await kanri.post(f"/desk/learning/groups/{key}/done", {})
    assert len(school.learning.groups()) == 3
    (decision,) = school.learning.decisions.newest()
    await kanri.post(f"/desk/learning/decisions/{decision.id}/reopen", {})
    assert len(school.learning.groups()) == 4


async def test_the_report_of_a_chosen_period(office: Office, kanri: Browser) -> None:
    page = (await kanri.get("/desk/report")).text
    assert "<p>REPORT</p>" in page and "2026年10月" in page
    await kanri.get("/desk/report?period=2026-10")
    await kanri.get("/desk/report?from=2026-10-05&to=2026-10-09&period=2026-10")
    saved = await kanri.get("/desk/report/files/report.csv?period=2026-10")
    assert saved.headers["content-type"] == "text/csv; charset=utf-8"
    assert "tsunagari-2026-10-01-2026-10-31.csv" in saved.headers["content-disposition"]
    assert office.reports == [
        ("2026-11-01..2026-11-22", "part"),
        ("2026-10-01..2026-10-31", "part"),
        ("2026-10-05..2026-10-09", "part"),
        ("2026-10-01..2026-10-31", "csv"),
    ]
    wrong = await kanri.get("/desk/report?from=2026-10-09&to=2026-10-05")
    assert wrong.status_code == 400 and "期間は" in wrong.text
    assert (await kanri.get("/desk/report/files/passwords.csv")).status_code == 404
