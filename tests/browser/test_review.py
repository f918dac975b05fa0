"""A 管理者 adds the hub a prefecture has not, publishes it, and takes it back; nobody waits."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Visit
from tests.browser.serving import ROOT, Website, running_server
from tests.browser.staff import DeskPage, add_staff
from tests.browser.widget import has_sideways_scroll, violations

TABLET = {"width": 768, "height": 1024}
QUESTION = "高知県の会社ですがどこに相談すればいいですか"
NAME = "高知県海外サポートデスク"
SOURCE = "『海外展開支援のご案内』（高知県、2026年4月）"
PREPARED_MS = 420_000
LIVE_SECONDS = 60
QUESTIONS = """\
- turns: [ベトナムの作業員の賃金は]
  finds: ["162"]
- turns: [高知県の会社ですがどこに相談すればいいですか]
  finds: [四国]
"""


@pytest.fixture(scope="module")
def server(website: Website, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with knowledge, examples and releases of its own."""
    directory = tmp_path_factory.mktemp("review")
    for name in ("records", "vocabulary", "questions", "digests"):
        shutil.copytree(ROOT / "knowledge" / name, directory / "knowledge" / name)
    for name in ("documents.yml", "counted.yml"):
        shutil.copy(ROOT / "knowledge" / name, directory / "knowledge" / name)
    (directory / "knowledge" / "evaluation.yml").write_text(QUESTIONS, "utf-8")
    (directory / "data").mkdir()
    for path in (ROOT / "data").glob("*.yml"):
        shutil.copy(path, directory / "data")
    settings = {
        "TSUNAGARI_KNOWLEDGE": str(directory / "knowledge"),
        "TSUNAGARI_DATA": str(directory / "data"),
        "TSUNAGARI_RELEASES": str(directory / "releases"),
        "TSUNAGARI_LIBRARY": str(directory / "library.sqlite"),
    }
    with running_server(directory, website.origin, settings) as base:
        add_staff(directory)
        yield base


