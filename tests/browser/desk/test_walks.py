"""The desk in a real browser: two of the staff, and a company at the widget."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit, Watched
from tests.browser.staff import ask_for_a_person, staff
from tests.browser.widget import REPLY_MS, Widget

FACT = "ベトナムの製造業作業員の月額賃金"


def test_a_conversation_is_taken_over_and_given_back(
    visit: Visit, server: str, company: Widget
) -> None:
    yamada, sato = (staff(visit, server, login) for login in ("yamada", "sato"))
    ask_for_a_person(company, "許可の取り方（一）")
    # Both lists show it without a reload, and who looks elsewhere hears of it.
    for desk in (yamada, sato):
        expect(desk.card("許可の取り方（一）")).to_be_visible(timeout=REPLY_MS)
    expect(yamada.said).to_have_text("新しい相談がお待ちです")
    yamada.claim("許可の取り方（一）")
    expect(company.dialog.get_by_text("担当者につながりました")).to_be_visible(timeout=REPLY_MS)
    # The other one sees who has it.
    expect(sato.card("許可の取り方（一）")).to_contain_text("担当: 山田 花子")

    yamada.text.fill("こん")
    expect(company.dialog.locator(".typing")).not_to_be_empty(timeout=REPLY_MS)
    yamada.write("こんにちは。どの業種の許可でしょうか。")
    reached = company.dialog.locator(".message.staff", has_text="どの業種の許可")
    expect(reached).to_be_visible(timeout=REPLY_MS)
    mark = yamada.log.locator(".item.staff", has_text="どの業種の許可").locator(".mark")
    expect(mark).to_have_text("届きました", timeout=REPLY_MS)

    company.send("食品の加工です")
    expect(yamada.log).to_contain_text("食品の加工です", timeout=REPLY_MS)

    yamada.write("前回も同じ件", note=True)
    expect(yamada.log.locator(".item.note")).to_contain_text("前回も同じ件")
    yamada.page.get_by_label("会社への返信").check()
    yamada.page.get_by_role("button", name="定型文・知識から引用").click()
    yamada.page.get_by_label("知識のもとをことばで探す").fill("ベトナムの賃金")
    yamada.page.keyboard.press("Enter")
    yamada.page.get_by_role("button", name="本文に入れる：ベトナム：製造業作業員").first.click()
    expect(yamada.text).to_be_focused()
    assert "（出典: " in yamada.text.input_value()
    yamada.page.get_by_role("button", name="送る").click()
    quoted = company.dialog.locator(".message.staff", has_text=FACT)
    expect(quoted).to_contain_text("162米ドル", timeout=REPLY_MS)
    expect(quoted).to_contain_text("出典")

    yamada.do("ボットに戻す")
    expect(yamada.page.locator(".head .badge").first).to_have_text("ボットが対応")
    # The focus is not lost with the button that is gone.
    expect(yamada.page.get_by_role("heading", level=1)).to_be_focused()
    expect(yamada.page.get_by_label("会社への返信")).to_be_disabled()
    expect(company.dialog.get_by_text("解決しましたか")).to_be_visible(timeout=REPLY_MS)
    assert not any("前回も同じ件" in text for text in company.texts())
    # Not one answer of the bot while a person had the conversation.
    texts = company.texts()
    began = next(i for i, text in enumerate(texts) if "担当者につながりました" in text)
    between = texts[began : next(i for i, text in enumerate(texts) if "解決しましたか" in text)]
    bots = company.dialog.locator(".message.bot .body").all_inner_texts()
    assert not set(between) & set(bots)


def test_of_two_who_claim_one_is_told_who_has_it(
    visit: Visit, server: str, company: Widget, watched: Watched
) -> None:
    watched.expected = ("409",)
    yamada, sato = (staff(visit, server, login) for login in ("yamada", "sato"))
    ask_for_a_person(company, "許可の取り方（二）")
    # The slower one has pressed the button too, but it is still on its way.
    underway: list[Route] = []
    sato.page.route("**/claim", lambda route: underway.append(route))
    button = sato.card("許可の取り方（二）").get_by_role("button", name="対応する")
    button.click(timeout=REPLY_MS)
    yamada.claim("許可の取り方（二）")
    underway[0].continue_()
    expect(sato.problem).to_have_text("すでに山田 花子さんが対応しています。")
    expect(sato.card("許可の取り方（二）")).to_contain_text("担当: 山田 花子")
    expect(button).to_have_count(0)


def test_passing_on_and_closing(visit: Visit, server: str, company: Widget) -> None:
    yamada, sato = (staff(visit, server, login) for login in ("yamada", "sato"))
    ask_for_a_person(company, "許可の取り方（三）")
    yamada.claim("許可の取り方（三）")
    yamada.page.locator("summary", has_text="ほかの人へ").click()
    yamada.page.get_by_label("引き継ぐ人").select_option(label="佐藤 健（相談員）")
    yamada.page.get_by_role("button", name="引き継ぐ").click()
    expect(yamada.page.locator(".head")).to_contain_text("担当: 佐藤 健")
    sato.open("許可の取り方（三）")
    sato.do("終了", "終了する")
    expect(sato.page.locator(".head .badge").first).to_have_text("終了")
    expect(company.dialog.get_by_text("担当者との会話を終わりました")).to_be_visible(
        timeout=REPLY_MS
    )
    sato.page.get_by_role("link", name="相談の一覧").first.click()
    expect(sato.card("許可の取り方（三）")).to_have_count(0)


def test_messages_are_a_live_log_and_drafts_survive(
    visit: Visit, server: str, company: Widget
) -> None:
    desk = staff(visit, server, "yamada")
    ask_for_a_person(company, "許可の取り方（六）")
    desk.claim("許可の取り方（六）")
    # What was there is not read aloud again when something comes: its elements stay.
    desk.page.evaluate("() => { document.querySelector('#items li').marked = true; }")
    company.send("もう一つ質問です")
    expect(desk.log).to_contain_text("もう一つ質問です", timeout=REPLY_MS)
    assert desk.page.evaluate("() => document.querySelector('#items li').marked")
    desk.text.fill("書きかけの返事")
    desk.page.reload()
    expect(desk.text).to_have_value("書きかけの返事")
    # Composing Japanese: Enter belongs to the input method, even with Ctrl.
    desk.text.evaluate(
        """field => field.dispatchEvent(new KeyboardEvent("keydown",
          { key: "Enter", ctrlKey: true, isComposing: true, bubbles: true }))"""
    )
    expect(desk.text).to_have_value("書きかけの返事")


def test_a_page_says_when_it_is_logged_out(visit: Visit, server: str) -> None:
    desk = staff(visit, server, "sato")
    other = desk.page.context.new_page()
    other.goto(f"{server}/desk")
    other.get_by_role("button", name="ログアウト").click()
    expect(other.get_by_role("heading", name="担当者のログイン")).to_be_visible()
    expect(desk.page.get_by_role("link", name="ログインし直す")).to_be_visible(timeout=REPLY_MS)


def test_it_works_without_scripts(visit: Visit, server: str, company: Widget) -> None:
    desk = staff(visit, server, "sato", java_script_enabled=False)
    ask_for_a_person(company, "許可の取り方（七）")
    desk.page.reload()
    desk.card("許可の取り方（七）").get_by_role("button", name="対応する").click()
    expect(desk.page.locator(".head .badge").first).to_have_text("対応中")
    desk.text.fill("台本なしの返信")
    desk.page.get_by_role("button", name="送る").click()
    expect(desk.log).to_contain_text("台本なしの返信")
    expect(company.dialog.get_by_text("台本なしの返信")).to_be_visible(timeout=REPLY_MS)
