from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from conversations import schema
from conversations.database import Database
from conversations.gate import Gate
from conversations.ports import (
    Delivery,
    IncomingMessage,
    OutputDict,
    UndeliverableError,
    Utterance,
)
from conversations.recovery import MAX_ATTEMPTS
from conversations.store import ConversationStore
from conversations.turn import TurnConflictError, current_turn
from conversations.wording import wording
from tests.stores import store_url

STAGES = [
    {"title": "情報収集", "payload": '/inform{"stage":"collecting"}'},
    {"title": "計画づくり", "payload": '/inform{"stage":"planning"}'},
]


class FakeBot:
    """Answers by a table; remembers what it was asked."""

    def __init__(self) -> None:
        self.heard: list[Utterance] = []
        self.delay = 0.0
        self.error: BaseException | None = None
        self.active = 0
        self.most_active = 0

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        self.heard.append(utterance)
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        try:
            await asyncio.sleep(self.delay)
            if self.error is not None:
                raise self.error
        finally:
            self.active -= 1
        if utterance.text == "黙って":
            return []
        if utterance.text == "段階":
            return [{"text": "段階は？", "buttons": STAGES}]
        return [{"text": f"聞きました: {utterance.text}"}]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(store_url(tmp_path))
    yield database
    database.close()


@pytest.fixture
def bot() -> FakeBot:
    return FakeBot()


@pytest.fixture
def gate(database: Database, bot: FakeBot) -> Gate:
    return Gate(ConversationStore(database), bot)


def typed(
    text: str, message_id: str | None = None, conversation: str = "rest:a"
) -> IncomingMessage:
    return IncomingMessage(conversation, "rest", text=text, client_message_id=message_id)


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


