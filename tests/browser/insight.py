"""A month at the desk for pictures: companies ask, and the administrator looks."""

from __future__ import annotations

import json
import urllib.request
from functools import lru_cache

from playwright.sync_api import Page, expect

from tests.browser.staff import DeskPage

#: (how many companies, what each of them says)
COMPANIES = (
    (9, ("大阪で金属プレスをやってます。ベトナムに工場を出したい", "まだ調べ始めたところ")),
    (6, ("愛知の部品メーカーです。タイに進出したい", "計画づくりの段階です")),
    (4, ("神奈川で水処理の装置を作っています。インドネシアで使ってもらいたい",)),
    (3, ("長野の精密部品の会社です", "ベトナム")),
    (1, ("島根で食品を作っています。タイで売りたい",)),
    (8, ("MOBIOとは",)),
    (6, ("案件化調査の上限額は", "タイの作業員の賃金は？")),
    (4, ("クラウドファンディングで海外展開の資金を集められますか",)),
    (3, ("資金をクラウドファンディングで集めたいのですが、どうすればいいですか",)),
    (4, ("現地で通訳を頼むといくらかかりますか",)),
    (2, ("通訳を現地で頼む費用の相場は？",)),
    (3, ("もこもこ館とは",)),
    (1, ("ヤマダ精機の山田です。SWP-B3000の関税は？",)),
)


def ask(base: str, sender: str, text: str) -> str:
    """Say something as a company over REST."""
    body = json.dumps({"sender": sender, "message": text}).encode("utf-8")
    address = f"{base}/webhooks/rest/webhook"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        messages = json.load(response)
    return "\n".join(message["text"] for message in messages)


@lru_cache(maxsize=1)
def a_month(base: str) -> None:
    """Let all companies ask, once."""
    for kind, (count, texts) in enumerate(COMPANIES):
        for number in range(count):
            for text in texts:
                ask(base, f"company-{kind}-{number}", text)


def learning_list(page: Page) -> None:
    """The groups of questions."""
    base = page.url.rstrip("/")
    a_month(base)
    DeskPage(page, base).log_in("kanri")
    page.goto(f"{base}/desk/learning", timeout=120_000)
    expect(page.locator(".groups-list a").first).to_be_visible()


def learning_group(page: Page) -> None:
    """A group, with a step opened."""
    learning_list(page)
    page.locator(".groups-list a", has_text="クラウドファンディング").first.click()
    page.locator("summary", has_text="対象外にする").click()


def report(page: Page) -> None:
    """The report of this month."""
    base = page.url.rstrip("/")
    a_month(base)
    DeskPage(page, base).log_in("kanri")
    page.goto(f"{base}/desk/report", timeout=120_000)
    expect(page.locator("#funnel")).to_be_visible()
