"""The widget as a reader uses it: by roles, names and keys."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import ElementHandle, Locator, Page, expect

ROOT = "tsunagari-chat"
REPLY_MS = 20_000
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: The element that has the focus, through all shadow roots.
DEEPEST = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}"""


def soon(read: Callable[[], object], wanted: object) -> None:
    """Wait until something that is rendered a moment later is there."""
    give_up = time.monotonic() + REPLY_MS / 1000
    while read() != wanted and time.monotonic() < give_up:
        time.sleep(0.05)
    assert read() == wanted


class Widget:
    """One widget on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator(f"{ROOT} .launcher")
        self.dialog = page.get_by_role("dialog", name="海外展開の相談チャット")
        self.field = self.dialog.get_by_role("textbox", name="メッセージ")
        self.log = self.dialog.get_by_role("log")
        self.bot = self.dialog.locator(".message.bot")
        self.customer = self.dialog.locator(".message.customer")
        self.choices = self.dialog.locator(".choice")
        self.sheet = self.dialog.locator("section.sheet")
        self.conversation = self.dialog.get_by_role("group", name="やりとり", exact=True)
        self.jump = self.dialog.get_by_role("button", name="新しい返信を見る")
        self.sheet_button = self.dialog.get_by_role("button", name="相談カルテ", exact=True)

    def open(self) -> Widget:
        """Open the panel and wait for what the bot says first."""
        self.launcher.click()
        expect(self.dialog).to_be_visible()
        expect(self.bot.first).to_be_visible(timeout=REPLY_MS)
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until nothing is on its way."""
        # Also what the server has and the log does not show yet: choices come only after it.
        on_its_way = ".customer.sending, .customer.waiting, .customer.sent"
        expect(self.dialog.locator(on_its_way)).to_have_count(0, timeout=REPLY_MS)
        expect(self.dialog.locator(".typing")).to_be_empty(timeout=REPLY_MS)

    def say(self, text: str) -> str:
        """Type a message, send it, and return the answer."""
        before = self.bot.count()
        self.send(text)
        return self.answer(before)

    def send(self, text: str) -> None:
        """Type a message and send it: with Enter, or the button where Enter is a new line."""
        self.field.fill(text)
        if self.page.evaluate("() => matchMedia('(pointer: coarse)').matches"):
            self.dialog.get_by_role("button", name="送信", exact=True).click()
        else:
            self.field.press("Enter")

    def choose(self, label: str) -> str:
        """Press a choice and return the answer."""
        before = self.bot.count()
        self.choices.filter(has_text=label).last.click()
        return self.answer(before)

    def answer(self, before: int) -> str:
        """Wait for the answer that follows `before` messages of the bot."""
        expect(self.bot.nth(before)).to_be_visible(timeout=REPLY_MS)
        self.settle()
        texts = [one.locator(".body").inner_text() for one in self.bot.all()[before:]]
        return "\n".join(texts)

    def show_sheet(self) -> None:
        """Show the sheet, beside the conversation or in its place."""
        if not self.sheet.is_visible():
            self.sheet_button.click()
        expect(self.sheet).to_be_visible()

    def sheet_values(self) -> dict[str, str]:
        """Return what the sheet shows, by its labels."""
        rows = self.dialog.locator(".row[data-field]").all()
        return {
            (row.locator("dt").text_content() or ""): row.locator(".value").text_content() or ""
            for row in rows
        }

    def texts(self) -> list[str]:
        """Return all bubbles from the top, as a reader sees them."""
        return self.dialog.locator(".message .body").all_inner_texts()


def focused(page: Page) -> str:
    """Name the focused element: its label or text."""
    name: str = page.evaluate(
        f"""() => {{
          const at = ({DEEPEST})();
          return at?.getAttribute("aria-label") || at?.labels?.[0]?.textContent
            || at?.textContent?.trim() || at?.tagName || "";
        }}"""
    )
    return name


def focused_element(page: Page) -> ElementHandle:
    element = page.evaluate_handle(DEEPEST).as_element()
    assert element
    return element


def tab_to(page: Page, name: str, back: bool = False, limit: int = 120) -> None:
    """Press Tab until an element of this name has the focus."""
    passed = []
    for _ in range(limit):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        passed.append(focused(page))
        if passed[-1] == name or (name.endswith("…") and passed[-1].startswith(name[:-1])):
            return
    raise AssertionError(f"no way by keyboard to {name}; passed {passed}")


def in_view(locator: Locator) -> bool:
    """Tell whether an element lies wholly within the page's width."""
    fits: bool = locator.evaluate(
        """element => {
          const { left, right } = element.getBoundingClientRect();
          return left >= -1 && right <= innerWidth + 1;
        }"""
    )
    return fits


def has_sideways_scroll(page: Page) -> list[str]:
    """Name what is wider than its place: the page, or a part of the panel that hides overflow."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = [];
          const root = document.scrollingElement;
          if (root.scrollWidth > innerWidth) wide.push(`page ${root.scrollWidth}`);
          const panel = document.querySelector("tsunagari-chat")?.shadowRoot;
          const parts = ".panel, .conversation, .sheet, .message";
          for (const e of panel?.querySelectorAll(parts) ?? []) {
            if (e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
              wide.push(`${e.className} ${e.scrollWidth} > ${e.clientWidth}`);
          }
          return wide;
        }"""
    )
    return found


def violations(page: Page, axe_source: str, include: str | None = None) -> list[str]:
    """Run axe-core with the rules of WCAG 2.2 AA; return what it found, readable."""
    if not page.evaluate("() => 'axe' in window"):
        # Through the debugger: the page's own policy must not have to allow it.
        page.evaluate(axe_source)
    result: dict[str, Any] = page.evaluate(
        """async ([include, tags]) => await axe.run(include ?? document, {
          runOnly: { type: "tag", values: tags },
          resultTypes: ["violations"],
        })""",
        [include, WCAG],
    )
    return [
        f"{found['id']}: {json.dumps(node['target'], ensure_ascii=False)} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]
