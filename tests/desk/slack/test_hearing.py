"""What the staff writes, changes and deletes: to the company once, or kept from it and said so."""

from __future__ import annotations

import asyncio
from typing import Any

from desk.model import Staff
from desk.rewriting import rewrite
from desk.taking_back import take_back_message
from tests.channels.slack.loopback import BOT_ID, BOT_USER, Message
from tests.channels.web.conftest import Visitor
from tests.desk.slack.office import Office, Staffer, said_to, seen, until
from tests.desk.slack.workspace import DESK, ITO, SATO


async def talking(office: Office) -> tuple[Visitor, Staffer, Message]:
    """A company on the web that 佐藤 talks with."""
    company, sato = await office.visitor(), office.staffer()
    await company.say("担当者")
    card = await office.card()
    await sato.press(card, "引き受ける")
    await until(lambda: "対応中" in card["text"])
    return company, sato, card


async def staff_said(company: Visitor) -> list[str]:
    """What the staff said, without the line that somebody took over."""
    return [text for author, text in await seen(company) if author == "staff"][1:]


async def test_talk_among_the_staff_stays_there(office: Office) -> None:
    company, sato, card = await talking(office)
    ways = ["メモ: {}", "メモ：{}", "// {}", "／／{}", f"<@{ITO}> {{}}", "note: {}"]
    for number, way in enumerate(ways):
        told = await sato.write(card, way.format(f"値引き{number}"))
        await until(lambda: office.slack.marks(told) == ["memo"])  # noqa: B023
    assert await staff_said(company) == []
    assert office.application is not None
    notes = office.application.desk.conversation(company.stored_id).notes
    assert [one.text for one in notes] == [f"値引き{number}" for number in range(len(ways))]
    assert {one.staff_name for one in notes} == {"佐藤"}
    # They stand in the thread already.
    assert "値引き" not in str(office.slack.thread(card))


async def test_the_same_event_is_said_once(office: Office) -> None:
    """Slack sends what it thinks was not taken in again, also with another event id."""
    company, sato, card = await talking(office)
    event = await sato.write(card, "一度だけ")
    for reason in ("http_timeout", "http_error"):
        headers = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": reason}
        response = await sato.event(event, headers=headers)
        assert response.status_code == 200
    await asyncio.gather(*(sato.event({**event, "type": "app_mention"}) for _ in range(3)))
    await said_to(company, "一度だけ")
    assert await staff_said(company) == ["一度だけ"]


async def test_a_retry_after_the_conversation_was_given_back_changes_nothing(
    office: Office,
) -> None:
    company, sato, card = await talking(office)
    event = await sato.write(card, "お伝えします")
    await sato.press(card, "ボットに戻す")
    await sato.fill("resolved")
    await sato.event(event)
    assert await staff_said(company) == ["お伝えします"]
    await until(lambda: office.slack.marks(event) == ["white_check_mark"])


async def test_no_loop(office: Office) -> None:
    company, sato, card = await talking(office)
    machines: list[dict[str, Any]] = [
        {"user": BOT_USER, "bot_id": BOT_ID},
        {"user": "U0OTHERBOT", "bot_id": "B0OTHER"},
        {"user": SATO, "subtype": "channel_join"},
        {"user": "USLACKBOT"},
        {"user": None, "subtype": "bot_message", "bot_id": "B0HOOK"},
    ]
    for machine in machines:
        await sato.write(card, "自動の返事です", **machine)
    await sato.write(card, "人の返事です")
    await said_to(company, "人の返事です")
    assert await staff_said(company) == ["人の返事です"]


async def test_changes_of_our_own_posts_are_not_heard(office: Office) -> None:
    company, sato, card = await talking(office)
    await company.say("第3条です")
    await until(lambda: "第3条" in office.slack.last(card))
    ours = office.slack.posts(DESK)[-1]
    for message in (card, ours):
        await sato.told(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": DESK,
                "ts": office.slack.ts(),
                "message": {**message, "channel": DESK, "edited": {"ts": office.slack.ts()}},
                "previous_message": {**message, "text": "前"},
            }
        )
    assert await staff_said(company) == []


