"""Pictures for the README, taken from the running product: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.browser.serving import ROOT, running_server
from tests.browser.widget import Widget

IMAGES = ROOT / "docs" / "images"
LARGEST = 300_000
COMPANY = "大阪で金属プレスをやってます。ベトナムに工場を出したい"
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 800}, "device_scale_factor": 1.5}


def consultation(page: Page) -> Widget:
    chat = Widget(page).open()
    chat.say(COMPANY)
    chat.choose("情報収集")
    return chat


def plan(page: Page) -> None:
    consultation(page)


def phone(page: Page) -> None:
    consultation(page)


def comparison(page: Page) -> None:
    chat = Widget(page).open()
    chat.say("タイとベトナムを比べて")
    chat.dialog.get_by_role("table").last.evaluate("table => table.scrollIntoView()")


def knowledge(page: Page) -> None:
    page.goto(page.url + "knowledge/country.thailand")


PICTURES: dict[str, tuple[Any, dict[str, Any]]] = {
    "widget-plan": (plan, DESKTOP),
    "widget-phone": (phone, PHONE),
    "widget-dark": (comparison, {**DESKTOP, "color_scheme": "dark"}),
    "knowledge": (knowledge, DESKTOP),
}


def take(browser: Browser, base: str) -> None:
    for name, (act, options) in PICTURES.items():
        context = browser.new_context(locale="ja-JP", reduced_motion="reduce", **options)
        page = context.new_page()
        page.goto(base + "/")
        act(page)
        page.wait_for_timeout(500)
        path = IMAGES / f"{name}.png"
        path.write_bytes(page.screenshot(caret="hide"))
        click.echo(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
        assert path.stat().st_size < LARGEST
        context.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with running_server(Path(directory), "https://www.example.jp") as base:
            take(browser, base)
        browser.close()


if __name__ == "__main__":
    main()
