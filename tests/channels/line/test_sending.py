"""Rules for sending (docs/line.md, 送信)."""

from __future__ import annotations

import time

import pytest
from sqlalchemy.exc import OperationalError

from channels.line import channel as channel_module
from channels.line.ledger import DONE, Request
from channels.line.wording import language_notice
from tests.channels.line.conftest import World
from tests.channels.line.driver import GROUP, in_group, said
from tests.channels.line.loopback import USER

REPLY = "/v2/bot/message/reply"
PUSH = "/v2/bot/message/push"


def ways(world: World) -> list[str]:
    return [one.way for one in world.line.sent]


# --- one reply a turn -----------------------------------------------------------------------


async def test_three_messages_are_one_reply(world: World) -> None:
    await world.say("3文")
    assert (world.line.count(REPLY), world.line.count(PUSH)) == (1, 0)
    assert ways(world) == ["reply"] * 3


async def test_seven_messages_are_five_by_reply_and_two_by_push(world: World) -> None:
    await world.say("7文")
    assert ways(world) == ["reply"] * 5 + ["push"] * 2
    assert [text[0] for text in world.line.texts()] == list("0123456")
    assert world.line.used == 1


async def test_short_messages_are_joined_before_anything_is_pushed(world: World) -> None:
    world.bot.outputs = [{"text": f"文{number}"} for number in range(12)]
    await world.say("やあ")
    assert ways(world) == ["reply"] * 5
    assert "\n\n".join(world.line.texts()) == "\n\n".join(f"文{n}" for n in range(12))


async def test_an_aged_token_is_not_tried(world: World) -> None:
    late = {**said("やあ", world.line), "deliveryContext": {"isRedelivery": True}}
    late["timestamp"] = int((time.time() - 61) * 1000)
    await world.turn(late)
    assert world.line.count(REPLY) == 0
    assert ways(world) == ["push"]


async def test_a_redelivered_event_with_a_young_token_is_replied_to(world: World) -> None:
    await world.turn({**said("やあ", world.line), "deliveryContext": {"isRedelivery": True}})
    assert ways(world) == ["reply"]


async def test_a_token_that_died_early_is_made_good_by_a_push(world: World) -> None:
    world.line.life = 0.0
    await world.say("やあ")
    assert [called for called, _ in world.line.calls if called in (REPLY, PUSH)] == [REPLY, PUSH]
    assert world.line.texts() == ["聞きました: やあ"]


async def test_an_event_without_a_token_is_answered_by_push(world: World) -> None:
    once = said("やあ", world.line)
    del once["replyToken"]
    await world.turn(once)
    assert ways(world) == ["push"]


async def test_a_group_is_pushed_to_as_a_group(world: World) -> None:
    world.line.life = 0.0
    await world.turn(in_group("@bot 相談", world.line, (0, 4)))
    assert [(one.to, one.way) for one in world.line.sent] == [(GROUP, "push")]


# --- a slow bot -----------------------------------------------------------------------------


async def test_a_slow_bot_shows_that_it_works(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "LOADING_AFTER_SECONDS", 0.05)
    world.bot.delay = 0.3
    await world.say("やあ")
    assert [one["chatId"] for one in world.line.loading] == [USER]
    assert world.line.texts() == ["聞きました: やあ"]


async def test_a_quick_bot_shows_nothing(world: World) -> None:
    await world.say("やあ")
    assert world.line.loading == []


# --- trouble --------------------------------------------------------------------------------


async def test_a_cut_connection_before_the_reply_is_tried_again(world: World) -> None:
    world.line.failing[REPLY] = [0, 500, 429]
    with_luck = await world.say("やあ")
    assert with_luck == [] and world.line.sent == []
    await world.channel.start()
    await world.line.wait(1)
    assert ways(world) == ["reply"]


async def test_a_reply_line_took_is_not_repeated_when_its_answer_is_lost(world: World) -> None:
    world.line.failing[REPLY] = [-1]
    await world.say("やあ")
    assert world.line.texts() == ["聞きました: やあ"]
    assert world.line.count(REPLY) == 2
    assert world.line.count(PUSH) == 0
    assert world.channel.gate.store.outbox.pending() == []


