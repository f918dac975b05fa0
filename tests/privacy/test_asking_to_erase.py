"""「データを消して」 in a talk: one confirmation, in many words, also while a person talks."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from conversations.ports import Delivery
from conversations.schema import erasure as erasure_table
from tests.privacy.conftest import SATO, Company
from tests.privacy.erasing import STORY, erase, tell
from tsunagari.assembly import Application


async def test_the_same_confirmation_twice_is_answered_once(
    company: Company, bot: Application
) -> None:
    await company.say(STORY[0])
    await company.say("データを消して")
    first = await company.say("はい", "confirm-1")
    again = await company.say("はい", "confirm-1")
    assert again == first
    with bot.database.read() as connection:
        rows = connection.execute(
            select(erasure_table.c.receipt).where(
                erasure_table.c.receipt == re.findall(r"E-[A-Z0-9]{6}", first)[0]
            )
        ).all()
    assert len(rows) == 1


@pytest.mark.parametrize("no", ["いいえ", "やめる", "2"])
async def test_nothing_is_erased_without_a_yes(company: Company, bot: Application, no: str) -> None:
    await company.say(STORY[0])
    await company.say("私の情報を削除してください")
    assert "そのまま" in await company.say(no)
    fields = bot.sheet.read(company.conversation_id)["fields"]
    assert "大阪府" in [field["value"] for field in fields]
    # A yes to something else later erases nothing either.
    await company.say("はい")
    assert len(bot.gate.store.log.history(company.conversation_id)) > 4


async def test_a_question_left_open_at_the_desk_is_over(company: Company, bot: Application) -> None:
    await tell(company)
    await company.say("データを消して")
    await company.say("やっぱり、先に見積もりをください")
    await company.say("はい")
    assert bot.desk.conversation(company.conversation_id).messages[-1].text == "はい"


@pytest.mark.parametrize(
    "words",
    [
        "データを消して",
        "データ消してや",
        "個人情報を削除してください",
        "会話の履歴を消したい",
        "全部忘れて",
    ],
)
async def test_it_is_understood_in_many_words(company: Company, words: str) -> None:
    await company.say(STORY[0])
    assert "元に戻せません" in await company.say(words)


async def test_also_while_a_person_talks_and_the_person_is_told(
    company: Company, bot: Application
) -> None:
    await tell(company)
    told: list[tuple[str, str]] = []

    class Listener:
        def case_changed(self, conversation_id: str, kind: str) -> None:
            told.append((conversation_id, kind))

        def __getattr__(self, _name: str) -> object:
            return lambda *_arguments: None

    bot.desk.listeners.add(Listener())  # type: ignore[arg-type]
    case = bot.desk.conversation(company.conversation_id)
    asked = await company.say("データを消して")
    assert case.receipt in asked
    await company.say("はい、すべて消します")
    assert (company.conversation_id, "erased") in told
    assert case.receipt in [number for number, _ in bot.gate.store.erasure.cases_of(SATO.id, 0)]
    assert case.receipt not in [one for one, _ in bot.gate.store.erasure.cases_of("desk:ito", 0)]
    assert company.conversation_id not in [one.conversation_id for one in bot.desk.in_hand()]


async def test_on_a_pushed_channel_the_news_is_delivered(bot: Application) -> None:
    class Sender:
        def __init__(self) -> None:
            self.sent: list[str] = []

        async def deliver(self, delivery: Delivery) -> None:
            self.sent += [part.body["text"] for part in delivery.parts]

    sender = Sender()
    bot.gate.deliveries.add("line", sender)
    try:
        company = Company(bot, "line:U0:user:Uerase", "line")
        await company.say(STORY[0])
        await erase(company)
    finally:
        bot.gate.deliveries._deliverers.pop("line")
    assert "記録を消しました" in sender.sent[-1]
