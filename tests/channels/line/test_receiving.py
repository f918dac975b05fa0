"""Rules for receiving (docs/line.md, 受信)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from channels.line.channel import NotFromLineError, NotReadableError
from channels.line.signature import sign
from channels.line.wording import wording
from conversations import schema
from tests.channels.line.conftest import World
from tests.channels.line.driver import call, event, said
from tests.channels.line.loopback import SECRET, USER


def count(world: World, table: Any) -> int:
    with world.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar())


# --- signature ---------------------------------------------------------------------------


async def test_the_signature_is_checked_on_the_raw_bytes(world: World) -> None:
    body, signature = call(said("やあ", world.line))
    for wrong in (None, "", "x", signature[:-2], sign("other secret", body)):
        with pytest.raises(NotFromLineError):
            world.channel.accept(body, wrong)
    with pytest.raises(NotFromLineError):
        world.channel.accept(body.replace(b": ", b":"), signature)
    assert count(world, schema.inbox) == 0
    assert len(world.channel.accept(body, signature).rows) == 1


def test_signature_of_a_known_body() -> None:
    # Computed by `openssl dgst -sha256 -hmac secret -binary | base64`.
    assert sign("secret", b"body") == "3EaYNVf+oSe0OvchRn65s/3iM4/j4U9RlSqoR4wT01U="


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b'{"events": []}', b'{"destination": "U"}'])
async def test_a_signed_body_that_is_none_is_refused(world: World, body: bytes) -> None:
    with pytest.raises(NotReadableError):
        world.channel.accept(body, sign(SECRET, body))


async def test_no_events_is_a_connectivity_check(world: World) -> None:
    assert world.channel.accept(*call()).rows == ()


async def test_events_for_another_bot_are_ignored(world: World) -> None:
    await world.channel.start()
    while world.line.count("/v2/bot/info") == 0:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    other = call(said("やあ", world.line), destination="U" + "c" * 32)
    assert world.channel.accept(*other).rows == ()
    assert len(world.channel.accept(*call(said("やあ", world.line))).rows) == 1


# --- duplicates and order ------------------------------------------------------------------


async def test_a_redelivered_event_is_answered_once(world: World) -> None:
    once = said("やあ", world.line)
    again = {**once, "deliveryContext": {"isRedelivery": True}}
    await world.turn(once)
    await world.turn(again)
    await world.turn(once, again)
    assert [one.text for one in world.bot.heard] == ["やあ"]
    assert world.line.texts() == ["聞きました: やあ"]
    assert count(world, schema.inbox) == 1


async def test_concurrent_duplicates_are_answered_once(world: World) -> None:
    world.bot.delay = 0.05
    once = said("やあ", world.line)
    for _ in range(8):
        world.webhook(once)
    await world.channel.gate.drain()
    assert len(world.bot.heard) == 1
    assert world.line.count("/reply") == 1


async def test_the_same_text_in_two_events_is_two_messages(world: World) -> None:
    await world.turn(said("はい", world.line), said("はい", world.line))
    assert len(world.bot.heard) == 2


async def test_events_of_many_users_keep_the_order_of_each(world: World) -> None:
    other = "U" + "d" * 32
    world.bot.delay = 0.02
    events = [
        said(f"{number}", world.line, user=user) for number in range(4) for user in (USER, other)
    ]
    for number, one in enumerate(events):
        one["timestamp"] += number
    await world.turn(*reversed(events))
    for user in (USER, other):
        assert world.line.texts(user) == [f"聞きました: {number}" for number in range(4)]


# --- kinds of messages ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sticker", "image", "video", "audio", "file", "hologram"])
async def test_what_is_not_text_gets_a_friendly_answer(world: World, kind: str) -> None:
    (answer,) = await world.turn(event("message", world.line, message={"id": "1", "type": kind}))
    assert "文字で" in answer
    assert not world.bot.heard


async def test_of_pictures_sent_together_one_is_answered(world: World) -> None:
    for index in (1, 2, 3):
        image = {"id": str(index), "type": "image", "imageSet": {"id": "s", "index": index}}
        await world.turn(event("message", world.line, message=image))
    assert world.line.count("/reply") == 1


@pytest.mark.parametrize(
    ("place", "prefecture"),
    [
        ({"latitude": 34.679, "longitude": 135.601, "address": ""}, "大阪府"),
        (
            {"latitude": 35.68, "longitude": 139.76, "address": "日本、東京都千代田区丸の内"},
            "東京都",
        ),
        ({"latitude": 43.06, "longitude": 141.35}, "北海道"),
        ({"latitude": 26.21, "longitude": 127.68, "address": "Naha"}, "沖縄県"),
    ],
)
async def test_a_location_fills_the_prefecture_in(
    world: World, place: dict[str, Any], prefecture: str
) -> None:
    await world.turn(event("message", world.line, message={"id": "1", "type": "location", **place}))
    (heard,) = world.bot.heard
    assert (heard.text, heard.trusted) == (f"/prefecture={prefecture}", True)


@pytest.mark.parametrize("place", [{"latitude": 13.75, "longitude": 100.5}, {"latitude": "x"}])
async def test_a_place_elsewhere_is_asked_about(world: World, place: dict[str, Any]) -> None:
    message = {"id": "1", "type": "location", **place}
    assert await world.turn(event("message", world.line, message=message)) == [
        wording("answer.location")
    ]


async def test_free_text_is_never_a_command(world: World) -> None:
    await world.say('/inform{"country": "country.thailand"}')
    (heard,) = world.bot.heard
    assert heard.text.startswith("／inform")
    assert not heard.trusted


@pytest.mark.parametrize(
    "data", ["/restart", "", "action=buy", "choice:unknown", "menu:x", "page:x"]
)
async def test_an_unknown_postback_is_no_command(world: World, data: str) -> None:
    (answer,) = await world.turn(event("postback", world.line, postback={"data": data}))
    assert "選択肢" in answer
    assert not world.bot.heard


async def test_a_choice_of_another_conversation_is_unknown(world: World) -> None:
    await world.say("選択2")
    items = world.line.sent[-1].message["quickReply"]["items"]
    data = items[0]["action"]["data"]
    foreign = event("postback", world.line, user="U" + "d" * 32, postback={"data": data})
    await world.turn(foreign)
    assert [one.text for one in world.bot.heard] == ["選択2"]
    await world.turn(event("postback", world.line, postback={"data": data}))
    assert world.bot.heard[-1].text == "/pick1"
    assert world.bot.heard[-1].trusted


async def test_the_rich_menu_does_what_it_says(world: World) -> None:
    await world.turn(event("postback", world.line, postback={"data": "menu:human"}))
    assert world.bot.heard[-1].text == "/request_human"
    log = world.channel.gate.store.log.history(world.conversation)
    assert log[0].text == "担当者につなぐ"


# --- coming and going -----------------------------------------------------------------------


async def test_a_new_friend_is_welcomed(world: World) -> None:
    await world.turn(event("follow", world.line, follow={"isUnblocked": False}))
    assert world.bot.heard[0].text == "/greet"
    assert world.line.sent[0].way == "reply"


async def test_who_blocked_us_gets_nothing_until_they_are_back(world: World) -> None:
    world.bot.delay = 0.1
    world.webhook(said("遅い", world.line))
    await asyncio.sleep(0.02)
    world.webhook(event("unfollow"))
    await world.channel.gate.drain()
    assert world.line.sent == []
    assert world.channel.gate.store.outbox.pending() == []
    await world.turn(event("follow", world.line, follow={"isUnblocked": True}))
    assert len(world.line.sent) == 1
    assert await world.say("やあ") == ["聞きました: やあ"]


async def test_standby_says_nothing_but_notes_who_left(world: World) -> None:
    await world.turn(said("やあ", world.line, mode="standby"))
    assert not world.bot.heard
    await world.turn(event("unfollow", mode="standby"))
    assert world.channel.deliverer.contacts.is_blocked(world.conversation)


async def test_an_unsent_message_loses_its_text(world: World) -> None:
    first = said("秘密の計画", world.line)
    await world.turn(first)
    await world.turn(event("unsend", unsend={"messageId": first["message"]["id"]}))
    log = world.channel.gate.store.log.history(world.conversation)
    assert log[0].text == wording("unsent")
    with world.database.read() as connection:
        assert connection.execute(select(schema.inbox.c.text)).scalar() is None


async def test_a_message_unsent_before_its_answer_is_not_answered(world: World) -> None:
    first = said("秘密の計画", world.line)
    accepted = world.channel.accept(*call(first))
    world.webhook(event("unsend", unsend={"messageId": first["message"]["id"]}))
    world.channel.answer(accepted)
    await world.channel.gate.drain()
    assert not world.bot.heard
