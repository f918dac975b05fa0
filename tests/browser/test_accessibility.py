"""WCAG 2.2 AA by axe-core in every state, and what axe cannot see: what is read aloud, and room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, Visit, Watched
from tests.browser.widget import ROOT, Widget, has_sideways_scroll, in_view, violations

COMPANY = "大阪で金属プレスをやってます。ベトナムに工場を出したい"
SCREENS: dict[str, dict[str, Any]] = {
    "desktop-light": {"viewport": DESKTOP},
    "desktop-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone-light": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
    "phone-dark": {
        "viewport": PHONE,
        "has_touch": True,
        "is_mobile": True,
        "color_scheme": "dark",
    },
}


def states(chat: Widget, page: Page) -> Iterator[str]:
    """Bring the widget from one state to the next; yields the name of each."""
    yield "closed"
    chat.open()
    yield "greeting"
    chat.dialog.get_by_role("button", name="メニュー").click()
    yield "menu"
    page.keyboard.press("Escape")
    chat.say(COMPANY)
    yield "choices"
    chat.choose("情報収集")
    yield "plan"
    for button in chat.dialog.locator(".message [aria-expanded=false]").all()[:6]:
        button.click()
    yield "plan opened"
    chat.say("タイとベトナムの賃金を比べて")
    chat.say("タイとベトナムを比べて")
    expect(chat.dialog.get_by_role("table").last).to_be_attached()
    yield "table"
    chat.dialog.get_by_role("button", name="役に立たなかった").last.click()
    yield "feedback"
    chat.show_sheet()
    yield "sheet"
    chat.dialog.get_by_role("button", name="対象国を変更").click()
    yield "sheet editor"
    chat.dialog.get_by_role("button", name="やめる").last.click()
    chat.dialog.get_by_role("button", name="市区町村を変更").click()
    yield "sheet text editor"
    chat.dialog.get_by_role("button", name="やめる").last.click()
    if not chat.field.is_visible():
        chat.dialog.get_by_role("button", name="会話に戻る").click()
    chat.field.fill("あ" * 1001)
    yield "too long"
    chat.field.fill("")
    page.route(
        "**/webhooks/web/messages",
        lambda route: route.fulfill(
            status=400,
            json={"error": {"code": "bad_request", "message": "送れませんでした。"}},
            headers={"Access-Control-Allow-Origin": "*"},
        ),
    )
    chat.field.fill("これは送れません")
    chat.dialog.get_by_role("button", name="送信", exact=True).click()
    expect(chat.dialog.get_by_role("button", name="もう一度送る")).to_be_visible()
    yield "failed message"
    page.unroute_all()
    page.context.set_offline(True)
    expect(chat.dialog.get_by_text("接続が切れています")).to_be_visible()
    yield "offline"
    page.context.set_offline(False)
    chat.dialog.get_by_role("button", name="取り消す").click()
    chat.dialog.get_by_role("button", name="担当者につなぐ").first.click()
    yield "confirmation"
    chat.dialog.get_by_role("button", name="やめる").last.click()
    chat.dialog.get_by_role("button", name="メニュー").click()
    chat.dialog.get_by_role("button", name="会話を終える").click()
    chat.dialog.get_by_role("button", name="終える", exact=True).click()
    expect(chat.dialog.get_by_text("会話を終えました")).to_be_visible()
    yield "ended"


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_in_any_state(
    visit: Visit, server: str, axe: str, watched: Watched, screen: str
) -> None:
    watched.expected = ("400",)
    page = visit(**SCREENS[screen]).new_page()
    page.goto(server)
    chat = Widget(page)
    found = {}
    for state in states(chat, page):
        # The page itself has a test of its own: what is behind the panel need not run again.
        if problems := violations(page, axe, None if state == "closed" else ROOT):
            found[state] = problems
        if wide := has_sideways_scroll(page):
            found[f"{state} (width)"] = wide
    assert not found


@pytest.mark.parametrize("locale", ["ja-easy", "en"])
def test_axe_in_other_languages(visit: Visit, server: str, axe: str, locale: str) -> None:
    page = visit().new_page()
    page.goto(server)
    page.evaluate(
        "locale => document.querySelector('tsunagari-chat').setAttribute('locale', locale)", locale
    )
    page.locator(f"{ROOT} .launcher").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".message.bot").first).to_be_visible()
    assert violations(page, axe, ROOT) == []
    assert dialog.get_attribute("lang") == ("en" if locale == "en" else "ja")
    assert dialog.locator(".message.bot .body").first.get_attribute("lang") == "ja"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_on_the_pages_of_the_site(visit: Visit, server: str, axe: str, scheme: str) -> None:
    page = visit(color_scheme=scheme).new_page()
    found = {}
    for path in (
        "/",
        "/embed",
        "/knowledge" if scheme == "light" else "/knowledge?kind=scheme",
        "/knowledge?q=補助金",
        "/knowledge?q=法人税",
        "/knowledge/hub.kobe",
        "/knowledge/country.thailand",
        "/knowledge/sources/dac_list",
    ):
        page.goto(server + path)
        if problems := violations(page, axe):
            found[path] = problems
    assert not found


def test_error_page(visit: Visit, server: str, axe: str, watched: Watched) -> None:
    watched.expected = ("404",)
    page = visit().new_page()
    page.goto(server + "/knowledge/none")
    assert violations(page, axe) == []
    expect(page.get_by_role("heading", level=1)).to_have_text("ページが見つかりません")


def test_only_new_messages_are_announced(chat: Widget, page: Page) -> None:
    chat.say(COMPANY)
    log = chat.log
    assert log.get_attribute("aria-live") == "polite"
    expect(log.locator(".message.bot")).not_to_have_count(0)
    assert "段階" in log.inner_text()
    page.reload()
    chat.open()
    # History is there to be read, but not within the live region; a new answer is.
    assert COMPANY in chat.dialog.inner_text()
    assert COMPANY not in log.inner_text()
    chat.choose("情報収集")
    assert "MOBIO" in log.inner_text()


def test_live_region_is_kept_and_filled_once(chat: Widget, page: Page) -> None:
    page.evaluate(
        """() => {
          const root = document.querySelector("tsunagari-chat").shadowRoot;
          const log = root.querySelector("[role=log]");
          window.heard = [];
          window.log = log;
          new MutationObserver(list => {
            for (const m of list) for (const n of m.addedNodes)
              if (n.parentNode === log) window.heard.push(n.textContent);
          }).observe(log, {childList: true, subtree: true});
        }"""
    )
    chat.say("タイの賃金は？")
    heard: list[str] = page.evaluate("() => window.heard")
    assert page.evaluate("() => window.log.isConnected")
    # One node for the customer's own words, one for the answer; nothing is put in twice.
    assert len(heard) == 2 and "366米ドル" in heard[1]


def test_status_and_alert_are_regions_of_their_own(chat: Widget) -> None:
    assert chat.log.locator("[role=status]").count() == 0
    assert chat.dialog.get_by_role("status").count() >= 1
    assert chat.dialog.get_by_role("alert").count() >= 1


def test_accessible_tree_of_a_plan(chat: Widget) -> None:
    chat.say(COMPANY)
    chat.choose("情報収集")
    tree = chat.dialog.aria_snapshot()
    assert re.search(r'heading "海外展開のご相談" \[level=2\]', tree)
    assert re.search(r'heading "まず相談する先" \[level=3\]', tree)
    assert re.search(r'heading "MOBIO（ものづくりビジネスセンター大阪）" \[level=4\]', tree)
    assert 'textbox "メッセージ"' in tree and 'button "担当者につなぐ"' in tree


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": NARROW},
        # 1280 px at 200 % and 400 %: what browsers do to the layout when they zoom.
        {"viewport": {"width": 640, "height": 430}, "device_scale_factor": 2},
        {"viewport": {"width": 320, "height": 215}, "device_scale_factor": 4},
    ],
    ids=["320px", "zoom-200", "zoom-400"],
)
def test_no_sideways_scroll(visit: Visit, server: str, options: dict[str, Any]) -> None:
    page = visit(**options).new_page()
    for path in ("/", "/embed", "/knowledge", "/knowledge/country.thailand", "/knowledge?q=JICA"):
        page.goto(server + path)
        assert has_sideways_scroll(page) == []
    page.goto(server)
    chat = Widget(page).open()
    chat.say(COMPANY)
    chat.choose("情報収集")
    chat.say("タイとベトナムを比べて")
    assert has_sideways_scroll(page) == []
    for control in (
        chat.field,
        chat.sheet_button,
        chat.dialog.get_by_role("button", name="閉じる"),
    ):
        control.first.scroll_into_view_if_needed()
        assert in_view(control.first)
    chat.show_sheet()
    assert has_sideways_scroll(page) == []
    chat.dialog.get_by_role("button", name="対象国を変更").click()
    assert has_sideways_scroll(page) == []


def test_large_letters_of_the_reader(visit: Visit, server: str) -> None:
    page = visit().new_page()
    page.goto(server)
    chat = Widget(page).open()
    page.evaluate(
        """() => document.querySelector("tsunagari-chat")
                .style.setProperty("--tsunagari-font-size", "32px")"""
    )
    chat.say(COMPANY)
    assert has_sideways_scroll(page) == []
    expect(chat.field).to_be_in_viewport()


def test_targets_are_large_enough(chat: Widget) -> None:
    chat.say(COMPANY)
    small = chat.dialog.locator("button:visible").evaluate_all(
        """buttons => buttons.map(b => [b.getAttribute("aria-label") || b.textContent,
             b.getBoundingClientRect()])
           .filter(([, r]) => r.width < 24 || r.height < 24).map(([name]) => name)"""
    )
    assert small == []


def test_focus_stays_in_the_full_screen_panel(visit: Visit, server: str) -> None:
    page = visit(viewport=PHONE).new_page()
    page.goto(server)
    chat = Widget(page).open()
    assert chat.dialog.get_attribute("aria-modal") == "true"
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.localName") == ROOT


def test_reduced_motion(chat: Widget) -> None:
    moving = chat.dialog.evaluate(
        """panel => panel.getAnimations({subtree: true})
             .filter(animation => animation.playState === "running").length"""
    )
    assert moving == 0
