from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select

from conversations import schema
from conversations.database import Database
from conversations.gate import Gate
from conversations.ports import (
    IncomingMessage,
    OutputDict,
)
from conversations.store import ConversationStore
from conversations.wording import wording
from tests.conversations.gate.fake_bot import FakeBot, typed


def count(database: Database, table: Any) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


async def test_a_turn_is_logged_answered_and_delivered(gate: Gate, database: Database) -> None:
    reply = await gate.receive(typed("こんにちは"))
    assert reply.messages == [{"text": "聞きました: こんにちは"}]
    assert [(m.author, m.text) for m in gate.store.log.history("rest:a")] == [
        ("customer", "こんにちは"),
        ("bot", "聞きました: こんにちは"),
    ]
    with database.read() as connection:
        assert connection.execute(select(schema.inbox.c.state, schema.inbox.c.text)).all() == [
            ("done", None)
        ]
        assert connection.execute(select(schema.outbox.c.state)).scalars().all() == ["delivered"]


@pytest.mark.parametrize("form", ["2", "②", "二つ目", "計画づくり", "2番でお願いします"])
async def test_a_choice_in_any_form_reaches_the_bot_as_its_payload(
    gate: Gate, bot: FakeBot, form: str
) -> None:
    await gate.receive(typed("段階"))
    await gate.receive(typed(form))
    assert bot.heard[-1].text == '/inform{"stage":"planning"}'
    assert bot.heard[-1].trusted
    assert gate.store.log.history("rest:a")[-2].text == "計画づくり"


async def test_a_choice_by_id_works_later_but_not_in_another_conversation(
    gate: Gate, bot: FakeBot
) -> None:
    first = (await gate.receive(typed("段階"))).messages[0]["buttons"][0]["payload"]
    await gate.receive(typed("段階"))
    await gate.receive(IncomingMessage("rest:a", "rest", choice_id=first))
    assert bot.heard[-1].text == '/inform{"stage":"collecting"}'
    await gate.receive(typed(first))
    assert bot.heard[-1].text == '/inform{"stage":"collecting"}'
    heard = len(bot.heard)
    stolen = await gate.receive(IncomingMessage("rest:b", "rest", choice_id=first))
    assert stolen.messages == [{"text": wording("stale_choice")}]
    assert len(bot.heard) == heard
    await gate.receive(typed(first, conversation="rest:b"))
    assert (bot.heard[-1].text, bot.heard[-1].trusted) == (first, False)


async def test_numbers_mean_the_latest_choices_only(gate: Gate, bot: FakeBot) -> None:
    await gate.receive(typed("段階"))
    await gate.receive(typed("ちなみに"))
    await gate.receive(typed("2"))
    assert (bot.heard[-1].text, bot.heard[-1].trusted) == ("2", False)


async def test_choices_survive_the_gates_own_answers(gate: Gate, bot: FakeBot) -> None:
    await gate.receive(typed("段階"))
    await gate.receive(typed("😀"))
    await gate.receive(typed("2"))
    assert bot.heard[-1].text == '/inform{"stage":"planning"}'


@pytest.mark.parametrize("text", ['/inform{"stage":"planning"}', "/restart", " /restart"])
async def test_commands_from_outside_are_plain_text(gate: Gate, bot: FakeBot, text: str) -> None:
    await gate.receive(typed(text))
    assert not bot.heard[-1].trusted
    assert not bot.heard[-1].text.startswith("/")


@pytest.mark.parametrize(
    ("text", "key"), [("", "empty"), ("  \u200b", "empty"), ("😀😀", "unreadable")]
)
async def test_unreadable_input_gets_a_clear_answer(
    gate: Gate, bot: FakeBot, text: str, key: str
) -> None:
    assert (await gate.receive(typed(text))).messages == [{"text": wording(key)}]
    assert not bot.heard


async def test_a_very_long_message_is_kept_whole(gate: Gate, bot: FakeBot) -> None:
    text = "困っています。" * 1500
    reply = await gate.receive(typed(text))
    assert "10,500文字" in reply.messages[0]["text"]
    assert gate.store.log.history("rest:a")[0].text == text
    assert not bot.heard


async def test_the_same_message_id_is_answered_once(
    gate: Gate, bot: FakeBot, database: Database
) -> None:
    first = await gate.receive(typed("段階", "m1"))
    again = await gate.receive(typed("段階", "m1"))
    assert again.duplicate
    assert again.messages == first.messages
    assert len(bot.heard) == 1
    assert count(database, schema.inbox) == 1
    await gate.receive(typed("段階", "m1", conversation="rest:b"))
    assert len(bot.heard) == 2


async def test_concurrent_duplicates_are_answered_once(gate: Gate, bot: FakeBot) -> None:
    bot.delay = 0.05
    replies = await asyncio.gather(*(gate.receive(typed("やあ", "m1")) for _ in range(5)))
    assert len(bot.heard) == 1
    assert all(reply.messages == replies[0].messages for reply in replies)


async def test_one_conversation_is_served_in_order_and_others_beside_it(
    gate: Gate, bot: FakeBot
) -> None:
    bot.delay = 0.02
    await asyncio.gather(*(gate.receive(typed(f"{n}回目の話")) for n in range(5)))
    assert [u.text for u in bot.heard] == [f"{n}回目の話" for n in range(5)]
    assert bot.most_active == 1
    await asyncio.gather(*(gate.receive(typed("やあ", conversation=f"rest:{n}")) for n in range(5)))
    assert bot.most_active == 5


async def test_a_number_sent_before_the_question_is_answered_means_the_new_choices(
    gate: Gate, bot: FakeBot
) -> None:
    bot.delay = 0.02
    await asyncio.gather(gate.receive(typed("段階")), gate.receive(typed("2")))
    assert bot.heard[-1].text == '/inform{"stage":"planning"}'


async def test_a_silent_bot_still_answers(gate: Gate) -> None:
    assert (await gate.receive(typed("黙って"))).messages == [{"text": wording("silence")}]


class HumanHolds:
    async def intercept(
        self, message: IncomingMessage, payload: str | None
    ) -> Sequence[OutputDict] | None:
        return [] if message.conversation_id == "rest:held" else None

    def bot_answers(self, conversation_id: str) -> bool:
        return conversation_id != "rest:held"

    def left(self, conversation_id: str) -> None: ...


async def test_a_conversation_held_by_a_person_never_reaches_the_bot(
    database: Database, bot: FakeBot
) -> None:
    gate = Gate(ConversationStore(database), bot, ownership=HumanHolds())
    assert (await gate.receive(typed("もしもし", conversation="rest:held"))).messages == []
    assert gate.store.log.history("rest:held")[0].text == "もしもし"
    assert not bot.heard
