"""Back with the bot: whether the matter is settled, who leaves, anger, distress, races."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from conversations import schema
from conversations.ports import Act, IncomingMessage
from desk.model import DeskError
from tests.desk.test_policy import request_row
from tests.desk.world import COMPANY, ITO, SATO, World


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("はい", "resolved"),
        ("1", "resolved"),
        ("いいえ、まだです", "unresolved"),
        ("2", "unresolved"),
    ],
)
async def test_back_with_the_bot_the_outcome_is_asked_and_kept(
    world: World, answer: str, outcome: str
) -> None:
    await world.talk()
    world.desk.give_back(COMPANY, SATO)
    assert "解決しましたか" in world.log()[-1][1]
    await world.say(answer)
    assert world.desk.conversation(COMPANY).outcome == outcome
    assert world.bot.heard == ["担当者"]
    # A later yes is the bot's business.
    assert await world.say("はい") == ["ボット: はい"]


async def test_another_subject_ends_the_question(world: World) -> None:
    await world.talk()
    world.desk.give_back(COMPANY, SATO)
    assert await world.say("タイの賃金は？") == ["ボット: タイの賃金は？"]
    assert await world.say("はい") == ["ボット: はい"]
    assert world.desk.conversation(COMPANY).outcome is None


async def test_a_closed_conversation_is_opened_by_the_next_message(world: World) -> None:
    await world.talk()
    world.desk.close(COMPANY, SATO)
    assert world.state() == "CLOSED"
    assert await world.say("やあ") == ["ボット: やあ"]
    assert world.state() == "BOT"
    # … also when this message is a new wish.
    await world.say("担当者")
    world.desk.close(COMPANY, None)
    assert await world.say("担当者") == ["QUEUED"]


async def test_who_leaves_waits_no_more(world: World) -> None:
    await world.say("担当者")
    world.gate.left(COMPANY)
    assert world.desk.queue() == []
    assert ("changed", COMPANY, "left") in world.told.all


async def test_anger_twice_offers_a_person(world: World) -> None:
    assert await world.say("いい加減にしてください") == ["ボット: いい加減にしてください"]
    world.pass_minutes(2)
    assert "担当者におつなぎ" in (await world.say("ふざけるな"))[0]
    assert await world.press("担当者につなぐ") == ["QUEUED"]
    assert request_row(world).reason == "anger"


async def test_anger_long_ago_is_forgotten(world: World) -> None:
    await world.say("ふざけるな")
    world.pass_minutes(30)
    assert await world.say("ふざけるな") == ["ボット: ふざけるな"]


async def test_distress_offers_people_at_once(world: World) -> None:
    (offer,) = await world.say("借金でもう死にたい")
    assert "119番" in offer
    await world.press("担当者につなぐ")
    assert request_row(world).reason == "distress"


@pytest.mark.parametrize(
    "words",
    [
        "使えない補助金はどれですか",
        "取引先が倒産しそうです",
        "役に立つ制度は？",
        "この制度は頭に入れておきます",
    ],
)
async def test_ordinary_questions_are_neither(world: World, words: str) -> None:
    for _ in range(3):
        assert await world.say(words) == [f"ボット: {words}"]


async def test_the_bot_does_not_answer_what_a_person_took_meanwhile(world: World) -> None:
    """A turn that runs while another process takes the conversation over says nothing."""

    def taken_over() -> None:
        with world.database.write() as connection:
            connection.execute(
                insert(schema.ownership).values(
                    conversation_id=COMPANY, state="HUMAN", owner="x", version=2, updated_at=0.0
                )
            )

    world.bot.meanwhile = taken_over
    assert await world.say("やあ") == []
    assert world.log() == [("customer", "やあ")]
    # … nor does it apologise for a failure there.
    world.at += 1
    with world.database.write() as connection:
        connection.execute(schema.ownership.delete())
    world.bot.meanwhile = taken_over
    assert await world.say("壊れて") == []
    assert world.log()[-1] == ("customer", "壊れて")


async def test_a_control_of_a_channel_does_not_reach_the_bot(world: World) -> None:
    await world.talk()
    act = Act('/inform{"stage":"planning"}', "段階：計画づくり")
    reply = await world.gate.receive(IncomingMessage(COMPANY, "web", act=act))
    assert reply.messages == []
    assert world.log()[-1] == ("customer", "段階：計画づくり")


async def test_reassigning_tells_the_company_and_moves_the_work(world: World) -> None:
    await world.talk()
    world.desk.reassign(COMPANY, SATO, ITO)
    with pytest.raises(DeskError) as error:
        world.desk.say(COMPANY, SATO, "まだ私です")
    assert error.value.code == "not_owner"
    assert "伊藤" in error.value.message
    world.desk.say(COMPANY, ITO, "伊藤です")
    world.desk.reassign(COMPANY, ITO, None)
    assert [one.conversation_id for one in world.desk.queue()] == [COMPANY]
    assert await world.say("だれか") == []