async def test_a_failing_turn_is_apologised_for_and_leaves_nothing_half_done(
    gate: Gate, bot: FakeBot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.error = RuntimeError("broken action")
    reply = await gate.receive(typed("やあ"))
    assert reply.messages == [{"text": wording("failure")}]
    assert "broken action" in caplog.text
    bot.error = None
    assert (await gate.receive(typed("やあ"))).messages == [{"text": "聞きました: やあ"}]


async def test_a_silent_bot_still_answers(gate: Gate) -> None:
    assert (await gate.receive(typed("黙って"))).messages == [{"text": wording("silence")}]


async def test_a_crash_between_taking_in_and_answering_is_made_good_once(
    gate: Gate, bot: FakeBot, database: Database
) -> None:
    bot.error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await gate.receive(typed("やあ", "m1"))
    assert [m.author for m in gate.store.log.history("rest:a")] == ["customer"]

    revived = Gate(ConversationStore(database), FakeBot())
    assert await revived.recover() == 1
    assert await revived.recover() == 0
    assert [m.text for m in revived.store.log.history("rest:a")] == ["やあ", "聞きました: やあ"]
    again = await revived.receive(typed("やあ", "m1"))
    assert (again.duplicate, again.messages) == (True, [{"text": "聞きました: やあ"}])


async def test_what_cannot_be_pushed_here_is_left_to_a_process_that_can(
    gate: Gate, bot: FakeBot, database: Database
) -> None:
    bot.error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await gate.receive(IncomingMessage("line:u", "line", text="やあ", client_message_id="m1"))
    without_line = Gate(ConversationStore(database), FakeBot())
    assert await without_line.recover() == 0
    assert [row.message.channel for row in without_line.store.inbox.unanswered()] == ["line"]


async def test_a_message_that_keeps_killing_the_process_is_given_up(
    gate: Gate, bot: FakeBot, database: Database
) -> None:
    bot.error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await gate.receive(typed("やあ"))
    for _ in range(MAX_ATTEMPTS - 1):
        with pytest.raises(asyncio.CancelledError):
            await Gate(ConversationStore(database), bot).recover()
    assert await Gate(ConversationStore(database), bot).recover() == 1
    assert gate.store.log.history("rest:a")[-1].text == wording("failure")


class StagingBot(FakeBot):
    """Stages a write, as the tracker store and the desk do."""

    def __init__(self, conflicts: int = 0) -> None:
        super().__init__()
        self.conflicts = conflicts
        self.outcomes: list[str] = []

    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        def write(_connection: object) -> None:
            if self.conflicts:
                self.conflicts -= 1
                raise TurnConflictError("meanwhile")

        turn = current_turn.get()
        assert turn is not None
        turn.stage(
            "x",
            write,
            lambda: self.outcomes.append("committed"),
            lambda: self.outcomes.append("abandoned"),
        )
        return await super().respond(utterance)


async def test_staged_writes_are_committed_with_the_answer_and_retried_on_conflict(
    database: Database,
) -> None:
    bot = StagingBot(conflicts=2)
    reply = await Gate(ConversationStore(database), bot).receive(typed("やあ"))
    assert reply.messages == [{"text": "聞きました: やあ"}]
    assert bot.outcomes == ["abandoned", "abandoned", "committed"]
    assert count(database, schema.outbox) == 1


async def test_staged_writes_are_dropped_when_the_turn_fails(database: Database) -> None:
    bot = StagingBot()
    bot.error = RuntimeError("late failure")
    await Gate(ConversationStore(database), bot).receive(typed("やあ"))
    assert bot.outcomes == ["abandoned"]


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


class Push:
    def __init__(self) -> None:
        self.fails = True
        self.blocked = False
        self.sent: list[str] = []
        self.origins: list[Any] = []

    async def deliver(self, delivery: Delivery) -> None:
        if self.blocked:
            raise UndeliverableError("blocked")
        if self.fails:
            raise ConnectionError("unreachable")
        self.sent += [part.body["text"] for part in delivery.parts]
        self.origins.append(delivery.origin)


async def test_pushed_channels_keep_unsent_messages_in_the_outbox(
    database: Database, bot: FakeBot
) -> None:
    push = Push()
    gate = Gate(ConversationStore(database), bot, deliverers={"line": push})
    await gate.receive(IncomingMessage("line:u", "line", text="やあ", origin={"token": "t"}))
    assert len(gate.store.outbox.pending()) == 1
    push.fails = False
    await gate.recover()
    await gate.recover()
    assert push.sent == ["聞きました: やあ"]
    assert push.origins == [{"token": "t"}]
    assert gate.store.outbox.pending() == []


async def test_what_can_never_be_delivered_is_given_up(database: Database, bot: FakeBot) -> None:
    push = Push()
    push.blocked = True
    gate = Gate(ConversationStore(database), bot, deliverers={"line": push})
    await gate.receive(IncomingMessage("line:u", "line", text="やあ"))
    assert gate.store.outbox.pending() == []
    with database.read() as connection:
        assert connection.execute(select(schema.outbox.c.state)).scalar() == "failed"


async def test_an_accepted_message_waits_until_it_is_answered(
    database: Database, bot: FakeBot
) -> None:
    gate = Gate(ConversationStore(database), bot)
    row = gate.accept(IncomingMessage("line:u", "line", text="やあ", client_message_id="1"))
    await asyncio.sleep(0)
    assert not bot.heard
    gate.answer_later(row)
    gate.answer_later(gate.accept(replace(row.message, text="やあ")))
    await gate.drain()
    assert [one.text for one in bot.heard] == ["やあ"]


async def test_a_fixed_answer_never_reaches_the_bot_even_after_a_crash(
    database: Database, bot: FakeBot
) -> None:
    gate = Gate(ConversationStore(database), bot)
    message = IncomingMessage("rest:u", "rest", text="（スタンプ）", answer="文字でどうぞ")
    gate.accept(message)
    later = Gate(ConversationStore(database), bot)
    assert await later.recover() == 1
    shown = [(one.author, one.text) for one in gate.store.log.history("rest:u")]
    assert shown == [("customer", "（スタンプ）"), ("bot", "文字でどうぞ")]
    assert not bot.heard
