"""Choices on LINE as they are sent, and answers made good after a crash."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from channels.line.wording import wording
from tests.channels.line.conftest import World
from tests.channels.line.driver import call, event, said
from tests.channels.line.test_sending import ways

# --- choices --------------------------------------------------------------------------------


def items(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["action"] for one in message["quickReply"]["items"]]


async def test_choices_are_quick_replies_and_numbered_text(world: World) -> None:
    await world.say("選択3")
    (sent,) = world.line.sent
    assert sent.message["text"] == "どれですか\n\n1. 選択肢1\n2. 選択肢2\n3. 選択肢3"
    assert [one["label"] for one in items(sent.message)] == ["選択肢1", "選択肢2", "選択肢3"]
    assert all(not one["data"].startswith("/") for one in items(sent.message))
    await world.say("２番")
    assert world.bot.heard[-1].text == "/pick2"


async def test_only_the_last_message_carries_quick_replies(world: World) -> None:
    buttons = [{"title": "はい", "payload": "/affirm"}]
    world.bot.outputs = [{"text": "一", "buttons": buttons}, {"text": "二"}]
    await world.say("やあ")
    first, second = world.line.sent
    assert "quickReply" not in first.message
    assert items(second.message)[0]["label"] == "はい"


async def test_forty_seven_choices_are_paged(world: World) -> None:
    await world.say("選択47")
    seen = []
    for _ in range(4):
        *page, more = items(world.line.sent[-1].message)
        assert more["label"] == wording("more")
        seen += [one["label"] for one in page]
        await world.turn(event("postback", world.line, postback={"data": more["data"]}))
    assert seen == [f"選択肢{number}" for number in range(1, 48)]
    await world.say("47")
    assert world.bot.heard[-1].text == "/pick47"


async def test_a_sticker_in_between_leaves_the_choices_open(world: World) -> None:
    await world.say("選択2")
    sticker = {"id": "9", "type": "sticker", "packageId": "1", "stickerId": "1"}
    await world.turn(event("message", world.line, message=sticker))
    assert [one["label"] for one in items(world.line.sent[-1].message)] == ["選択肢1", "選択肢2"]


async def test_long_labels_are_rows_nobody_cut(world: World) -> None:
    labels = ["短い", "中小企業海外展開現地支援プラットフォームについて詳しく聞く"]
    buttons = [{"title": label, "payload": f"/{n}"} for n, label in enumerate(labels)]
    world.bot.outputs = [{"text": "どれですか", "buttons": buttons}]
    await world.say("やあ")
    text, rows = (one.message for one in world.line.sent)
    assert text["text"] == "どれですか"
    assert rows["altText"].endswith(f"1. {labels[0]}\n2. {labels[1]}")
    assert "2. " + labels[1] in world.line.texts()[1]
    assert [one["label"] for one in items(rows)] == ["短い", "2番"]
    assert items(rows)[1]["displayText"] == labels[1]


# --- crash ----------------------------------------------------------------------------------


async def test_a_message_accepted_before_a_crash_is_answered_after_it(world: World) -> None:
    world.channel.accept(*call(said("やあ", world.line)))
    await world.again().gate.recover()
    assert world.line.texts() == ["聞きました: やあ"]
    assert ways(world) == ["reply"]


@pytest.mark.parametrize("before_reply", [True, False])
async def test_a_crash_around_the_reply_neither_loses_nor_repeats(
    world: World, monkeypatch: pytest.MonkeyPatch, before_reply: bool
) -> None:
    send = world.channel.client.reply

    async def dies(token: str, messages: list[dict[str, Any]]) -> None:
        if not before_reply:
            await send(token, messages)
        raise asyncio.CancelledError

    monkeypatch.setattr(world.channel.client, "reply", dies)
    await asyncio.gather(world.say("7文"), return_exceptions=True)
    await world.again().gate.recover()
    assert [text[0] for text in world.line.texts()] == list("0123456")
    await world.again().gate.recover()
    assert len(world.line.sent) == 7
