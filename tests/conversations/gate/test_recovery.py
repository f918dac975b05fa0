from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
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
from tests.conversations.gate.fake_bot import FakeBot, typed


def count(database: Database, table: Any) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


async def test_a_failing_turn_is_apologised_for_and_leaves_nothing_half_done(
    gate: Gate, bot: FakeBot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.error = RuntimeError("broken action")
    reply = await gate.receive(typed("やあ"))
    assert reply.messages == [{"text": wording("failure")}]
    assert "broken action" in caplog.text
    bot.error = None
    assert (await gate.receive(typed("やあ"))).messages == [{"text": "聞きました: やあ"}]


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


async def test_what_takes_too_long_at_the_end_is_broken_off_and_answered_later(
    gate: Gate, bot: FakeBot, database: Database
) -> None:
    bot.delay = 30
    await gate.submit(typed("やあ", "m1"))
    await asyncio.wait_for(gate.drain(0.1), 5)
    # Whoever stops after the first does not begin to wait anew.
    await gate.submit(typed("次", "m2"))
    await asyncio.wait_for(gate.drain(3600), 5)
    assert [one.text for one in bot.heard] == ["やあ"]
    revived = Gate(ConversationStore(database), FakeBot())
    assert await revived.recover() == 2
    said = [one.text for one in revived.store.log.history("rest:a") if one.author == "bot"]
    assert said == ["聞きました: やあ", "聞きました: 次"]


class HangingPlatform:
    """Takes a message and never says so."""

    async def deliver(self, delivery: Delivery) -> None:
        await asyncio.sleep(3600)


async def test_a_platform_that_hangs_keeps_no_other_channel_from_its_answers(
    database: Database,
) -> None:
    store = ConversationStore(database)
    died = Gate(store, FakeBot())
    died.accept(IncomingMessage("line:u", "line", text="やあ", client_message_id="1"))
    died.accept(typed("一つ目", "1"))
    gate = Gate(store, FakeBot(), deliverers={"line": HangingPlatform()})

    async def said(*texts: str) -> None:
        while [one.text for one in store.log.history("rest:a") if one.author == "bot"] != [*texts]:
            await asyncio.sleep(0.01)

    keeping = asyncio.create_task(gate.keep_recovering(0.05))
    try:
        await asyncio.wait_for(said("聞きました: 一つ目"), 5)
        died.accept(typed("二つ目", "2"))
        await asyncio.wait_for(said("聞きました: 一つ目", "聞きました: 二つ目"), 5)
    finally:
        keeping.cancel()


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
