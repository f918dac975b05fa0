"""Pictures for README and docs, taken from the running product: `make screenshots`."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click
import pypdfium2
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import insight
from tests.browser.conftest import CHROMIUM
from tests.browser.serving import ROOT, running_server
from tests.browser.staff import DeskPage, add_staff, ask_for_a_person
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


def desk(page: Page, wish: str = "工場を建てる前に、どんな許可が要るか知りたい") -> DeskPage:
    """A case in the middle of the talk; the company sits at a browser of its own."""
    base = page.url.rstrip("/")
    browser = page.context.browser
    assert browser
    visitor = browser.new_context(locale="ja-JP", reduced_motion="reduce").new_page()
    visitor.goto(base)
    company = Widget(visitor).open()
    ask_for_a_person(company, wish)
    staff = DeskPage(page, base).log_in("yamada")
    staff.claim(wish)
    staff.write("お待たせしました。担当の山田です。食品の加工も予定されていますか。")
    company.send("はい、金属プレスのほかに、食品の包装も考えています")
    expect(staff.log).to_contain_text("食品の包装も")
    company.show_sheet()
    company.sheet.get_by_role("button", name="段階を変更").click()
    company.sheet.get_by_role("combobox").select_option(label="計画づくり")
    company.sheet.get_by_role("button", name="決定").click()
    expect(staff.log.locator(".item.sheet")).to_be_visible()
    staff.write("包装の件は、先週も同じ業種から質問あり。資料なし", note=True)
    page.get_by_label("会社への返信").check()
    return staff


def desk_list(page: Page) -> None:
    base = page.url.rstrip("/")
    staff = desk(page)
    browser = page.context.browser
    assert browser
    for wish, company in (
        (
            "補助金の経費に、試作の費用を入れてよいか",
            "神奈川で水処理の装置を作っています。インドネシアで売りたい",
        ),
        ("契約書の準拠法をどう決めるか", "愛知の食品加工の会社です。タイに販路を広げたい"),
    ):
        visitor = browser.new_context(locale="ja-JP", reduced_motion="reduce").new_page()
        visitor.goto(base)
        ask_for_a_person(Widget(visitor).open(), wish, company)
    page.goto(f"{base}/desk")
    expect(staff.card("契約書の準拠法")).to_be_visible()
    expect(staff.said).to_be_empty()


def desk_case(page: Page) -> None:
    desk(page)
    expect(page.locator("#said")).to_be_empty(timeout=10_000)


def desk_rewrite(page: Page) -> None:
    staff = desk(page)
    item = staff.log.locator(".item.staff", has_text="担当の山田です")
    item.locator(".revise summary").click()
    expect(page.locator("#said")).to_be_empty(timeout=10_000)


def desk_library(page: Page) -> None:
    desk(page)
    page.get_by_role("button", name="定型文・知識から引用").click()
    page.get_by_label("知識のもとをことばで探す").fill("ベトナムの賃金")
    page.keyboard.press("Enter")
    insert = page.get_by_role("button", name="本文に入れる").first
    insert.click()
    page.locator("#composer").evaluate("part => part.scrollIntoView({ block: 'start' })")
    expect(page.locator("#said")).to_be_empty(timeout=10_000)


def sheet(page: Page) -> bytes:
    """The first page of the consultation sheet as PDF, as it would be printed."""
    chat = consultation(page)
    chat.say("ベトナムの作業員の賃金は？")
    chat.show_sheet()
    with page.expect_download() as download:
        chat.sheet.get_by_role("button", name="カルテを保存（PDF）").click()
    document = pypdfium2.PdfDocument(download.value.path().read_bytes())
    picture = io.BytesIO()
    shown = document[0].render(scale=1.25).to_pil().quantize(64)
    shown.save(picture, "PNG", optimize=True)
    return picture.getvalue()


TABLET = {"viewport": {"width": 768, "height": 1024}, "color_scheme": "dark"}
PICTURES: dict[str, tuple[Any, dict[str, Any]]] = {
    "widget-plan": (plan, DESKTOP),
    "widget-phone": (phone, PHONE),
    "widget-dark": (comparison, {**DESKTOP, "color_scheme": "dark"}),
    "knowledge": (knowledge, DESKTOP),
    "desk-list": (desk_list, DESKTOP),
    "desk-case": (desk_case, {"viewport": {"width": 1280, "height": 900}}),
    "desk-rewrite": (desk_rewrite, {"viewport": {"width": 1280, "height": 1000}}),
    "desk-library": (desk_library, {"viewport": {"width": 1280, "height": 1000}}),
    "desk-tablet": (desk_case, TABLET),
    "sheet-pdf": (sheet, DESKTOP),
    "learning-list": (insight.learning_list, {"viewport": {"width": 1280, "height": 900}}),
    "learning-group": (insight.learning_group, {"viewport": {"width": 1280, "height": 1300}}),
    "report": (insight.report, {"viewport": {"width": 1280, "height": 1400}}),
}


def take(browser: Browser, base: str, names: Collection[str]) -> None:
    for name, (act, options) in PICTURES.items():
        if names and name not in names:
            continue
        context = browser.new_context(locale="ja-JP", reduced_motion="reduce", **options)
        page = context.new_page()
        page.goto(base + "/")
        made = act(page)
        page.wait_for_timeout(500)
        path = IMAGES / f"{name}.png"
        path.write_bytes(made or page.screenshot(caret="hide"))
        click.echo(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")
        assert path.stat().st_size < LARGEST
        context.close()


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(sorted(PICTURES)))
def main(names: tuple[str, ...]) -> None:
    """Take all pictures, or those named."""
    hours = {"TSUNAGARI_HOURS": str(Path(__file__).with_name("hours.yml"))}
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with running_server(Path(directory), "https://www.example.jp", hours) as base:
            add_staff(Path(directory))
            take(browser, base, names)
        browser.close()


if __name__ == "__main__":
    main()