async def test_messages_outside_the_threads_are_nobodys(office: Office) -> None:
    company, sato, _ = await talking(office)
    await sato.say("お昼に行きます", channel=DESK)
    elsewhere = await sato.say("会議の議題", channel=DESK)
    await sato.say("資料はあとで", channel=DESK, thread=elsewhere["ts"])
    assert await staff_said(company) == []
    assert office.application is not None
    assert office.application.responder.heard.count("お昼に行きます") == 0


async def test_a_company_in_the_staffs_own_channel_is_no_loop(office: Office) -> None:
    """Somebody consults the bot in the very channel the cards stand in."""
    sato, ito = office.staffer(), office.staffer(ITO)
    asked = await ito.say(f"<@{BOT_USER}> 担当者", channel=DESK)
    card = await office.card()
    assert card["ts"] != asked["ts"]
    await sato.press(card, "引き受ける")
    await until(lambda: "対応中" in card["text"])
    await sato.write(card, "こちらにお答えします")
    answered = lambda: [  # noqa: E731
        one["text"] for one in office.slack.posts(DESK) if one.get("thread_ts") == asked["ts"]
    ]
    await until(lambda: answered()[-1:] == ["こちらにお答えします"])
    await ito.say("ありがとうございます", channel=DESK, thread=asked["ts"])
    await until(lambda: "ありがとうございます" in office.slack.last(card))
    await asyncio.sleep(0.5)
    assert answered().count("こちらにお答えします") == 1
    assert str(office.slack.thread(card)).count("ありがとうございます") == 1


async def test_who_writes_before_anybody_took_it_can_take_it_and_send(office: Office) -> None:
    company, sato = await office.visitor(), office.staffer()
    await company.say("担当者")
    card = await office.card()
    early = await sato.write(card, "すぐ見ます")
    await until(lambda: office.slack.marks(early) == ["no_entry_sign"])
    assert "まだだれも引き受けていません" in await sato.whispered()
    whisper = {**office.slack.whispers[-1], "ts": office.slack.ts(), "thread_ts": card["ts"]}
    await sato.press(whisper, "引き受けて送る")
    await said_to(company, "すぐ見ます")
    await until(lambda: office.slack.marks(early) == ["white_check_mark"])


async def test_an_edit_changes_the_companys_page(office: Office) -> None:
    company, sato, card = await talking(office)
    event = await sato.write(card, "受付は10時からです")
    await said_to(company, "受付は10時からです")
    await sato.edit(event, "受付は9時からです")
    await said_to(company, "受付は9時からです")
    await until(lambda: "いまの文: 受付は9時からです" in str(office.slack.thread(card)))
    assert await staff_said(company) == ["受付は9時からです"]
    # A preview Slack adds is no edit.
    preview = {**event, "text": "受付は9時からです", "attachments": [{}]}
    await sato.told(
        {"type": "message", "subtype": "message_changed", "channel": DESK, "message": preview,
         "previous_message": preview, "ts": office.slack.ts()}
    )  # fmt: skip
    # What is over cannot be corrected, and that is said.
    await sato.press(card, "完了")
    await until(lambda: "終了" in card["text"])
    await sato.edit(event, "受付は8時からです")
    await until(lambda: office.slack.marks(event) == ["exclamation"])
    assert "届いていません" in await sato.whispered()
    assert await staff_said(company) == ["受付は9時からです"]


async def test_what_is_taken_back_and_rewritten_at_the_desk_is_seen_in_the_thread(
    office: Office,
) -> None:
    company, sato, card = await talking(office)
    event = await sato.write(card, "受付は10時からです")
    await said_to(company, "受付は10時からです")
    assert office.application is not None
    desk = office.application.desk
    case = desk.conversation(company.stored_id)
    said, staff = case.messages[-1].id, Staff(str(case.owner), str(case.owner_name))
    rewrite(desk, company.stored_id, staff, said, "受付は9時からです")
    await until(lambda: "いまの文: 受付は9時からです" in office.slack.last(card))
    take_back_message(desk, company.stored_id, staff, said)
    await until(lambda: "会社の画面から消しました" in office.slack.last(card))
    # What was taken back is not said anew by an edit in Slack, nor told anywhere any more.
    assert "9時" not in str(office.slack.thread(card))
    await sato.edit(event, "受付は8時からです")
    await until(lambda: office.slack.marks(event) == ["exclamation"])
    assert "取り消した発言" in await sato.whispered()
    assert await staff_said(company) == ["（担当者がこの発言を取り消しました）"]


