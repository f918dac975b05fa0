"""Groups and events of any shape: who mentions the bot is answered, nothing harms anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.channels.line import strict_schema
from tests.channels.line.conftest import World
from tests.channels.line.driver import GROUP, event, in_group, said
from tests.channels.line.loopback import BOT, USER

# --- groups ---------------------------------------------------------------------------------


async def test_a_group_is_answered_only_when_it_mentions_the_bot(world: World) -> None:
    await world.turn(in_group("みんな聞いて", world.line, None))
    sticker = {"id": "1", "type": "sticker"}
    source = {"type": "group", "groupId": GROUP, "userId": USER}
    await world.turn(event("message", world.line, source=source, message=sticker))
    assert not world.bot.heard
    # An emoji outside the BMP counts two units.
    await world.turn(in_group("😀@つながり タイの賃金は", world.line, (2, 5), userId=USER))
    assert [one.text for one in world.bot.heard] == ["😀 タイの賃金は"]
    assert world.line.sent[0].to == GROUP
    assert world.line.loading == []


async def test_a_group_may_not_tell_who_wrote(world: World) -> None:
    await world.turn(in_group("@bot 相談", world.line, (0, 4)))
    assert world.bot.heard[0].conversation_id == f"line:{BOT}:group:{GROUP}"


async def test_a_bare_mention_is_a_greeting(world: World) -> None:
    await world.turn(in_group("@つながり", world.line, (0, 5)))
    assert world.bot.heard[0].text == "/greet"


async def test_joining_and_leaving_a_group(world: World) -> None:
    source = {"type": "group", "groupId": GROUP}
    (hello,) = await world.turn(event("join", world.line, source=source))
    assert "メンション" in hello
    members = {"members": [{"type": "user", "userId": USER}]}
    assert (
        len(await world.turn(event("memberJoined", world.line, source=source, joined=members))) == 1
    )
    assert await world.turn(event("memberLeft", source=source, left=members)) == []
    await world.turn(event("leave", source=source))
    assert world.channel.deliverer.contacts.is_blocked(f"line:{BOT}:group:{GROUP}")


# --- robustness -----------------------------------------------------------------------------


async def test_all_sample_events_are_taken_in(world: World) -> None:
    samples = json.loads((strict_schema.folder() / "webhook_samples.json").read_text("utf-8"))
    kinds = set()
    for number, sample in enumerate(samples["events"]):
        sample["webhookEventId"] = f"sample-{number}"
        if "replyToken" in sample:
            source = sample["source"]
            to = source.get("groupId") or source.get("roomId") or source["userId"]
            sample["replyToken"] = world.line.issue(to)
        kinds.add(sample["type"])
        await world.turn(sample)
    assert {"messageEdited", "undefined"} < kinds
    assert len(samples["events"]) == 28
    assert len(world.line.sent) >= 10


@pytest.mark.parametrize(
    "broken",
    [
        {"source": None},
        {"source": {"type": "user"}},
        {"source": {"type": "planet", "planetId": "x"}},
        {"message": None},
        {"message": {"type": "text", "text": None}},
        {"message": {"type": 5}},
        {"webhookEventId": None},
        {"timestamp": "soon"},
        {"deliveryContext": []},
        {"type": "location"},
        {"type": None},
        {"message": {"type": "text", "text": "x", "mention": {"mentionees": [{"isSelf": True}]}}},
    ],
    ids=str,
)
async def test_an_event_of_a_strange_shape_harms_nobody(
    world: World, broken: dict[str, Any]
) -> None:
    await world.turn({**said("やあ", world.line), **broken}, said("次", world.line))
    assert world.bot.heard[-1].text == "次"