class Companies:
    """Somebody who asks over REST without pause."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.answers: list[str] = []
        self.failures: list[str] = []
        self._going = True
        self._thread = threading.Thread(target=self._ask_on, daemon=True)
        self._thread.start()

    def ask(self, sender: str) -> str:
        request = urllib.request.Request(
            f"{self.base}/webhooks/rest/webhook",
            json.dumps({"sender": sender, "message": QUESTION}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            messages: list[dict[str, Any]] = json.load(response)
        return "\n".join(str(one["text"]) for one in messages)

    def _ask_on(self) -> None:
        while self._going:
            try:
                self.answers.append(self.ask(f"c{len(self.answers)}"))
            except Exception as error:
                self.failures.append(repr(error))
            time.sleep(0.2)

    def until(self, words: str, there: bool) -> str:
        """Wait until new consultations hold words, or no longer do."""
        end = time.monotonic() + LIVE_SECONDS
        while time.monotonic() < end:
            answer = self.ask(f"u{time.monotonic()}")
            if (words in answer) == there:
                return answer
            time.sleep(0.3)
        raise AssertionError(f"{words}: still {'not ' if there else ''}there\n{answer}")

    def stop(self) -> None:
        self._going = False
        self._thread.join(60)


def test_a_hub_is_added_published_recommended_and_taken_back(
    visit: Visit, server: str, axe: str
) -> None:
    desk = DeskPage(visit().new_page(), server).log_in("kanri")
    page = desk.page
    # The first look reads all records, on a busy machine slowly.
    page.set_default_timeout(60_000)
    companies = Companies(server)
    try:
        assert NAME not in companies.ask("before")
        page.get_by_role("link", name="知識").click()
        page.get_by_text("地域の相談窓口がまだない都道府県").click()
        page.get_by_role("link", name="高知県", exact=True).click()
        fill_in(page)
        check(page, axe)
        page.get_by_role("button", name="答えを確かめる").click()
        faces = page.locator("#faces")
        expect(faces).to_contain_text("県内企業の海外展開の相談を無料で受けます", timeout=30_000)
        for face in ("LINE", "Slack", "文字だけ"):
            for summary in faces.locator("summary", has_text=face).all():
                summary.click()
        expect(faces.locator(".flex-bubble").first).to_contain_text(NAME)
        expect(faces.locator(".plain").last).to_contain_text(SOURCE)
        check(page, axe)
        page.get_by_role("button", name="保存する").click()
        expect(page.get_by_role("status").first).to_contain_text("記録を作りました")
        check(page, axe)
        assert NAME not in companies.ask("saved")

        page.get_by_role("link", name="公開", exact=True).click()
        expect(page.locator(".waiting")).to_contain_text(NAME)
        check(page, axe)
        page.get_by_label("変更のまとめ").fill("高知県の窓口を追加")
        page.get_by_role("button", name="公開の前に確かめる").click()
        step = page.locator("#step")
        expect(step).to_have_text(re.compile("公開できます"), timeout=PREPARED_MS)
        expect(page.locator(".answer", has_text=QUESTION)).to_contain_text(SOURCE)
        check(page, axe)
        assert NAME not in companies.ask("prepared")

        page.get_by_role("button", name="公開する").click()
        expect(page.get_by_role("status").first).to_contain_text("公開しました")
        answer = companies.until(NAME, there=True)
        assert "所在地が高知県" in answer
        assert SOURCE in answer

        page.get_by_text("この版に戻す").first.click()
        page.get_by_label("戻す理由").first.fill("公開日を待つ")
        page.get_by_role("button", name="戻す", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("前の版に戻しました")
        companies.until(NAME, there=False)
        page.get_by_role("link", name="履歴").click()
        expect(page.locator(".cards")).to_contain_text("公開日を待つ")
        check(page, axe)
    finally:
        companies.stop()
    assert not companies.failures
    assert all("高知県" in answer for answer in companies.answers)


def test_nothing_typed_is_lost_and_sources_are_picked_by_keyboard(
    visit: Visit, server: str, axe: str
) -> None:
    page = (
        DeskPage(visit(viewport=TABLET, color_scheme="dark").new_page(), server)
        .log_in("kanri")
        .page
    )
    page.goto(f"{server}/desk/knowledge/records/hub.mobio")
    check(page, axe)
    page.get_by_role("button", name="事実を足す").click()
    fact = page.locator("[data-fact]").last
    expect(fact.get_by_label("項目")).to_be_focused()
    fact.get_by_label("内容").fill("相談は無料です。")
    fact.get_by_role("button", name="出典を選ぶ").press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("s05")
    found = page.get_by_role("button", name="この出典にする").first
    expect(found).to_be_visible()
    check(page, axe)
    found.press("Enter")
    expect(fact.locator("[data-cite]")).to_contain_text("取組の事例")
    warned: list[str] = []

    def leave(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_role("link", name="表", exact=True).click()
    page.wait_for_url("**/sheet")
    assert warned == ["beforeunload"]
    check(page, axe)


def fill_in(page: Page) -> None:
    page.get_by_label("名称").fill(NAME)
    page.get_by_label("よみ").fill("こうちけんかいがいさぽーとですく")
    page.get_by_label("呼び名").fill("高知サポートデスク")
    page.get_by_label("何をしてくれるか").fill(
        "県内企業の海外展開の相談を無料で受けます\n海外の展示会への出展を手伝います"
    )
    page.get_by_label("資料の題名", exact=True).fill("海外展開支援のご案内")
    page.get_by_label("発行者", exact=True).fill("高知県")
    page.get_by_label("日付", exact=True).fill("2026年4月")


def check(page: Page, axe: str) -> None:
    """Nothing that a screen reader stumbles over, nothing wider than the screen."""
    assert not violations(page, axe)
    assert not has_sideways_scroll(page)