async def test_a_push_line_took_is_not_repeated_when_its_answer_is_lost(world: World) -> None:
    world.line.life = 0.0
    world.line.failing[PUSH] = [-1, 0]
    await world.say("やあ")
    assert world.line.texts() == ["聞きました: やあ"]
    assert [status for called, status in world.line.calls if called == PUSH] == [200, 0, 409]
    assert world.channel.gate.store.outbox.pending() == []


async def test_what_line_has_is_not_sent_again_when_the_store_went_away_over_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = world.channel.deliverer._ledger
    save = ledger.save

    def away(request: Request) -> None:
        if request.state == DONE:
            raise OperationalError("UPDATE", None, Exception("server closed the connection"))
        save(request)

    monkeypatch.setattr(ledger, "save", away)
    await world.say("やあ")
    monkeypatch.setattr(ledger, "save", save)
    # Long after: the token could not tell any more whether it was used.
    monkeypatch.setattr("channels.line.delivery.now", lambda: time.time() + 3600)
    assert await world.channel.gate.send_pending()
    assert world.line.texts() == ["聞きました: やあ"]
    assert world.channel.gate.store.outbox.pending() == []


async def test_a_rate_limit_is_waited_for(world: World) -> None:
    world.line.life = 0.0
    world.line.failing[PUSH] = [429, 500]
    await world.say("やあ")
    assert world.line.texts() == ["聞きました: やあ"]


async def test_refused_flex_is_said_in_plain_text(world: World) -> None:
    world.line.refuse_flex = True
    long = "とても長い選択肢の見出しなのでボタンには入りきりません"
    world.bot.outputs = [{"text": "どれですか", "buttons": [{"title": long, "payload": "/a"}]}]
    await world.say("やあ")
    assert world.line.texts() == ["どれですか", f"1. {long}"]
    assert ways(world) == ["reply"] * 2


async def test_bad_credentials_lose_nothing(world: World) -> None:
    world.line.failing[REPLY] = [401, 403]
    await world.say("やあ")
    assert len(world.channel.gate.store.outbox.pending()) == 1
    await world.channel.start()
    await world.line.wait(1)
    assert world.line.texts() == ["聞きました: やあ"]


async def test_an_unanswered_turn_does_not_overtake(world: World) -> None:
    world.line.failing[REPLY] = [0] * 3
    await world.say("一")
    await world.say("二")
    assert world.line.texts() == ["聞きました: 一", "聞きました: 二"]


async def test_a_recipient_line_does_not_know_is_given_up(world: World) -> None:
    world.line.life = 0.0
    world.line.failing[PUSH] = [400]
    await world.say("やあ")
    assert world.channel.gate.store.outbox.pending() == []
    assert world.line.sent == []


# --- quota ----------------------------------------------------------------------------------


async def test_replies_go_on_without_quota(world: World) -> None:
    world.line.quota = 0
    assert await world.say("やあ") == ["聞きました: やあ"]


@pytest.mark.parametrize("known_before", [True, False])
async def test_what_does_not_fit_the_quota_comes_with_the_next_reply(
    world: World, known_before: bool
) -> None:
    world.line.quota = 0 if known_before else 1
    if not known_before:
        # Somebody else uses the last message up.
        await world.channel.deliverer.quota.refresh()
        world.line.used = 1
    await world.say("6文")
    assert len(world.line.sent) == 5
    assert world.line.count(PUSH) == (0 if known_before else 1)
    await world.say("やあ")
    assert [text[0] for text in world.line.texts()] == [*list("012345"), "聞"]
    assert ways(world) == ["reply"] * 7
    await world.channel.gate.send_pending()
    assert world.channel.gate.store.outbox.pending() == []
    assert len(world.line.sent) == 7


async def test_nearing_the_quota_warns_the_operator(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.line.quota, world.line.used = 200, 160
    await world.channel.deliverer.quota.refresh()
    assert "160 of the 200" in caplog.text


# --- who reads ------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "notices"), [("ja", 0), ("en-US", 1), ("vi", 1), ("xx", 1)])
async def test_a_profile_in_another_language_is_told_once(
    world: World, language: str, notices: int
) -> None:
    world.line.profiles[USER] = {"displayName": "x", "userId": USER, "language": language}
    await world.say("やあ")
    await world.say("やあ")
    assert world.line.texts().count(str(language_notice(language))) == notices
    assert world.line.count(f"/profile/{USER}") == 1
