from __future__ import annotations

import pytest
from sqlalchemy import update

from conversations import schema
from desk.model import DeskError
from tests.desk.world import COMPANY, IN_HOURS, ITO, OUT_OF_HOURS, SATO, SHEET, World


async def test_a_case_shows_what_the_company_passed_on(world: World) -> None:
    await world.say("タイの賃金は？")
    world.bot.reason = "high_risk"
    await world.talk()
    world.desk.say(COMPANY, SATO, "担当の佐藤です")
    world.desk.note(COMPANY, SATO, "契約書あり")
    case = world.desk.conversation(COMPANY)
    assert (case.state, case.owner, case.owner_name, case.channel, case.reason) == (
        "HUMAN",
        SATO.id,
        "佐藤",
        "web",
        "high_risk",
    )
    assert case.sheet == SHEET
    assert case.plan == "MOBIO（出典…）"
    assert [(one.author, one.staff_name) for one in case.messages] == [
        ("customer", None),
        ("bot", None),
        ("customer", None),
        ("bot", None),
        ("staff", None),
        ("staff", "佐藤"),
    ]
    assert [note.text for note in case.notes] == ["契約書あり"]
    # A note never reaches the company.
    assert "契約書あり" not in str(world.log())


async def test_the_queue_is_in_the_order_of_asking(world: World) -> None:
    for number in range(3):
        await world.say("担当者", f"web:{number}")
        world.pass_minutes(1)
    found = world.desk.queue()
    assert [(one.conversation_id, one.position) for one in found] == [
        ("web:0", 1),
        ("web:1", 2),
        ("web:2", 3),
    ]
    assert found[0].profile == {"所在地": "大阪府"}
    world.desk.claim("web:1", SATO, found[1].version)
    assert [one.position for one in world.desk.queue()] == [1, 2]
    assert [one.owner_name for one in world.desk.in_hand()] == ["佐藤"]


async def test_claiming_again_changes_nothing_and_others_are_told_who_has_it(world: World) -> None:
    await world.talk()
    before = world.log()
    world.desk.claim(COMPANY, SATO)
    assert world.log() == before
    with pytest.raises(DeskError) as error:
        world.desk.claim(COMPANY, ITO)
    assert (error.value.code, error.value.message) == (
        "taken",
        "すでに佐藤さんが対応しています。",
    )


async def test_a_stale_screen_claims_nothing(world: World) -> None:
    await world.say("担当者")
    version = world.desk.queue()[0].version
    await world.say("ボットに戻る")
    await world.say("担当者")
    with pytest.raises(DeskError) as error:
        world.desk.claim(COMPANY, SATO, version)
    assert error.value.code == "stale"


async def test_nothing_is_said_after_the_company_went_back(world: World) -> None:
    await world.talk()
    await world.say("ボットに戻る")
    with pytest.raises(DeskError) as error:
        world.desk.say(COMPANY, SATO, "まだいますか")
    assert error.value.code == "not_open"


@pytest.mark.parametrize(("text", "code"), [("  \n", "empty"), ("あ" * 5001, "too_long")])
async def test_empty_and_endless_messages_are_refused(world: World, text: str, code: str) -> None:
    await world.talk()
    for speak in (world.desk.say, world.desk.note):
        with pytest.raises(DeskError) as error:
            speak(COMPANY, SATO, text)
        assert error.value.code == code


async def test_an_administrator_may_take_over_and_give_back(world: World) -> None:
    await world.talk()
    with pytest.raises(DeskError):
        world.desk.reassign(COMPANY, ITO, ITO)
    world.desk.reassign(COMPANY, ITO, ITO, force=True)
    assert world.desk.conversation(COMPANY).owner == ITO.id
    world.desk.give_back(COMPANY, SATO, outcome="resolved", force=True)
    case = world.desk.conversation(COMPANY)
    assert (case.state, case.outcome, case.owner) == ("BOT", "resolved", None)
    assert "解決しましたか" not in world.log()[-1][1]


async def test_personal_data_can_be_masked_and_shown_again(world: World) -> None:
    await world.talk()
    await world.say("山田さん、電話は03-1234-5678、yamada@example.jp、〒530-0001 です。1,500万円")
    world.desk.redact(COMPANY, SATO)
    case = world.desk.conversation(COMPANY)
    shown = case.wish + case.messages[-1].text
    for secret in ("090-1234", "03-1234", "yamada", "530-0001"):
        assert secret not in shown
    assert "1,500万円" in shown
    assert "090-1234" not in world.desk.in_hand()[0].wish
    world.desk.redact(COMPANY, SATO, masked=False)
    assert "03-1234-5678" in world.desk.conversation(COMPANY).messages[-1].text


async def test_a_call_back_is_dealt_with_once(world: World) -> None:
    world.at = OUT_OF_HOURS
    await world.say("担当者")
    (waiting,) = world.desk.contacts()
    world.desk.called_back(waiting.receipt, SATO)
    assert world.desk.contacts() == []
    for receipt, code in ((waiting.receipt, "not_open"), ("T-NONE", "unknown")):
        with pytest.raises(DeskError) as error:
            world.desk.called_back(receipt, SATO)
        assert error.value.code == code


async def test_who_read_a_case_is_kept(world: World) -> None:
    await world.talk()
    for _ in range(2):
        world.desk.conversation(COMPANY, reader=ITO)
    opened = [event for event in world.desk.feed(0) if event.kind == "opened"]
    assert [event.staff_name for event in opened] == ["伊藤"]


async def test_an_erased_conversation_is_gone_from_the_desk(world: World) -> None:
    await world.talk()
    await world.gate.erase(COMPANY)
    assert world.desk.in_hand() == []
    assert ("changed", COMPANY, "erased") in world.told.all
    with pytest.raises(DeskError) as error:
        world.desk.say(COMPANY, SATO, "まだいますか")
    assert error.value.code == "unknown"


async def test_the_expected_wait_is_the_upper_quartile_of_real_waits(world: World) -> None:
    assert world.desk.expected_wait(1) is None
    for number, minutes in enumerate((1, 2, 3, 9, 4, 8)):
        await world.say("担当者", f"web:{number}")
        world.pass_minutes(minutes)
        world.desk.claim(f"web:{number}", SATO)
    assert world.desk.expected_wait(1) == 10
    assert world.desk.expected_wait(2) == 20
    assert world.desk.expected_wait(20) is None, "too long to be a promise"
    # Nobody is served after closing.
    world.at = IN_HOURS + 6.95 * 3600
    assert world.desk.expected_wait(1) is None


async def test_the_wait_is_said_with_the_acknowledgement(world: World) -> None:
    for number in range(5):
        await world.say("担当者", f"web:{number}")
        world.pass_minutes(4)
        world.desk.claim(f"web:{number}", SATO)
    await world.say("担当者")
    assert "約5分" in (await world.say("まだですか"))[0]


async def test_a_request_of_an_older_version_is_still_shown(world: World) -> None:
    await world.say("担当者")
    with world.database.write() as connection:
        connection.execute(update(schema.handoff_request).values(reason=None))
    assert world.desk.conversation(COMPANY).reason == "asked"
