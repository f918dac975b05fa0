"""Getting in with a telephone, and reading who got in."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sanic.compat import Header

from channels.web.clients import ClientAddresses
from desk import totp
from desk.accounts import Role
from desk.pages.login_safety import LoginSafety
from tests.desk.pages.conftest import PASSWORD, Browser, Desk
from tests.desk.test_second_factor import key_of


async def set_up(browser: Browser, desk: Desk) -> tuple[bytes, list[str]]:
    """Set a second factor up; return its key and the recovery codes."""
    await browser.get("/desk/second-factor")
    begun = await browser.post("/desk/second-factor", {"password": PASSWORD})
    written = re.search(r"<code>([A-Z2-7]{32})</code>", begun.text)
    assert begun.status_code == 200 and written and "otpauth://totp/" in begun.text
    # The picture of it stands on a light ground, and nowhere after.
    assert re.search(r'role="img"[^>]*><svg[^>]+><g[^>]*><path fill="#fff"', begun.text)
    key = key_of(written[1])
    done = await browser.post("/desk/second-factor/confirm", {"code": code_now(key, desk)})
    codes = re.findall(r"<code>([A-Z0-9-]{19})</code>", done.text)
    assert len(codes) == 8 and "<svg width" not in done.text
    return key, codes


def code_now(key: bytes, desk: Desk) -> str:
    return totp.code_of(key, totp.step_at(desk.clock()))


async def knock(desk: Desk, login: str = "yamada") -> Browser:
    """Give the right password; the page asks for the code."""
    browser = desk.browser()
    await browser.get("/desk/login")
    response = await browser.post("/desk/login", {"login": login, "password": PASSWORD})
    assert response.status_code == 200 and "確認コード" in response.text
    browser.page = response.text
    return browser


async def enter(browser: Browser, code: str) -> Any:
    return await browser.post(
        "/desk/login/code", {"pending": browser.field("pending"), "code": code}
    )


async def test_the_code_is_asked_after_the_password(desk: Desk, yamada: Browser) -> None:
    key, codes = await set_up(yamada, desk)
    desk.clock.time += 60
    browser = await knock(desk)
    # The right password alone opens nothing.
    assert (await browser.get("/desk")).status_code == 303
    browser = await knock(desk)
    assert (await enter(browser, "000000")).status_code == 401
    assert (await enter(browser, code_now(key, desk))).status_code == 303
    assert "山田 花子" in (await browser.get("/desk")).text
    again = await knock(desk)
    assert (await enter(again, code_now(key, desk))).status_code == 401
    assert (await enter(again, codes[3])).status_code == 303


async def test_what_another_browser_was_given_is_worth_nothing(desk: Desk, yamada: Browser) -> None:
    key, _ = await set_up(yamada, desk)
    desk.clock.time += 60
    theirs, mine = await knock(desk), await knock(desk)
    stolen = theirs.field("pending")
    response = await mine.post("/desk/login/code", {"pending": stolen, "code": code_now(key, desk)})
    assert response.status_code == 401
    assert (await mine.get("/desk")).status_code == 303


async def test_codes_are_not_guessed(desk: Desk, yamada: Browser) -> None:
    key, _ = await set_up(yamada, desk)
    desk.clock.time += 120
    browser = await knock(desk)
    tried = [(await enter(browser, f"{number:06}")).status_code for number in range(8)]
    assert tried[-1] == 429
    # Now not even the right one.
    assert (await enter(browser, code_now(key, desk))).status_code == 429


async def test_setting_up_asks_the_password_and_taking_off_a_code(
    desk: Desk, yamada: Browser
) -> None:
    await yamada.get("/desk/second-factor")
    refused = await yamada.post("/desk/second-factor", {"password": "違う合言葉です12345"})
    assert refused.status_code == 400 and "otpauth" not in refused.text
    key, _ = await set_up(yamada, desk)
    desk.clock.time += 60
    await yamada.get("/desk/second-factor")
    assert (await yamada.post("/desk/second-factor/remove", {"code": "1"})).status_code == 400
    gone = await yamada.post("/desk/second-factor/remove", {"code": code_now(key, desk)})
    assert gone.status_code == 200 and "設定を始める" in gone.text


async def test_a_centre_may_demand_it_of_administrators(empty_desk: Callable[..., Any]) -> None:
    desk = await empty_desk(demanded=(Role.ADMINISTRATOR,))
    desk.accounts.add("kanri", "管理", Role.ADMINISTRATOR, PASSWORD)
    desk.accounts.add("yamada", "山田", Role.COUNSELLOR, PASSWORD)
    assert "山田" in (await desk.browser().log_in("yamada")).page
    kanri = desk.browser()
    await kanri.get("/desk/login")
    await kanri.post("/desk/login", {"login": "kanri", "password": PASSWORD})
    for path in ("/desk", "/desk/logins", "/desk/library?q=タイ"):
        response = await kanri.get(path)
        assert response.status_code == 303, path
        assert response.headers["location"] == "/desk/second-factor"
    assert (await kanri.get("/desk/events")).status_code == 401
    await set_up(kanri, desk)
    assert (await kanri.get("/desk")).status_code == 200
    kept = await kanri.post("/desk/second-factor/remove", {"code": "1"})
    assert kept.status_code in (403, 401)


async def test_the_journal_is_for_administrators(
    desk: Desk, yamada: Browser, kanri: Browser
) -> None:
    stranger = desk.browser()
    await stranger.get("/desk/login")
    await stranger.post("/desk/login", {"login": "yamada", "password": "x" * 20})
    await stranger.post("/desk/login", {"login": "<script>", "password": "x" * 20})
    assert (await yamada.get("/desk/logins")).status_code == 403
    page = (await kanri.get("/desk/logins")).text
    assert page.count("失敗（パスワード）") == 2 and "（ないログイン名）" in page
    assert "山田 花子" in page and "<script>" not in page
    assert "失敗" in (await kanri.get("/desk/logins?failed=1")).text


@pytest.mark.parametrize("path", ["/desk/second-factor/confirm", "/desk/second-factor/remove"])
async def test_forms_of_others_are_refused(desk: Desk, yamada: Browser, path: str) -> None:
    yamada.page = ""
    response = await yamada.post(path, {"code": "123456", "csrf": "made up"})
    assert response.status_code == 403


def test_a_proxy_may_write_a_line_of_its_own(desk: Desk) -> None:
    """HAProxy adds a header line: the visitor's own comes first and must not be believed."""
    safety = LoginSafety(None, None, None, ClientAddresses(["10.0.0.0/8"]))  # type: ignore[arg-type]
    headers = Header([("x-forwarded-for", "192.0.2.66"), ("x-forwarded-for", "198.51.100.7")])
    request = SimpleNamespace(ip="10.0.0.2", headers=headers)
    assert safety.client(request) == "198.51.100.7"  # type: ignore[arg-type]
