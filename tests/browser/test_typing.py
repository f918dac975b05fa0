"""Typing Japanese: the Enter that ends a conversion never sends, in either browsers' order."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.widget import Widget

#: WebKit before its fix: compositionend comes first, then keydown with keyCode 229.
WEBKIT_ORDER = """field => {
  field.focus();
  field.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
  field.value = "大阪";
  field.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: true}));
  field.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true, data: "大阪"}));
  const enter = new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true});
  Object.defineProperty(enter, "keyCode", {get: () => KEYCODE});
  field.dispatchEvent(enter);
}"""


def compose(page: Page, text: str) -> None:
    """Let Chromium compose `text` as an input method does, up to before the confirming Enter."""
    session = page.context.new_cdp_session(page)
    for end in range(1, len(text) + 1):
        session.send(
            "Input.imeSetComposition",
            {"text": text[:end], "selectionStart": end, "selectionEnd": end},
        )
    # The Enter belongs to the input method: Chromium reports it as key 229 while composing.
    session.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229},
    )
    session.send("Input.insertText", {"text": text})
    session.send(
        "Input.dispatchKeyEvent",
        {"type": "keyUp", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13},
    )


def test_chromium_order(chat: Widget, page: Page) -> None:
    chat.field.focus()
    compose(page, "大阪で金型")
    expect(chat.field).to_have_value("大阪で金型")
    page.wait_for_timeout(300)
    expect(chat.customer).to_have_count(0)
    page.keyboard.press("Enter")
    expect(chat.customer).to_have_count(1)
    expect(chat.customer).to_contain_text("大阪で金型")


def test_webkit_order(chat: Widget, page: Page) -> None:
    # Some input methods report 13 even here: only the composition tells.
    for code in ("229", "13"):
        chat.field.evaluate(WEBKIT_ORDER.replace("KEYCODE", code))
        page.wait_for_timeout(300)
        expect(chat.customer).to_have_count(0)
        expect(chat.field).to_have_value("大阪")
    page.keyboard.press("Enter")
    expect(chat.customer).to_have_count(1)


def test_composition_survives_an_arriving_message(chat: Widget, page: Page) -> None:
    chat.field.fill("タイの賃金は？")
    chat.field.press("Enter")
    compose(page, "ベトナムは")
    chat.settle()
    expect(chat.field).to_have_value("ベトナムは")


def test_sheet_editor_in_webkit_order(chat: Widget, page: Page) -> None:
    chat.dialog.get_by_role("button", name="事業・技術を変更").click()
    editor = chat.sheet.locator("input[type=text]")
    editor.evaluate(WEBKIT_ORDER.replace("KEYCODE", "229"))
    page.wait_for_timeout(300)
    expect(editor).to_have_value("大阪")
    expect(chat.customer).to_have_count(0)


def test_shift_enter_is_a_new_line(chat: Widget, page: Page) -> None:
    chat.field.focus()
    page.keyboard.type("一行目")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("二行目")
    expect(chat.field).to_have_value("一行目\n二行目")
    expect(chat.customer).to_have_count(0)
    page.keyboard.press("Enter")
    expect(chat.customer.locator(".body")).to_have_text("一行目\n二行目")


def test_blank_and_overlong_messages_are_not_sent(chat: Widget, page: Page) -> None:
    chat.field.fill(" \n　")
    chat.field.press("Enter")
    chat.field.fill("あ" * 1001)
    chat.field.press("Enter")
    expect(chat.dialog.get_by_text("長すぎます")).to_be_visible()
    expect(chat.customer).to_have_count(0)
