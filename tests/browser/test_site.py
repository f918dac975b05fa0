"""The site in a browser: without JavaScript, on paper, with copy buttons; and its weight."""

from __future__ import annotations

import gzip
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.serving import ROOT
from tests.browser.widget import Widget

DIST = ROOT / "widget" / "dist"
KIB = 1024


def test_knowledge_without_javascript(visit: Visit, server: str) -> None:
    page = visit(java_script_enabled=False).new_page()
    page.goto(f"{server}/knowledge")
    page.get_by_role("searchbox", name="ことばで探す").fill("タイの賃金")
    page.get_by_role("button", name="探す").click()
    page.get_by_role("link", name="タイ", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("タイ")
    row = page.get_by_role("row").filter(has_text="製造業作業員の月額賃金")
    expect(row).to_contain_text("366米ドル/月")
    page.get_by_role("link", name="『新段階に入った中小企業の海外展開支援』").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "新段階に入った中小企業の海外展開支援"
    )


def test_facts_stand_close_together(page: Page, server: str) -> None:
    page.goto(f"{server}/knowledge/hub.mobio")
    unused = page.locator(".facts > div").evaluate_all(
        """groups => groups.map(group => {
          const last = group.lastElementChild.getBoundingClientRect();
          return group.getBoundingClientRect().bottom - last.bottom;
        })"""
    )
    assert len(unused) > 5 and max(unused) < 40


def test_demo_page_without_javascript(visit: Visit, server: str) -> None:
    page = visit(java_script_enabled=False).new_page()
    page.goto(server)
    expect(page.locator("noscript .notice")).to_be_visible()


def test_skip_link_and_keyboard(page: Page, server: str) -> None:
    page.goto(f"{server}/knowledge")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_copy_button(visit: Visit, server: str) -> None:
    context = visit(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{server}/embed")
    page.get_by_role("button", name="コピー").first.click()
    expect(page.get_by_role("status").first).to_have_text("コピーしました")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("<script async") and copied.endswith("</script>")


def test_paper(page: Page, server: str, tmp_path: Path) -> None:
    page.goto(f"{server}/knowledge/country.thailand")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation").first).to_be_hidden()
    expect(page.get_by_role("table").first).to_be_visible()
    page.goto(server)
    chat = Widget(page)
    page.emulate_media(media="print")
    expect(chat.launcher).to_be_hidden()


def test_weights(server: str) -> None:
    budgets = {"/widget/v1/loader.js": 3 * KIB, "/widget/v1/panel.js": 35 * KIB, "/": 15 * KIB}
    for path, budget in budgets.items():
        request = urllib.request.Request(server + path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as response:
            body = response.read()
        assert response.headers["Content-Encoding"] == "gzip"
        assert len(body) <= budget, path
        assert gzip.decompress(body)


def test_the_panel_is_not_loaded_before_it_is_wanted(page: Page, server: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server)
    expect(Widget(page).launcher).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert any(url.endswith("loader.js") for url in asked)
    assert not any("panel.js" in url or "/webhooks/" in url for url in asked)
