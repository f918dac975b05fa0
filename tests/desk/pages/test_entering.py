"""Logging in, staying in, and everything that must keep others out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from desk.pages.views import address_of
from desk.sessions import IDLE_SECONDS
from tests.desk.pages.conftest import BASE, COMPANY, PASSWORD, Browser, Desk

PAGES = ["/desk", "/desk/password", "/desk/library?q=賃金", address_of(COMPANY)]
DEEDS = [
    *(f"{address_of(COMPANY)}/{name}" for name in ("claim", "reply", "close", "redact")),
    "/desk/password",
    "/desk/alive",
]


async def test_there_is_no_desk_without_an_account(empty_desk: Callable[..., Any]) -> None:
    desk = await empty_desk()
    browser = desk.browser()
    for path in (*PAGES, "/desk/login", "/desk/events", "/desk/assets/desk.css"):
        assert (await browser.get(path)).status_code == 404, path
    assert (await browser.post("/desk/login", {"login": "x"})).status_code == 404


async def test_nothing_is_shown_without_logging_in(desk: Desk) -> None:
    desk.ask()
    browser = desk.browser()
    for path in PAGES:
        response = await browser.get(path)
        assert response.status_code == 303, path
        assert response.headers["location"].startswith("/desk/login?next=%2Fdesk")
        assert "工場" not in response.text
    assert (await browser.get("/desk/events")).status_code == 401
    for path in DEEDS:
        assert (await desk.browser().post(path)).status_code == 401, path
    assert len(desk.service.queue()) == 1


async def test_logging_in_and_out(desk: Desk) -> None:
    browser = desk.browser()
    page = await browser.get("/desk/login")
    assert page.status_code == 200
    response = await browser.post(
        "/desk/login", {"login": "yamada", "password": PASSWORD, "next": address_of(COMPANY)}
    )
    assert response.headers["location"] == address_of(COMPANY)
    cookies = response.headers.get_list("set-cookie")
    cookie = next(one for one in cookies if re.match(r"__Host-tsunagari-desk=\S{40,};", one))
    for word in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie
    page = await browser.get("/desk")
    assert "山田 花子" in page.text and "相談員" in page.text
    token = browser.client.cookies["__Host-tsunagari-desk"]
    assert (await browser.post("/desk/logout")).status_code == 303
    # The token itself is dead, not only the browser's copy.
    browser.client.cookies.set("__Host-tsunagari-desk", token, domain="desk.example")
    assert (await browser.get("/desk")).status_code == 303


async def test_without_https_the_cookie_still_works(empty_desk: Callable[..., Any]) -> None:
    from desk.accounts import Role

    desk = await empty_desk(https=False)
    desk.accounts.add("yamada", "山田", Role.COUNSELLOR, PASSWORD)
    browser = await desk.browser("http://localhost:5005").log_in("yamada")
    assert "tsunagari-desk" in browser.client.cookies


async def test_a_token_set_before_logging_in_is_not_used(desk: Desk) -> None:
    browser = desk.browser()
    browser.client.cookies.set("__Host-tsunagari-desk", "planted", domain="desk.example")
    await browser.log_in("yamada")
    assert "planted" not in {one.value for one in browser.client.cookies.jar}
    first = browser.client.cookies["__Host-tsunagari-desk"]
    await browser.post("/desk/logout")
    await browser.log_in("yamada")
    assert browser.client.cookies["__Host-tsunagari-desk"] != first


@pytest.mark.parametrize(
    ("login", "password"), [("yamada", "違う合言葉です12345"), ("nobody", PASSWORD), ("", "")]
)
async def test_a_wrong_login_says_the_same_whatever_was_wrong(
    desk: Desk, login: str, password: str
) -> None:
    browser = desk.browser()
    await browser.get("/desk/login")
    response = await browser.post("/desk/login", {"login": login, "password": password})
    assert response.status_code == 401
    assert "ログイン名かパスワードが違います" in response.text
    if password:
        assert password not in response.text


async def test_guessing_is_slowed_down(desk: Desk) -> None:
    browser = desk.browser()
    await browser.get("/desk/login")
    guess = {"login": "yamada", "password": "違う合言葉です12345"}
    statuses = [(await browser.post("/desk/login", guess)).status_code for _ in range(8)]
    assert statuses == [401] * 6 + [429] * 2
    right = await browser.post("/desk/login", {"login": "yamada", "password": PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0
    desk.clock.time += 60
    right = await browser.post("/desk/login", {"login": "yamada", "password": PASSWORD})
    assert right.status_code == 303
    browser = desk.browser()
    await browser.get("/desk/login")
    for number in range(61):
        guess["login"] = f"guess{number}"
        last = await browser.post("/desk/login", guess)
    assert last.status_code == 429


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/desk/\\evil",
                                     "/deskevil", "/", "javascript:alert(1)"])  # fmt: skip
async def test_logging_in_leads_nowhere_else(desk: Desk, address: str) -> None:
    browser = desk.browser()
    await browser.get("/desk/login")
    response = await browser.post(
        "/desk/login", {"login": "yamada", "password": PASSWORD, "next": address}
    )
    assert response.headers["location"] == "/desk"


async def test_a_log_in_form_of_another_browser_is_refused(desk: Desk) -> None:
    one, other = desk.browser(), desk.browser()
    await one.get("/desk/login")
    await other.get("/desk/login")
    right = {"login": "yamada", "password": PASSWORD}
    response = await one.post("/desk/login", {**right, "csrf": other.field("csrf")})
    assert response.status_code == 403
    response = await one.post("/desk/login", right, Origin="https://evil.example")
    assert response.status_code == 403


async def test_forged_deeds_are_refused(desk: Desk, yamada: Browser, sato: Browser) -> None:
    desk.ask()
    path = f"{address_of(COMPANY)}/claim"
    forged = [
        {"data": {"csrf": ""}},
        {"data": {"csrf": sato.field("csrf")}},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ]
    for options in forged:
        response = await yamada.post(path, **options)
        assert response.status_code == 403, options
    assert len(desk.service.queue()) == 1
    assert (await yamada.post(path, **{"Sec-Fetch-Site": "same-origin"})).status_code == 303
    assert not desk.service.queue()


async def test_a_deed_is_never_a_get(yamada: Browser, desk: Desk) -> None:
    desk.ask()
    for path in (f"{address_of(COMPANY)}/claim", "/desk/logout"):
        assert (await yamada.get(path)).status_code == 405


async def test_idling_logs_out_and_an_open_page_does_not_count(desk: Desk, yamada: Browser) -> None:
    session = yamada.client.cookies["__Host-tsunagari-desk"]
    assert session
    for _ in range(3):
        desk.clock.time += IDLE_SECONDS / 2
        assert (await yamada.do("/desk/alive")).json() == {"ok": True}
    desk.clock.time += IDLE_SECONDS
    answer = await yamada.do("/desk/alive")
    assert (answer.status_code, answer.json()["code"]) == (401, "logged_out")
    assert (await yamada.get("/desk")).status_code == 303


async def test_disabling_an_account_shuts_its_pages(desk: Desk, yamada: Browser) -> None:
    desk.accounts.disable("yamada")
    assert (await yamada.get("/desk")).status_code == 303


async def test_changing_ones_password(desk: Desk, yamada: Browser) -> None:
    elsewhere = await desk.browser().log_in("yamada")
    await yamada.get("/desk/password")
    new = "新しい合言葉 あさひ 77"
    for form, said in (
        ({"old": "x", "new": new, "again": new}, "いまのパスワードが違います"),
        ({"old": PASSWORD, "new": new, "again": "x"}, "一致しません"),
        ({"old": PASSWORD, "new": "みじかい", "again": "みじかい"}, "12 文字以上"),
    ):
        response = await yamada.post("/desk/password", form)
        assert response.status_code == 400
        assert said in response.text
    form = {"old": PASSWORD, "new": new, "again": new}
    assert (await yamada.post("/desk/password", form)).status_code == 303
    assert (await yamada.get("/desk")).status_code == 200
    assert (await elsewhere.get("/desk")).status_code == 303
    await desk.browser().log_in("yamada", new)


async def test_a_link_from_elsewhere_opens_without_logging_in_again(
    desk: Desk, yamada: Browser
) -> None:
    # Browsers hold the strict cookie back when a link of another site is followed …
    stranger = desk.browser()
    page = await stranger.get("/desk", **{"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 200
    assert '<meta http-equiv="refresh" content="0">' in page.text
    # … and send it when the page then asks by itself.
    page = await stranger.get("/desk", **{"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 303


@pytest.mark.parametrize("path", ["/desk/login", *PAGES])
async def test_headers_of_every_page(desk: Desk, yamada: Browser, path: str) -> None:
    desk.ask()
    browser = desk.browser() if path.endswith("login") else yamada
    response = await browser.get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy
    assert response.headers["cache-control"] == "no-store"
    assert "noindex" in response.headers["x-robots-tag"]
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert '<html lang="ja">' in response.text and "noindex" in response.text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=\"/)", response.text)
    assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', response.text)
    assert BASE not in response.text


async def test_files(desk: Desk, yamada: Browser) -> None:
    for address in re.findall(r'(?:href|src)="(/desk/assets/[^"]+)"', yamada.page):
        response = await yamada.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    assert (await yamada.get("/desk/assets/../accounts.py")).status_code == 404
    assert (await yamada.get("/desk/assets/%2e%2e%2faccounts.py")).status_code == 404
