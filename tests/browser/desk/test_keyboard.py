"""Nobody with a mouse: everything at the desk by keyboard, the focus never lost."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.staff import PASSWORD, DeskPage, ask_for_a_person, staff
from tests.browser.widget import REPLY_MS, Widget, tab_to

#: The page gets no answer to what it rewrites before the test calls `letAnswerPass`.
_HOLD_ANSWERS_BACK = """() => {
  const send = window.fetch;
  window.fetch = async (...request) => {
    const answer = await send(...request);
    if (String(request[0]).endsWith("/rewrite")) {
      await new Promise((pass) => { window.letAnswerPass = pass; });
    }
    return answer;
  };
}"""


def test_everything_by_keyboard(visit: Visit, server: str, company: Widget) -> None:
    page = visit().new_page()
    ask_for_a_person(company, "許可の取り方（四）")
    page.goto(f"{server}/desk")
    tab_to(page, "ログイン名")
    page.keyboard.type("yamada")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="相談の一覧")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    card = page.locator(".card", has_text="許可の取り方（四）")
    expect(card).to_be_visible(timeout=REPLY_MS)
    link = card.get_by_role("link")
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Tab")
    expect(card.get_by_role("button", name="対応する")).to_be_focused()
    page.keyboard.press("Enter")
    desk = DeskPage(page, server)
    expect(desk.log).to_be_visible()
    tab_to(page, "本文")
    page.keyboard.insert_text("鍵盤だけで書いています")
    page.keyboard.press("Control+Enter")
    staff_message = company.dialog.locator(".message.staff", has_text="鍵盤だけ")
    expect(staff_message).to_be_visible(timeout=REPLY_MS)
    expect(desk.text).to_be_focused()
    tab_to(page, "ボットに戻す", back=True)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("解決しましたか")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".head .badge").first).to_have_text("ボットが対応")


def test_the_sheet_edited_beside_the_talk_is_seen_as_such_and_saved_by_keyboard(
    visit: Visit, server: str, company: Widget
) -> None:
    yamada = staff(visit, server, "yamada")
    ask_for_a_person(company, "許可の取り方（八）")
    yamada.claim("許可の取り方（八）")
    company.show_sheet()
    company.sheet.get_by_role("button", name="段階を変更").click()
    company.sheet.get_by_role("combobox").select_option(label="計画づくり")
    company.sheet.get_by_role("button", name="決定").click()
    # In the case it is an event of its own, in the live log; beside it the value is new.
    event = yamada.log.locator(".item.sheet")
    expect(event).to_contain_text("カルテが更新されました: 段階 → 計画づくり", timeout=REPLY_MS)
    expect(event.locator(".by")).to_contain_text("カルテ")
    facts = yamada.page.get_by_role("region", name="相談カルテ")
    expect(facts).to_contain_text("計画づくり")
    # The company's own sheet shows it too, and the bot has said nothing about it.
    expect(company.sheet.locator("[data-field=stage] .value")).to_have_text("計画づくり")
    assert company.dialog.locator(".message.bot").last.inner_text().count("計画づくり") == 0
    tab_to(yamada.page, "カルテを保存（PDF）")
    with yamada.page.expect_download() as download:
        yamada.page.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("sheet-T-")
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    with company.page.expect_download() as own:
        company.sheet.get_by_role("button", name="カルテを保存（PDF）").click()
    assert own.value.suggested_filename == "相談カルテ.pdf"


def test_notes_canned_answers_and_closing_by_keyboard(
    visit: Visit, server: str, company: Widget
) -> None:
    desk = staff(visit, server, "yamada")
    ask_for_a_person(company, "許可の取り方（九）")
    desk.claim("許可の取り方（九）")
    page = desk.page
    page.get_by_label("会社への返信").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("内部メモ")).to_be_checked()
    page.keyboard.press("Tab")
    expect(desk.text).to_be_focused()
    page.keyboard.insert_text("昨日の電話の続き")
    page.keyboard.press("Control+Enter")
    expect(desk.log.locator(".item.note")).to_contain_text("昨日の電話の続き")
    page.get_by_label("内部メモ").focus()
    page.keyboard.press("ArrowLeft")
    tab_to(page, "定型文・知識から引用")
    page.keyboard.press("Enter")
    expect(page.locator("#library")).to_be_visible()
    tab_to(page, "知識のもとをことばで探す")
    page.keyboard.insert_text("普及・実証事業")
    page.keyboard.press("Enter")
    insert = page.get_by_role("button", name="本文に入れる").first
    expect(insert).to_be_visible(timeout=REPLY_MS)
    for _ in range(20):
        page.keyboard.press("Tab")
        if insert.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(desk.text).to_be_focused()
    assert "（出典: " in desk.text.input_value()
    page.keyboard.press("Control+Enter")
    quoted = company.dialog.locator(".message.staff", has_text="出典")
    expect(quoted).to_be_visible(timeout=REPLY_MS)
    assert not any("昨日の電話" in text for text in company.texts())
    tab_to(page, "終了", back=True)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".head .badge").first).to_have_text("終了")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_what_was_said_is_rewritten_and_taken_back_by_keyboard(
    visit: Visit, server: str, company: Widget
) -> None:
    yamada, sato = (staff(visit, server, login) for login in ("yamada", "sato"))
    ask_for_a_person(company, "許可の取り方（十）")
    yamada.claim("許可の取り方（十）")
    sato.open("許可の取り方（十）")
    yamada.write("受付は10時からです")
    told = company.dialog.locator(".message.staff").last
    expect(told).to_contain_text("受付は10時からです", timeout=REPLY_MS)
    page = yamada.page
    item = yamada.log.locator(".item.staff").last
    item.locator(".revise summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(item.get_by_label("新しい文")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("受付は9時からです")
    # What is being written survives what comes meanwhile, and a reload.
    company.send("はい")
    expect(yamada.log).to_contain_text("はい", timeout=REPLY_MS)
    page.reload()
    expect(item.get_by_label("新しい文")).to_have_value("受付は9時からです")
    item.get_by_label("新しい文").focus()
    page.keyboard.press("Tab")
    # The news of what was done comes before the answer to the request that did it.
    page.evaluate(_HOLD_ANSWERS_BACK)
    page.keyboard.press("Enter")
    for log in (yamada.log, sato.log):
        expect(log.locator(".item.staff .former")).to_be_attached(timeout=REPLY_MS)
        expect(log.locator(".item.staff > .text").last).to_have_text("受付は9時からです")
    page.wait_for_function("() => window.letAnswerPass", timeout=REPLY_MS)
    page.evaluate("() => window.letAnswerPass()")
    expect(item.locator(".revise")).not_to_have_attribute("open", "")
    expect(item.locator(".revise summary")).to_be_focused()
    expect(told).to_contain_text("受付は9時からです", timeout=REPLY_MS)
    expect(told).to_contain_text("編集済み")
    item.locator(".revise summary").focus()
    page.keyboard.press("Enter")
    take_back = item.get_by_role("button", name="取り消す")
    tab_to(page, "取り消す", limit=6)
    expect(take_back).to_be_focused()
    page.keyboard.press("Enter")
    expect(told).to_contain_text("担当者がこの発言を取り消しました", timeout=REPLY_MS)
    # The focus is not lost with what is gone.
    expect(yamada.log).to_be_focused()
    expect(sato.log.locator(".item.taken-back")).to_be_visible(timeout=REPLY_MS)
    # What is hidden from the eye makes no page longer than it is.
    assert page.evaluate("() => main.scrollHeight <= main.clientHeight + 1")
