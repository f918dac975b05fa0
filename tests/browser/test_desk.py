"""The desk in a real browser: two of the staff, a company at the widget, nobody with a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import DESKTOP, Visit, Watched
from tests.browser.serving import Website, running_server
from tests.browser.staff import PASSWORD, DeskPage, add_staff, ask_for_a_person
from tests.browser.widget import REPLY_MS, Widget, has_sideways_scroll, tab_to, violations

TABLET = {"width": 768, "height": 1024}
SCREENS = {
    "desktop-light": {"viewport": DESKTOP},
    "desktop-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "tablet-light": {"viewport": TABLET, "has_touch": True},
    "tablet-dark": {"viewport": TABLET, "has_touch": True, "color_scheme": "dark"},
    "narrow-light": {"viewport": {"width": 320, "height": 640}},
}
FACT = "ベトナムの製造業作業員の月額賃金"


@pytest.fixture(scope="module")
def server(website: Website, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own: with staff, and open at every hour."""
    directory = tmp_path_factory.mktemp("desk")
    hours = {"TSUNAGARI_HOURS": str(Path(__file__).with_name("hours.yml"))}
    with running_server(directory, website.origin, hours) as base:
        add_staff(directory)
        yield base


@pytest.fixture
def company(visit: Visit, server: str) -> Widget:
    page = visit().new_page()
    page.goto(server)
    return Widget(page).open()


def staff(visit: Visit, server: str, login: str, **options: object) -> DeskPage:
    return DeskPage(visit(**options).new_page(), server).log_in(login)


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
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/rewrite", lambda route: held.append((route, route.fetch())))
    page.keyboard.press("Enter")
    for log in (yamada.log, sato.log):
        expect(log.locator(".item.staff .former")).to_be_attached(timeout=REPLY_MS)
        expect(log.locator(".item.staff > .text").last).to_have_text("受付は9時からです")
    for route, answer in held:
        route.fulfill(response=answer)
    assert held
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


def states(desk: DeskPage, company: Widget, wish: str) -> Iterator[str]:
    """Bring the desk from one state to the next; yields the name of each."""
    page = desk.page
    page.goto(f"{desk.base}/desk/login")
    yield "log-in"
    page.get_by_label("ログイン名").fill("nobody")
    page.get_by_label("パスワード").fill("違います、これは")
    page.get_by_role("button", name="ログイン").click()
    expect(desk.problem).to_contain_text("違います")
    yield "wrong password"
    desk.log_in("kanri")
    ask_for_a_person(company, wish)
    expect(desk.card(wish)).to_be_visible(timeout=REPLY_MS)
    yield "list"
    desk.open(wish)
    yield "waiting case"
    page.get_by_role("button", name="対応する").click()
    expect(page.locator(".head .badge").first).to_have_text("対応中")
    desk.write("確認しました", note=True)
    yield "note"
    page.get_by_label("会社への返信").check()
    desk.write("お待たせしました")
    company.show_sheet()
    company.sheet.get_by_role("button", name="段階を変更").click()
    company.sheet.get_by_role("combobox").select_option(label="計画づくり")
    company.sheet.get_by_role("button", name="決定").click()
    expect(desk.log.locator(".item.sheet")).to_be_visible(timeout=REPLY_MS)
    yield "own case"
    for summary in page.locator("summary").all():
        summary.click()
    yield "all opened"
    for summary in page.locator(".actions summary, .revise summary").all():
        summary.click()
    page.get_by_role("button", name="定型文・知識から引用").click()
    page.get_by_label("知識のもとをことばで探す").fill("インドネシアの法人税")
    page.keyboard.press("Enter")
    expect(page.get_by_text("資料にないことです")).to_be_visible()
    yield "library"
    page.goto(f"{desk.base}/desk/password")
    yield "password"


@pytest.mark.parametrize("screen", SCREENS)
def test_accessible_in_every_state(
    visit: Visit, server: str, company: Widget, axe: str, screen: str, watched: Watched
) -> None:
    watched.expected = ("401",)
    page: Page = visit(**SCREENS[screen]).new_page()
    desk = DeskPage(page, server)
    wide = []
    for state in states(desk, company, f"許可の取り方（{screen}）"):
        assert violations(page, axe) == [], state
        wide += [f"{state}: {found}" for found in has_sideways_scroll(page)]
        # The conversation fills a screen that has room, and scrolls inside.
        full = page.locator("body.full").count() and page.viewport_size["height"] > 800
        if full and page.evaluate("() => document.scrollingElement.scrollHeight > innerHeight"):
            wide.append(f"{state}: the page scrolls as well")
    assert wide == []


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