async def test_an_edit_into_a_note_takes_nothing_back(office: Office) -> None:
    company, sato, card = await talking(office)
    event = await sato.write(card, "高いと思います")
    await said_to(company, "高いと思います")
    await sato.edit(event, "メモ: 高いと思います")
    await until(lambda: office.slack.marks(event) == ["exclamation"])
    assert "会社からは消えません" in await sato.whispered()
    note = await sato.write(card, "メモ: 急ぎ")
    await sato.edit(note, "メモ: 急ぎではない")
    assert office.application is not None
    notes = office.application.desk.conversation(company.stored_id).notes
    assert [one.text for one in notes] == ["急ぎ", "急ぎではない"]
    assert await staff_said(company) == ["高いと思います"]


async def test_a_deleted_message_goes_from_the_companys_page(office: Office) -> None:
    company, sato, card = await talking(office)
    event = await sato.write(card, "間違えて送りました")
    await said_to(company, "間違えて送りました")
    await sato.delete(event)
    await said_to(company, "（担当者がこの発言を取り消しました）")
    await until(lambda: "会社の画面から消しました" in office.slack.last(card))


async def test_a_deleted_message_that_was_pushed_is_told_to_have_arrived(office: Office) -> None:
    company, sato = office.friend(), office.staffer()
    await company.say("担当者")
    card = await office.card()
    await sato.press(card, "引き受ける")
    await until(lambda: "対応中" in card["text"])
    event = await sato.write(card, "間違えて送りました")
    await until(lambda: office.slack.marks(event) == ["white_check_mark"])
    await sato.delete(event)
    await until(lambda: "すでに会社に届いています" in office.slack.last(card))
    assert "間違えて送りました" in str(office.slack.posts(company.direct))


async def test_people_of_other_workspaces_are_not_staff(office: Office) -> None:
    company, _, card = await talking(office)
    guest = office.staffer(ITO)
    guest.team = "T0OTHER"
    told = await guest.write(card, "よその者です", user_team="T0OTHER")
    await until(lambda: office.slack.marks(told) == ["no_entry_sign"])
    await guest.press(card, "完了")
    await until(lambda: "ワークスペース" in office.slack.whispers[-1]["text"])
    assert "対応中" in card["text"]
    assert await staff_said(company) == []


async def test_files_emoji_and_long_texts_are_answered_honestly(office: Office) -> None:
    company, sato, card = await talking(office)
    for event, reason in (
        (
            {"text": "", "files": [{"name": "見積.pdf"}], "subtype": "file_share"},
            "「見積.pdf」は会社に届きません",
        ),
        ({"text": ":our_logo:"}, "このワークスペースだけの絵文字"),
        ({"text": "長" * 5001}, "5,000文字"),
    ):
        told = await sato.write(card, **event)  # type: ignore[arg-type]
        await until(lambda: office.slack.marks(told) == ["no_entry_sign"])  # noqa: B023
        await until(lambda: reason in office.slack.whispers[-1]["text"])  # noqa: B023
    told = await sato.write(card, "資料です", files=[{}], subtype="file_share")
    with_file = "資料です\n（担当者が付けた「ファイル」は、ここには届きません）"
    await said_to(company, with_file)
    assert await staff_said(company) == [with_file]
    await sato.write(card, "承知しました:bow: :our_logo:")
    await said_to(company, with_file, "承知しました🙇")
    await sato.write(card, ":thumbsup::skin-tone-3:")
    await said_to(company, "承知しました🙇", "👍")


async def test_of_two_claiming_at_once_one_wins_and_the_other_is_told(office: Office) -> None:
    company, sato, ito = await office.visitor(), office.staffer(), office.staffer(ITO)
    await company.say("担当者")
    card = dict(await office.card())
    await asyncio.gather(sato.press(card, "引き受ける"), ito.press(card, "引き受ける"))
    assert office.application is not None
    owner = office.application.desk.conversation(company.stored_id).owner_name
    loser = ito if owner == "佐藤" else sato
    await until(lambda: [one for one in office.slack.whispers if one["user"] == loser.user])
    assert await loser.whispered() == f"すでに{owner}さんが対応しています。"
    assert len([text for author, text in await seen(company) if author == "staff"]) == 1
