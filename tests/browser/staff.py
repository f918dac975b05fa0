"""The desk as its staff uses it, beside a company at the widget."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from conversations.database import Database
from desk.accounts import Accounts, Role
from tests.browser.conftest import Visit
from tests.browser.widget import REPLY_MS, Widget

PASSWORD = "つながりの合言葉 2026年"
STAFF = {
    "yamada": ("山田 花子", Role.COUNSELLOR),
    "sato": ("佐藤 健", Role.COUNSELLOR),
    "kanri": ("管理 太郎", Role.ADMINISTRATOR),
}
COMPANY = "大阪で金属プレスをやってます。ベトナムに工場を出したい"


def add_staff(directory: Path) -> None:
    """Give the staff accounts in the store of a running server."""
    database = Database(f"sqlite:///{directory / 'store.sqlite'}")
    accounts = Accounts(database)
    for login, (name, role) in STAFF.items():
        accounts.add(login, name, role, PASSWORD)
    database.close()


def ask_for_a_person(chat: Widget, wish: str, company: str = COMPANY) -> None:
    """Let a company tell about itself and ask for a person."""
    chat.say(company)
    chat.say("担当者につないでください")
    chat.say(wish)
    chat.choices.filter(has_text="はい").last.click()
    chat.settle()


class DeskPage:
    """A page of somebody at the desk."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.log = page.get_by_role("log", name="会話")
        self.text = page.get_by_role("textbox", name="本文")
        self.problem = page.get_by_role("alert")
        self.said = page.locator("#said")

    def log_in(self, login: str) -> DeskPage:
        """Log in and wait for the list."""
        self.page.goto(f"{self.base}/desk")
        self.page.get_by_label("ログイン名").fill(login)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("button", name="ログイン").click()
        expect(self.page.get_by_role("heading", name="相談の一覧")).to_be_visible()
        return self

    def card(self, wish: str) -> Locator:
        """The card of a case in the list."""
        return self.page.locator(".card", has_text=wish)

    def claim(self, wish: str) -> None:
        """Take a case from the list."""
        self.card(wish).get_by_role("button", name="対応する").click(timeout=REPLY_MS)
        expect(self.log).to_be_visible()
        expect(self.page.locator(".head .badge").first).to_have_text("対応中")

    def open(self, wish: str) -> None:
        """Open a case from the list."""
        self.card(wish).get_by_role("link").click(timeout=REPLY_MS)
        expect(self.log).to_be_visible()

    def write(self, text: str, note: bool = False) -> None:
        """Write a reply or a note."""
        self.page.get_by_label("内部メモ" if note else "会社への返信").check()
        self.text.fill(text)
        self.page.get_by_role("button", name="送る").click()
        expect(self.text).to_have_value("")

    def do(self, label: str, verb: str | None = None) -> None:
        """Open a question above the conversation and answer it with its button."""
        summary = self.page.locator("summary", has_text=label)
        summary.click()
        part = self.page.locator("details[open]", has=summary)
        part.get_by_role("button", name=verb or label).click()


def staff(visit: Visit, server: str, login: str, **options: object) -> DeskPage:
    """Somebody of the staff in a browser of their own, logged in."""
    return DeskPage(visit(**options).new_page(), server).log_in(login)
