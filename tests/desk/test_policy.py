"""What a company meets: waiting, talking with a person, the contact form, and the bot again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from conversations import schema
from desk.model import DeskError
from tests.desk.world import COMPANY, IN_HOURS, OUT_OF_HOURS, SATO, SHEET, World


def request_row(world: World) -> object:
    with world.database.read() as connection:
        return connection.execute(select(schema.handoff_request)).one()


async def test_who_waits_is_told_once_and_the_bot_is_silent(world: World) -> None:
    assert await world.say("担当者") == ["QUEUED"]
    (told,) = await world.say("急いでいます")
    assert "1番目" in told
    assert "まだお伝えできません" in told
    assert await world.say("まだですか") == []
    assert world.bot.heard == ["担当者"]
    assert ("customer", "まだですか") in world.log()


async def test_the_bot_is_silent_while_a_person_has_it_and_after_a_restart(world: World) -> None:
    await world.talk()
    assert await world.say("こんにちは") == []
    world.pass_minutes(60 * 3)
    world.start()
    assert await world.say("もしもし") == []
    assert world.bot.heard == []
    # Stickers and unreadable input get no answer of the gate either.
    assert await world.say("???", answer="スタンプは読めません") == []
    assert await world.say("") == []


async def test_a_number_typed_to_a_person_is_no_choice(world: World) -> None:
    await world.say("担当者")
    await world.say("急いで")  # offers 1. ボットに戻る
    world.desk.claim(COMPANY, SATO)
    assert await world.say("1") == []
    assert world.log()[-1] == ("customer", "1")
    assert world.state() == "HUMAN"


@pytest.mark.parametrize(
    "words", ["ボットに戻る", "やめる", "ボットにもどる。", "キャンセルします"]
)
async def test_words_lead_back_to_the_bot(world: World, words: str) -> None:
    await world.talk()
    assert "ボットに戻りました" in (await world.say(words))[0]
    assert await world.say("やあ") == ["ボット: やあ"]
    assert ("changed", COMPANY, "withdrawn") in world.told.all


@pytest.mark.parametrize(
    "words",
    [
        "ありがとう",
        "ありがとうございます！",
        "はい、ありがとうございます。",
        "分かりました",
        "了解です、待ちます",
        "よろしくお願いします",
        "OK",
        "ありがとう、待っています",
    ],
)
async def test_thanks_while_waiting_are_answered_once_and_bother_nobody(
    world: World, words: str
) -> None:
    await world.say("担当者")
    world.told.all.clear()
    (told,) = await world.say(words)
    assert "こちらこそ" in told
    assert "1番目" in told
    # No second acknowledgement for more of it, and no news for the staff.
    assert await world.say("どうも") == []
    assert await world.say(words) == []
    assert world.told.all == []
    assert [text for author, text in world.log() if author == "customer"][-1] == words
    # What is really wanted still reaches the staff.
    assert await world.say("契約書の件です") == []
    assert ("customer", COMPANY) in world.told.all


async def test_thanks_to_a_person_reach_it_and_wait_for_no_answer(world: World) -> None:
    await world.talk()
    world.pass_minutes(1)
    world.desk.say(COMPANY, SATO, "届け出は要りません。")
    world.pass_minutes(1)
    world.told.all.clear()
    assert await world.say("ありがとうございました") == []
    assert ("customer", COMPANY) in world.told.all
    world.pass_minutes(40)
    world.desk.sweep()
    assert world.log()[-1] == ("customer", "ありがとうございました"), "no apology for a late answer"
    assert not world.desk.conversation(COMPANY).late


async def test_thanks_for_giving_back_leave_the_question_open(world: World) -> None:
    await world.talk()
    world.desk.give_back(COMPANY, SATO)
    assert await world.say("ありがとうございました") == ["ボット: ありがとうございました"]
    await world.say("はい")
    assert world.desk.conversation(COMPANY).outcome == "resolved"


async def test_words_inside_a_sentence_do_not(world: World) -> None:
    await world.talk()
    assert await world.say("契約をやめるときはどうすれば") == []
    assert world.state() == "HUMAN"


async def test_a_withdrawn_wish_leaves_the_queue(world: World) -> None:
    await world.say("担当者")
    await world.say("急いで")
    await world.press("ボットに戻る")
    assert world.desk.queue() == []
    with pytest.raises(DeskError) as error:
        world.desk.claim(COMPANY, SATO)
    assert error.value.code == "not_open"


async def test_outside_hours_the_company_is_asked_how_to_reach_it(world: World) -> None:
    world.at = OUT_OF_HOURS
    assert await world.say("担当者") == ["CONTACT_FORM"]
    assert "見つかりません" in (await world.say("山田です"))[0]
    (kept,) = await world.say("山田 yamada@example.co.jp")
    assert "11月24日（火）9:00" in kept
    (waiting,) = world.desk.contacts()
    assert waiting.contact == "山田 yamada@example.co.jp"
    assert waiting.receipt in kept
    assert await world.say("やあ") == ["ボット: やあ"]


async def test_a_question_in_the_contact_form_is_answered_by_the_bot(world: World) -> None:
    world.at = OUT_OF_HOURS
    await world.say("担当者")
    await world.say("タイの賃金は？")
    assert await world.say("タイの賃金は？") == ["ボット: タイの賃金は？"]
    assert world.desk.contacts()[0].contact is None
    assert world.state() == "BOT"


@pytest.mark.parametrize("way", ["この会話で返事を待つ", "連絡先は残さない"])
async def test_the_contact_form_can_be_answered_by_a_button(world: World, way: str) -> None:
    world.at = OUT_OF_HOURS
    await world.say("担当者")
    await world.say("山田です")
    assert "受付番号" in (await world.press(way))[0]
    assert world.state() == "BOT"
    contact = world.desk.contacts()[0].contact
    assert contact == ("この会話への返信を希望" if way.startswith("この") else None)


async def test_a_contact_request_can_be_taken_up_in_the_chat(world: World) -> None:
    world.at = OUT_OF_HOURS
    await world.say("担当者")
    await world.say("090-1234-5678")
    world.at = IN_HOURS
    world.desk.claim(COMPANY, SATO)
    assert world.state() == "HUMAN"
    assert world.desk.contacts() == []


async def test_who_cannot_be_reached_later_leaves_a_contact(world: World) -> None:
    assert await world.say("担当者", "rest:a") == ["CONTACT_FORM"]
    assert "お名前" in (await world.say("えっと", "rest:a"))[0]
    with pytest.raises(DeskError) as error:
        world.desk.claim("rest:a", SATO)
    assert error.value.code == "unreachable"


async def test_without_staff_a_request_is_kept_and_the_bot_goes_on(world: World) -> None:
    world.staffed = False
    assert await world.say("担当者") == ["STORED"]
    assert world.desk.hours_line() == ""
    assert await world.say("やあ") == ["ボット: やあ"]
    assert [one.receipt for one in world.desk.contacts()] == [request_row(world).receipt]


async def test_nothing_is_passed_on_without_consent(world: World) -> None:
    await world.say("やあ")
    with pytest.raises(DeskError) as error:
        world.desk.request(COMPANY, "asked", "契約", False, SHEET)
    assert error.value.code == "no_consent"
    for look in (world.desk.conversation, lambda one: world.desk.note(one, SATO, "見たい")):
        with pytest.raises(DeskError) as error:
            look(COMPANY)
        assert error.value.code == "no_consent"
    with pytest.raises(DeskError) as error:
        world.desk.conversation("web:nobody")
    assert error.value.code == "unknown"


@pytest.mark.parametrize("address", [None, "https://files.example.jp/upload"])
async def test_both_sides_are_told_of_a_file_nobody_gets(world: World, address: str | None) -> None:
    world.desk.files_address = address
    await world.talk()
    picture = {"answer": "画像は読み取れません", "origin": {"unread": "画像"}}
    (told,) = await world.say("（画像）", client_message_id="p1", **picture)
    assert "画像は、担当者に届きません" in told
    receipt = world.desk.conversation(COMPANY).receipt
    assert (
        f"{address} にお送りください（受付番号 {receipt}" if address else "おたずねください"
    ) in told
    shown = [one.text for one in world.desk.conversation(COMPANY).messages]
    assert "（画像）（画像は届いていません。会社にも、そう伝えました）" in shown
    # The same event again tells nothing twice.
    await world.say("（画像）", client_message_id="p1", **picture)
    assert len(world.desk.conversation(COMPANY).messages) == len(shown)


async def test_the_bot_says_which_part_of_a_message_it_does_not_read(world: World) -> None:
    told = await world.say("賃金は？", origin={"unread": "ファイル1件"})
    assert told[0].startswith("ファイル1件は読み取れません") and told[1] == "ボット: 賃金は？"
