"""The desk in every state, on every screen: nothing axe complains of, no sideways scroll."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, Visit, Watched
from tests.browser.staff import DeskPage, ask_for_a_person
from tests.browser.widget import REPLY_MS, Widget, has_sideways_scroll, violations

TABLET = {"width": 768, "height": 1024}
SCREENS = {
    "desktop-light": {"viewport": DESKTOP},
    "desktop-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "tablet-light": {"viewport": TABLET, "has_touch": True},
    "tablet-dark": {"viewport": TABLET, "has_touch": True, "color_scheme": "dark"},
    "narrow-light": {"viewport": {"width": 320, "height": 640}},
}


def states(desk: DeskPage, company: Widget, wish: str) -> Iterator[str]:
    """Bring the desk from one state to the next; yields the name of each."""
    page = desk.page
    page.goto(f"{desk.base}/desk/login")
    yield "log-in"
    page.get_by_label("ログイン名").fill("nobody")
    page.get_by_label("パスワード").fill("違います、これは")
    page.get_by_role("button", name="ログイン").click()
    expect(desk.problem).to_contain_text("違います")
    yield "wrong password"
    desk.log_in("kanri")
    ask_for_a_person(company, wish)
    expect(desk.card(wish)).to_be_visible(timeout=REPLY_MS)
    yield "list"
    desk.open(wish)
    yield "waiting case"
    page.get_by_role("button", name="対応する").click()
    expect(page.locator(".head .badge").first).to_have_text("対応中")
    desk.write("確認しました", note=True)
    yield "note"
    page.get_by_label("会社への返信").check()
    desk.write("お待たせしました")
    company.show_sheet()
    company.sheet.get_by_role("button", name="段階を変更").click()
    company.sheet.get_by_role("combobox").select_option(label="計画づくり")
    company.sheet.get_by_role("button", name="決定").click()
    expect(desk.log.locator(".item.sheet")).to_be_visible(timeout=REPLY_MS)
    yield "own case"
    for summary in page.locator("summary").all():
        summary.click()
    yield "all opened"
    for summary in page.locator(".actions summary, .revise summary").all():
        summary.click()
    page.get_by_role("button", name="定型文・知識から引用").click()
    page.get_by_label("知識のもとをことばで探す").fill("インドネシアの法人税")
    page.keyboard.press("Enter")
    expect(page.get_by_text("資料にないことです")).to_be_visible()
    yield "library"
    page.goto(f"{desk.base}/desk/password")
    yield "password"


@pytest.mark.parametrize("screen", SCREENS)
def test_accessible_in_every_state(
    visit: Visit, server: str, company: Widget, axe: str, screen: str, watched: Watched
) -> None:
    watched.expected = ("401",)
    page: Page = visit(**SCREENS[screen]).new_page()
    desk = DeskPage(page, server)
    wide = []
    for state in states(desk, company, f"許可の取り方（{screen}）"):
        assert violations(page, axe) == [], state
        wide += [f"{state}: {found}" for found in has_sideways_scroll(page)]
        # The conversation fills a screen that has room, and scrolls inside.
        full = page.locator("body.full").count() and page.viewport_size["height"] > 800
        if full and page.evaluate("() => document.scrollingElement.scrollHeight > innerHeight"):
            wide.append(f"{state}: the page scrolls as well")
    assert wide == []
