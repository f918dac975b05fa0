"""A whole consultation, and everything that may interrupt it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.widget import REPLY_MS, Widget, focused, soon, tab_to

COMPANY = "大阪で金属プレスをやってます。ベトナムに工場を出したい"


def test_whole_consultation_by_keyboard(page: Page, server: str) -> None:
    page.goto(server)
    chat = Widget(page)
    tab_to(page, "海外展開を相談する")
    page.keyboard.press("Enter")
    expect(chat.bot.first).to_be_visible(timeout=REPLY_MS)
    expect(chat.field).to_be_focused()

    page.keyboard.type(COMPANY)
    page.keyboard.press("Enter")
    assert "段階" in chat.answer(1)
    expect(chat.field).to_be_focused()
    expect(chat.field).to_have_value("")

    tab_to(page, "情報収集", back=True)
    before = chat.bot.count()
    page.keyboard.press("Enter")
    plan = chat.answer(before)
    assert "MOBIO" in plan and "関西ビジネスデスク" in plan

    page.keyboard.press("Tab")
    tab_to(page, "出典…", back=True)
    page.keyboard.press("Enter")
    expect(chat.dialog.get_by_text("『新段階に入った中小企業の海外展開支援』").last).to_be_visible()

    tab_to(page, "対象国を変更")
    page.keyboard.press("Enter")
    # The choice stands there, and has the focus, once it is rendered.
    soon(lambda: focused(page).startswith("対象国"), True)
    page.keyboard.press("ArrowUp")  # from ベトナム to タイ
    page.keyboard.press("Tab")
    soon(lambda: focused(page), "決定")
    before = chat.bot.count()
    page.keyboard.press("Enter")
    assert "タイ" in chat.answer(before)
    expect(chat.sheet.locator("[data-field=country] .value")).to_have_text("タイ")

    page.keyboard.press("Escape")
    expect(chat.dialog).to_be_hidden()
    expect(chat.launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()


def read_from_its_beginning(chat: Widget) -> None:
    """Check that the newest answer begins in the upper half of the view, with nothing over it."""
    begins: float = chat.bot.last.evaluate(
        """message => {
          const view = message.closest(".conversation").getBoundingClientRect();
          return (message.getBoundingClientRect().top - view.top) / view.height;
        }"""
    )
    assert 0 <= begins < 0.5
    expect(chat.jump).to_be_hidden()


def test_a_long_answer_is_read_from_its_beginning(chat: Widget) -> None:
    chat.say(COMPANY)
    chat.choose("情報収集")
    read_from_its_beginning(chat)
    # Each question comes while the reader is still at the beginning of a long answer.
    for question in ("タイとベトナムを比べて", "やっぱりタイで", "タイとベトナムを比べて"):
        chat.say(question)
        read_from_its_beginning(chat)


def test_a_reader_is_not_carried_away_by_what_another_tab_says(visit: Visit, server: str) -> None:
    context = visit()
    one, two = context.new_page(), context.new_page()
    for page in (one, two):
        page.goto(server)
    reader, writer = Widget(one).open(), Widget(two).open()
    writer.say(COMPANY)
    writer.choose("情報収集")
    expect(reader.bot).to_have_count(writer.bot.count(), timeout=REPLY_MS)
    reader.conversation.evaluate("view => { view.scrollTop = 0 }")
    one.wait_for_function("view => view.scrollTop === 0", arg=reader.conversation.element_handle())
    writer.say("タイの賃金は？")
    expect(reader.jump).to_be_visible(timeout=REPLY_MS)
    expect(reader.bot).to_have_count(writer.bot.count(), timeout=REPLY_MS)
    assert reader.conversation.evaluate("view => view.scrollTop") == 0
    reader.jump.click()
    expect(reader.bot.last).to_be_in_viewport(ratio=1)
    expect(reader.jump).to_be_hidden()


def test_the_place_in_the_conversation_is_kept(visit: Visit, server: str) -> None:
    page = visit(viewport=PHONE).new_page()
    page.goto(server)
    chat = Widget(page).open()
    chat.say(COMPANY)
    chat.choose("情報収集")
    place = chat.conversation.evaluate("view => view.scrollTop")
    assert place > 0
    chat.show_sheet()
    chat.dialog.get_by_role("button", name="会話に戻る").click()
    assert chat.conversation.evaluate("view => view.scrollTop") == place
    chat.dialog.get_by_role("button", name="チャットを閉じる").click()
    chat.launcher.click()
    assert chat.conversation.evaluate("view => view.scrollTop") == place
    # What a correction on the sheet brought is read from its beginning on coming back.
    chat.show_sheet()
    before = chat.bot.count()
    chat.dialog.get_by_role("button", name="対象国を変更").click()
    chat.sheet.get_by_role("combobox").select_option(label="タイ")
    chat.sheet.get_by_role("button", name="決定").click()
    expect(chat.bot).not_to_have_count(before, timeout=REPLY_MS)
    chat.settle()
    chat.dialog.get_by_role("button", name="会話に戻る").click()
    read_from_its_beginning(chat)


def test_reload_in_the_middle_of_the_form(chat: Widget, page: Page) -> None:
    chat.say(COMPANY)
    before = chat.texts()
    page.reload()
    chat.open()
    expect(chat.dialog.locator(".message")).to_have_count(len(before))
    assert chat.texts() == before
    soon(lambda: chat.sheet_values().get("対象国"), "ベトナム")
    assert "MOBIO" in chat.choose("情報収集")


def test_next_visit_goes_on(visit: Visit, server: str) -> None:
    context = visit()
    first = context.new_page()
    first.goto(server)
    Widget(first).open().say(COMPANY)
    first.close()
    second = context.new_page()
    second.goto(server)
    chat = Widget(second).open()
    assert COMPANY in chat.texts()
    assert "MOBIO" in chat.say("情報収集です")


def test_two_tabs_are_one_conversation(visit: Visit, server: str) -> None:
    context = visit()
    one, two = context.new_page(), context.new_page()
    for page in (one, two):
        page.goto(server)
    left, right = Widget(one).open(), Widget(two).open()
    left.say(COMPANY)
    expect(right.customer).to_have_count(1, timeout=REPLY_MS)
    expect(right.bot).to_have_count(left.bot.count(), timeout=REPLY_MS)
    right.choose("情報収集")
    expect(left.bot).to_have_count(right.bot.count(), timeout=REPLY_MS)
    assert left.texts() == right.texts()
    assert len([text for text in left.texts() if text == COMPANY]) == 1
    soon(lambda: left.sheet_values() == right.sheet_values(), True)


def test_network_cut_and_back(chat: Widget, page: Page) -> None:
    page.context.set_offline(True)
    before = chat.bot.count()
    chat.field.fill(COMPANY)
    chat.field.press("Enter")
    expect(chat.dialog.get_by_text("接続が切れています")).to_be_visible()
    expect(chat.customer).to_contain_text(["送信待ち"])
    page.context.set_offline(False)
    assert "段階" in chat.answer(before)
    assert len([text for text in chat.texts() if text == COMPANY]) == 1
    expect(chat.dialog.get_by_text("接続が切れています")).to_be_hidden()


def test_answer_that_came_while_the_network_was_cut(visit: Visit, server: str) -> None:
    context = visit()
    page = context.new_page()
    page.goto(server)
    chat = Widget(page).open()
    # The message is taken in, but neither its answer nor the event stream gets through.
    page.route(re.compile(r"/webhooks/web/(events|history)"), lambda route: route.abort())
    context.set_offline(True)
    expect(chat.dialog.get_by_text("接続が切れています")).to_be_visible()
    context.set_offline(False)
    chat.field.fill(COMPANY)
    chat.field.press("Enter")
    page.wait_for_timeout(1_500)
    assert chat.bot.count() == 1
    page.unroute_all()
    assert "段階" in chat.answer(1)
    assert len([text for text in chat.texts() if text == COMPANY]) == 1


def test_lost_acknowledgement_sends_nothing_twice(chat: Widget, page: Page) -> None:
    lost = []

    def lose_first(route: object) -> None:
        if lost:
            route.continue_()  # type: ignore[attr-defined]
            return
        lost.append(route.fetch())  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route("**/webhooks/web/messages", lose_first)
    before = chat.bot.count()
    chat.field.fill(COMPANY)
    chat.field.press("Enter")
    assert "段階" in chat.answer(before)
    page.wait_for_timeout(1_500)
    chat.settle()
    assert lost and len([text for text in chat.texts() if text == COMPANY]) == 1
    assert chat.bot.count() == before + 1


def test_delete_forgets_everything(chat: Widget, page: Page) -> None:
    chat.say(COMPANY)
    chat.dialog.get_by_role("button", name="メニュー").click()
    chat.dialog.get_by_role("button", name="この会話を削除する").click()
    chat.dialog.get_by_role("button", name="削除する", exact=True).click()
    expect(chat.dialog.get_by_text("会話を削除しました")).to_be_visible()
    page.reload()
    chat.open()
    assert COMPANY not in chat.texts()
    soon(lambda: set(chat.sheet_values().values()), {"まだ伺っていません"})


def test_feedback_is_kept(chat: Widget, page: Page) -> None:
    chat.say("タイの賃金は？")
    with page.expect_response("**/webhooks/web/feedback") as response:
        chat.dialog.get_by_role("button", name="役に立たなかった").last.click()
    assert response.value.status == 204
    with page.expect_response("**/webhooks/web/feedback") as reasoned:
        chat.dialog.get_by_text("分かりにくい").last.click()
        send = chat.dialog.get_by_role("button", name="送る", exact=True)
        if send.count():
            send.last.click()
    assert reasoned.value.status == 204
    assert '"unclear"' in (reasoned.value.request.post_data or "")


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "[x](javascript:alert(1))"])
def test_markup_is_text(chat: Widget, page: Page, text: str) -> None:
    page.on("dialog", lambda _dialog: pytest.fail("a script ran"))
    chat.say(text)
    expect(chat.customer.last).to_contain_text(text)
    assert chat.dialog.locator("img, [href^='javascript']").count() == 0


def test_sheet_can_be_saved(chat: Widget, page: Page) -> None:
    chat.say(COMPANY)
    saved = {}
    for button, extension in (
        ("カルテを保存（PDF）", "pdf"),
        ("Markdownで保存", "md"),
        ("テキストで保存", "txt"),
    ):
        with page.expect_download() as download:
            chat.sheet.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == f"相談カルテ.{extension}"
        saved[extension] = download.value.path().read_bytes()
    assert saved["pdf"].startswith(b"%PDF-")
    assert "| 対象国 | ベトナム |" in saved["md"].decode()
    assert "対象国: ベトナム" in saved["txt"].decode()
