"""Slack slow, cut off or without its channel: nothing lost, nothing twice, in order."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.desk.slack.office import Office, said_to, serving, until
from tests.desk.slack.test_hearing import talking
from tests.desk.slack.workspace import DESK, StaffSlack
from tests.desk.world import SATO as SOMEBODY


def lines(office: Office) -> list[str]:
    """What the company wrote, as the thread shows it."""
    (card,) = office.slack.cards()
    found = [text for text in office.slack.thread(card) if text.startswith("会社（")]
    return [text.rpartition(" ")[2] for text in found]


async def test_slacks_wish_to_wait_is_kept_and_so_is_the_order(office: Office) -> None:
    company, _, _ = await talking(office)
    office.slack.trouble["chat.postMessage"] += [("429", 1), ("", 0), ("429", 1)]
    for text in ("一", "二", "三", "四"):
        await company.say(text)
    # The loopback notes a call made before Retry-After is over.
    await until(lambda: lines(office) == ["一", "二", "三", "四"])


@pytest.mark.parametrize(
    ("method", "trouble"),
    [
        ("chat.postMessage", ("lost",)),
        ("chat.postMessage", ("500",)),
        ("chat.postMessage", ("error", "internal_error")),
        ("chat.update", ("lost",)),
        ("reactions.add", ("lost",)),
    ],
)
async def test_what_nobody_knows_of_is_done_once(
    office: Office, method: str, trouble: tuple[Any, ...]
) -> None:
    """`lost`: Slack took it, but the connection broke before it said so."""
    company, sato, card = await talking(office)
    office.slack.trouble[method] += [trouble, ("",), trouble, trouble]
    await company.say("一")
    told = await sato.write(card, "お答えします")
    await company.say("二")
    await said_to(company, "お答えします")
    await until(lambda: lines(office) == ["一", "二"])
    await until(lambda: office.slack.marks(told) == ["white_check_mark"])
    await sato.press(card, "完了")
    await until(lambda: "終了" in card["text"])
    assert len(office.slack.cards()) == 1
    texts = office.slack.thread(card)
    assert len(texts) == len(set(texts))


async def test_a_lost_channel_is_reported_and_the_page_has_the_case(office: Office) -> None:
    office.slack.archived = True
    office.slack.expected.append("chat.postMessage: is_archived")
    company = await office.visitor()
    await company.say("担当者")
    assert office.application is not None
    desk = office.application.desk
    await until(lambda: desk.conversation(company.stored_id).notes)
    (note,) = desk.conversation(company.stored_id).notes
    assert "アーカイブ" in note.text
    assert [one.conversation_id for one in desk.queue()] == [company.stored_id]
    # Nobody is promised a person whom nobody would tell.
    assert not desk.is_staffed()
    office.slack.archived = False
    await office.card()
    await until(desk.is_staffed)
    assert len(office.slack.cards()) == 1


async def test_without_the_bot_in_the_channel_the_page_has_the_case(office: Office) -> None:
    office.slack.members.remove("U0BOT")
    office.slack.expected += [
        "chat.postMessage: channel_not_found",
        "conversations.info: channel_not_found",
    ]
    company = await office.visitor()
    await company.say("担当者")
    assert office.application is not None
    desk = office.application.desk
    await until(lambda: desk.conversation(company.stored_id).notes)
    assert "招待" in desk.conversation(company.stored_id).notes[0].text
    office.slack.members.append("U0BOT")
    await office.card()


async def test_a_deleted_card_comes_again_with_what_was_said(office: Office) -> None:
    company, sato, card = await talking(office)
    await company.say("第3条です")
    await until(lambda: lines(office) == ["第3条です"])
    office.slack.channels[DESK].remove(card)
    await sato.told(
        {"type": "message", "subtype": "message_deleted", "deleted_ts": card["ts"],
         "previous_message": card, "channel": DESK, "ts": office.slack.ts()}
    )  # fmt: skip
    await until(lambda: office.slack.cards() and office.slack.cards()[0]["ts"] != card["ts"])
    anew = await office.card()
    await until(lambda: "会社: 第3条です" in str(office.slack.thread(anew)))
    await sato.write(anew, "新しいスレッドから")
    await said_to(company, "新しいスレッドから")


async def test_a_card_that_vanished_unseen_is_made_anew(office: Office) -> None:
    company, _, card = await talking(office)
    office.slack.channels[DESK].remove(card)
    office.slack.expected += [
        "chat.update: message_not_found",
        "chat.postMessage: thread_not_found",
    ]
    assert office.application is not None
    office.application.desk.reassign(company.stored_id, SOMEBODY, None, force=True)
    await until(lambda: office.slack.cards() and "お待ち" in office.slack.cards()[0]["text"])


async def test_a_message_that_will_never_arrive_says_why(office: Office) -> None:
    company, sato = office.friend(), office.staffer()
    await company.say("担当者")
    card = await office.card()
    await sato.press(card, "引き受ける")
    await until(lambda: "対応中" in card["text"])
    await until(lambda: len(office.slack.posts(company.direct)) == 2)
    # 佐藤's thread is shown first, then the company's side fails.
    assert office.application is not None
    deliverer = office.application.gate.deliveries._deliverers["slack"]

    async def gone(_delivery: Any) -> None:
        from conversations.ports import UndeliverableError

        raise UndeliverableError("user_disabled")

    deliverer.deliver = gone  # type: ignore[method-assign]
    told = await sato.write(card, "届きますか")
    await until(lambda: office.slack.marks(told) == ["warning"])
    await until(lambda: "アカウントが停止" in office.slack.last(card))
    assert "届きますか" in office.slack.last(card)


async def test_what_a_company_has_erased_goes_from_slack(office: Office) -> None:
    company, sato, card = await talking(office)
    await company.say("秘密の計画です")
    await sato.write(card, "承知しました")
    await until(lambda: lines(office) == ["秘密の計画です"])
    assert office.application is not None
    await office.application.gate.erase(company.stored_id)
    await until(lambda: office.slack.posts(DESK) == [card])
    # What a person wrote only that person can take down: so it is said.
    assert "手で削除" in card["text"]
    assert "大阪" not in str(card["blocks"])
    refused = await sato.write(card, "まだありますか")
    await asyncio.sleep(0.2)
    assert office.slack.marks(refused) == []


async def test_a_reply_whose_first_delivery_failed_keeps_its_place(office: Office) -> None:
    """Slack tells of it again a minute later; the next reply must not overtake it."""
    company, sato, card = await talking(office)
    first = sato.typed("まず一つ目です", DESK, card["ts"])
    await sato.write(card, "次に二つ目です")
    await said_to(company, "まず一つ目です", "次に二つ目です")
    await sato.event(first)
    await sato.write(card, "三つ目です")
    await said_to(company, "まず一つ目です", "次に二つ目です", "三つ目です")


async def test_a_slack_that_cannot_be_asked_keeps_no_reply_waiting(office: Office) -> None:
    company, sato, card = await talking(office)
    office.slack.trouble["conversations.replies"] += [("500",)] * 2
    await sato.write(card, "お答えします")
    await said_to(company, "お答えします")


async def test_two_processes_keep_one_thread(slack: StaffSlack, tmp_path: Path) -> None:
    async with serving(slack, tmp_path) as one, serving(slack, tmp_path) as other:
        company, sato, card = await talking(one)
        for number in range(5):
            await company.say(f"発言{number}")
            await one.back(company).say(f"続き{number}")
        await office_said(other, sato, card)
        await said_to(company, *[f"返事{number}" for number in range(3)])
        await until(lambda: len(lines(one)) == 10)
        assert lines(one) == [f"{what}{n}" for n in range(5) for what in ("発言", "続き")]
        assert len(slack.cards()) == 1


async def office_said(office: Office, sato: Any, card: Any) -> None:
    """佐藤 writes, and Slack tells the other process of it."""
    told = office.staffer(sato.user)
    for number in range(3):
        await told.write(card, f"返事{number}")


async def test_a_channel_that_cannot_be_used_is_known_before_anybody_asks(
    slack: StaffSlack, tmp_path: Path
) -> None:
    slack.archived = True
    async with serving(slack, tmp_path) as office:
        assert office.application is not None
        desk = office.application.desk
        await until(lambda: not desk.is_staffed())
        # It does not come and go with every look.
        for _ in range(10):
            await asyncio.sleep(0.1)
            assert not desk.is_staffed()
        slack.archived = False
        await until(desk.is_staffed)
