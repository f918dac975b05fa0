"""The list, a conversation, and everything one can do with it."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import pytest
from sqlalchemy import update

from conversations.schema import outbox
from desk.model import HUMAN
from desk.pages.views import address_of
from tests.desk.pages.conftest import COMPANY, Browser, Desk, staff

CASE = address_of(COMPANY)


async def test_the_list_shows_who_waits(desk: Desk, yamada: Browser) -> None:
    receipt = desk.ask()
    desk.clock.time += 300
    page = (await yamada.get("/desk")).text
    for words in ("お待ちの会社", "大阪府・金属プレス・ベトナム", "1番目・5分前から", "工場の許可",
                  "会社が担当者を希望", "ウェブ"):  # fmt: skip
        assert words in page, words
    assert f'id="claim-{receipt}"' in page
    assert f'href="{CASE}"' in page


async def test_claiming_opens_the_conversation(desk: Desk, yamada: Browser) -> None:
    desk.ask()
    await yamada.get("/desk")
    response = await yamada.post(f"{CASE}/claim", {"version": yamada.field("version")})
    assert response.status_code == 303
    page = (await yamada.get(response.headers["location"])).text
    assert "対応中" in page and "担当: 山田 花子" in page
    assert "相談カルテ" in page and "MOBIO をご案内しました。" in page
    case = desk.service.conversation(COMPANY)
    assert (case.state, case.owner, case.owner_name) == (HUMAN, "desk:yamada", "山田 花子")


async def test_of_two_who_claim_one_gets_it_and_the_other_is_told(
    desk: Desk, yamada: Browser, sato: Browser
) -> None:
    desk.ask()
    for browser in (yamada, sato):
        await browser.get("/desk")
    answers = await asyncio.gather(
        *(one.do(f"{CASE}/claim", {"version": one.field("version")}) for one in (yamada, sato))
    )
    assert sorted(one.status_code for one in answers) == [200, 409]
    winner, loser = sorted((one.json() for one in answers), key=lambda one: not one["ok"])
    assert winner["said"] == "対応を始めました"
    owner = desk.service.conversation(COMPANY).owner_name
    assert loser == {"ok": False, "code": "taken", "error": f"すでに{owner}さんが対応しています。"}
    # Without the script the loser sees the same on a page.
    response = await sato.post(f"{CASE}/claim", {"version": "1"})
    if owner != "佐藤 <健>":
        assert response.status_code == 409
        assert "すでに山田 花子さんが対応しています。" in response.text


async def claimed(desk: Desk, browser: Browser) -> None:
    desk.ask()
    await browser.get(CASE)
    assert (await browser.do(f"{CASE}/claim", {"version": browser.field("version")})).json()["ok"]
    await browser.get(CASE)


async def test_replies_and_notes(desk: Desk, yamada: Browser) -> None:
    await claimed(desk, yamada)
    form = {"kind": "reply", "text": "こんにちは。\r\n担当です。", "key": yamada.field("key")}
    for _ in range(2):
        # Pressed twice, or sent again after a lost answer: said once.
        assert (await yamada.do(f"{CASE}/reply", form)).json() == {"ok": True, "said": "送りました"}
    note = {"kind": "note", "text": "前にも相談あり", "key": "n1"}
    assert (await yamada.do(f"{CASE}/reply", note)).json()["said"] == "メモを残しました"
    case = desk.service.conversation(COMPANY)
    said = [one for one in case.messages if one.staff_name]
    assert [one.text for one in said] == ["こんにちは。\n担当です。"]
    assert [one.text for one in case.notes] == ["前にも相談あり"]
    # The company's log has no note.
    assert not any("前にも" in one.text for one in case.messages)
    page = (await yamada.get(CASE)).text
    assert "山田 花子（担当者）" in page and "山田 花子（内部メモ）" in page
    assert "相手の画面が開くのを待っています" in page
    with desk.service.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'failed', failure = 'blocked'")
    page = (await yamada.get(CASE)).text
    assert "届いていません: 相手がこのアカウントをブロックしています" in page


async def test_only_the_owner_replies_but_anybody_notes(
    desk: Desk, yamada: Browser, sato: Browser
) -> None:
    await claimed(desk, yamada)
    page = (await sato.get(CASE)).text
    assert "山田 花子さんが対応しています。メモは書けます。" in page
    assert re.search(r'value="reply" id="kind-reply" disabled', page)
    reply = await sato.do(f"{CASE}/reply", {"kind": "reply", "text": "割り込み", "key": "k"})
    assert (reply.status_code, reply.json()["code"]) == (403, "not_owner")
    assert (await sato.do(f"{CASE}/reply", {"kind": "note", "text": "メモ", "key": "k"})).is_success
    for deed in ("give_back", "close", "reassign", "redact"):
        answer = await sato.do(f"{CASE}/{deed}", {"to": "sato"})
        assert answer.status_code == 403, deed
    assert desk.service.conversation(COMPANY).owner == "desk:yamada"


async def test_the_company_sees_its_person_write(
    desk: Desk, yamada: Browser, sato: Browser
) -> None:
    await claimed(desk, yamada)
    assert (await sato.do(f"{CASE}/typing")).status_code == 403
    assert (await yamada.do(f"{CASE}/typing")).is_success
    assert desk.typing == [(COMPANY, True)]
    await yamada.do(f"{CASE}/reply", {"kind": "reply", "text": "はい", "key": "k"})
    assert desk.typing == [(COMPANY, True), (COMPANY, False)]


@pytest.mark.parametrize("text", ["", "  \n", "あ" * 5001], ids=["nothing", "blank", "long"])
async def test_what_cannot_be_said(desk: Desk, yamada: Browser, text: str) -> None:
    await claimed(desk, yamada)
    answer = await yamada.do(f"{CASE}/reply", {"kind": "reply", "text": text, "key": "k"})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith("。")


async def test_passing_on_and_putting_back(desk: Desk, yamada: Browser, sato: Browser) -> None:
    await claimed(desk, yamada)
    assert "佐藤 &lt;健&gt;（相談員）" in yamada.page
    assert (await yamada.do(f"{CASE}/reassign", {"to": "sato"})).is_success
    assert desk.service.conversation(COMPANY).owner_name == "佐藤 <健>"
    await sato.get(CASE)
    for login in ("nobody", "kanri"):
        desk.accounts.disable("kanri")
        answer = await sato.do(f"{CASE}/reassign", {"to": login})
        assert answer.json()["code"] == "unknown_staff"
    assert (await sato.do(f"{CASE}/reassign", {"to": ""})).json()["said"] == "列に戻しました"
    assert [one.conversation_id for one in desk.service.queue()] == [COMPANY]


async def test_an_administrator_may_step_in(desk: Desk, yamada: Browser, kanri: Browser) -> None:
    await claimed(desk, yamada)
    page = (await kanri.get(CASE)).text
    assert "担当を変える" in page
    assert (await kanri.do(f"{CASE}/reassign", {"to": "kanri"})).is_success
    assert desk.service.conversation(COMPANY).owner == "desk:kanri"
    await yamada.get(CASE)
    assert (await yamada.do(f"{CASE}/give_back")).status_code == 403
    assert (await kanri.do(f"{CASE}/close")).is_success


@pytest.mark.parametrize(("deed", "state"), [("give_back", "BOT"), ("close", "CLOSED")])
async def test_letting_go(desk: Desk, yamada: Browser, deed: str, state: str) -> None:
    await claimed(desk, yamada)
    assert (await yamada.do(f"{CASE}/{deed}", {"outcome": "resolved"})).is_success
    assert desk.service.conversation(COMPANY).state == state
    page = (await yamada.get(CASE)).text
    assert "disabled" in page
    answer = await yamada.do(f"{CASE}/reply", {"kind": "reply", "text": "まだ", "key": "k"})
    assert answer.status_code == 409


async def test_hiding_personal_data(desk: Desk, yamada: Browser, kanri: Browser) -> None:
    desk.say("メールは taro@example.co.jp です")
    await claimed(desk, yamada)
    assert "taro@example.co.jp" in yamada.page
    assert (await yamada.do(f"{CASE}/redact")).is_success
    assert "taro@example.co.jp" not in (await yamada.get(CASE)).text
    assert (await yamada.do(f"{CASE}/redact", {"masked": "no"})).status_code == 403
    await kanri.get(CASE)
    assert (await kanri.do(f"{CASE}/redact", {"masked": "no"})).is_success
    assert "taro@example.co.jp" in (await kanri.get(CASE)).text


async def test_whatever_is_written_is_shown_as_text(desk: Desk, yamada: Browser) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
    desk.say(evil)
    desk.ask(wish=evil)
    for path in ("/desk", CASE):
        page = (await yamada.get(path)).text
        assert "<script>alert" not in page and "<img" not in page
        assert evil in unescape(page)


async def test_reading_is_recorded_and_needs_consent(desk: Desk, yamada: Browser) -> None:
    desk.ask()
    await yamada.get(CASE)
    await yamada.get(CASE)
    opened = [one for one in desk.service.feed(0) if one.kind == "opened"]
    assert [(one.staff_id, one.staff_name) for one in opened] == [("desk:yamada", "山田 花子")]
    desk.say("ひとりごと", conversation_id="web:private")
    for conversation_id, status in (("web:private", 403), ("web:nowhere", 404)):
        response = await yamada.get(address_of(conversation_id))
        assert response.status_code == status
        assert "ひとりごと" not in response.text


async def test_the_library_gives_facts_with_their_source(yamada: Browser) -> None:
    page = unescape((await yamada.get("/desk/library?q=ベトナムの賃金")).text)
    assert "162米ドル" in page
    inserted = re.findall(r'data-insert="([^"]+)"', page, re.S)
    assert inserted and all("（出典: " in one for one in inserted)
    page = (await yamada.get("/desk/library?q=インドネシアの法人税")).text
    assert "資料にないことです" in page and "ジェトロ" in page
    page = (await yamada.get('/desk/library?q="><b>')).text
    assert "<b>" not in page
    part = await yamada.get("/desk/library?q=賃金", **{"X-Requested-With": "desk"})
    assert "<html" not in part.text


async def test_everyday_sentences_carry_ones_name(desk: Desk, yamada: Browser) -> None:
    await claimed(desk, yamada)
    assert "担当の山田 花子です。" in yamada.page


async def test_what_one_said_is_rewritten_and_taken_back(
    desk: Desk, yamada: Browser, sato: Browser, kanri: Browser
) -> None:
    desk.ask()
    desk.service.claim(COMPANY, staff("yamada", "山田 花子"))
    said = desk.service.say(COMPANY, staff("yamada", "山田 花子"), "10時からです <b>")
    page = (await yamada.get(CASE)).text
    assert "書き直す・取り消す" in page and "10時からです &lt;b&gt;</textarea>" in page
    for other, offers in ((sato, False), (kanri, True)):
        page = (await other.get(CASE)).text
        assert "書き直す" not in page
        assert (">取り消す<" in page) is offers
    refused = await sato.do(f"{CASE}/take_back", {"message": said})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_author")
    assert (await sato.do(f"{CASE}/rewrite", {"message": "x", "text": "x"})).status_code == 404
    form = {"message": said, "text": "9時からです", "key": "k"}
    assert (await yamada.do(f"{CASE}/rewrite", form)).json()["said"].startswith("書き直しました")
    page = (await sato.get(CASE)).text
    assert "編集済み" in page and "10時からです" in page and "9時からです" in page
    done = await kanri.do(f"{CASE}/take_back", {"message": said})
    assert done.json()["said"].startswith("取り消しました")
    page = (await yamada.get(CASE)).text
    assert "時からです" not in page and "取り消しました" in page and "書き直す" not in page
    # Masked at the desk, what stands there is not what was said: it cannot be sent anew.
    desk.service.say(COMPANY, staff("yamada", "山田 花子"), "090-1234-5678 へどうぞ")
    desk.service.redact(COMPANY, staff("yamada", "山田 花子"))
    page = (await yamada.get(CASE)).text
    assert "書き直す" not in page and "取り消す" in page


async def test_where_nothing_can_be_called_back_a_correction_is_offered(
    desk: Desk, yamada: Browser
) -> None:
    company = "line:a"
    desk.service.poster.plug(lambda channel: channel == "line")
    desk.ask(company)
    me, case = staff("yamada", "山田 花子"), address_of(company)
    desk.service.claim(company, me)
    said = desk.service.say(company, me, "10時からです")
    # On its way: it can still be stopped.
    assert "まだLINEに送っていなければ" in (await yamada.get(case)).text
    with desk.service.database.write() as connection:
        connection.execute(update(outbox).values(state="delivered"))
    page = (await yamada.get(case)).text
    assert "LINEに届いた文は、書き直すことも消すこともできません" in page
    assert "取り消す" not in page.partition('id="items"')[2].partition("</ol>")[0]
    form = {"message": said, "text": "9時からです", "key": "k"}
    for _ in range(2):
        assert (await yamada.do(f"{case}/rewrite", form)).json()["said"] == "訂正を送りました"
    texts = [one.text for one in desk.service.conversation(company).messages]
    assert texts[-2:] == ["10時からです", "訂正: 9時からです"]


async def test_what_is_said_later_stands_below_though_the_clock_was_set_back(
    desk: Desk, yamada: Browser
) -> None:
    desk.ask()
    desk.say("はじめの発言")
    desk.clock.time -= 600
    desk.say("あとの発言")
    page = (await yamada.get(CASE)).text
    assert page.index("はじめの発言") < page.index("あとの発言")
