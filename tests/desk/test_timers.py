from __future__ import annotations

from tests.desk.world import COMPANY, OUT_OF_HOURS, SATO, World, tokyo


async def test_who_is_not_taken_up_is_asked_for_a_contact_once(world: World) -> None:
    await world.say("担当者")
    world.pass_minutes(14)
    assert world.desk.sweep() == 0
    world.pass_minutes(2)
    assert world.desk.sweep() == 1
    assert world.desk.sweep() == 0
    assert "出られる担当者がいません" in world.log()[-1][1]
    assert "受付番号" in (await world.say("山田 090-1234-5678"))[0]
    assert world.desk.contacts()[0].contact == "山田 090-1234-5678"
    assert world.state() == "BOT"


async def test_the_choices_of_that_question_work_by_number(world: World) -> None:
    await world.say("担当者")
    world.pass_minutes(16)
    world.desk.sweep()
    assert "受付番号" in (await world.say("2"))[0]
    assert world.desk.contacts()[0].contact is None


async def test_closing_time_ends_the_queue(world: World) -> None:
    world.at = tokyo("2026-11-24T16:58")
    await world.say("担当者")
    world.pass_minutes(3)
    world.desk.sweep()
    assert world.state() == "CONTACT_FORM"


async def test_a_silent_person_is_reminded_then_the_company_is_offered_the_bot(
    world: World,
) -> None:
    await world.talk()
    world.pass_minutes(1)
    await world.say("お願いします")
    world.pass_minutes(16)
    world.desk.sweep()
    assert ("changed", COMPANY, "late") in world.told.all
    assert world.desk.conversation(COMPANY).late
    assert world.log()[-1] == ("customer", "お願いします")
    world.pass_minutes(15)
    assert world.desk.sweep() == 1
    assert world.desk.sweep() == 0
    assert "返信が遅れています" in world.log()[-1][1]
    assert world.state() == "HUMAN"
    assert "ボットに戻りました" in (await world.press("ボットに戻る"))[0]


async def test_an_answer_ends_the_wait(world: World) -> None:
    await world.talk()
    world.pass_minutes(1)
    await world.say("お願いします")
    world.pass_minutes(1)
    world.desk.say(COMPANY, SATO, "確認します")
    world.pass_minutes(60)
    assert world.desk.sweep() == 0


async def test_a_silent_company_is_let_go(world: World) -> None:
    await world.talk()
    world.desk.say(COMPANY, SATO, "いかがですか")
    world.pass_minutes(24 * 60 + 1)
    world.desk.sweep()
    assert world.state() == "CLOSED"
    assert await world.say("戻りました") == ["ボット: 戻りました"]


async def test_an_unanswered_contact_form_ends(world: World) -> None:
    world.at = OUT_OF_HOURS
    await world.say("担当者")
    world.pass_minutes(24 * 60 + 1)
    world.desk.sweep()
    assert world.state() == "BOT"
    assert len(world.desk.contacts()) == 1


async def test_two_processes_sweep_as_one(world: World) -> None:
    await world.say("担当者")
    world.pass_minutes(16)
    first = world.desk
    world.start()
    assert first.sweep() + world.desk.sweep() == 1
    asked = [text for _, text in world.log() if "出られる担当者" in text]
    assert len(asked) == 1
