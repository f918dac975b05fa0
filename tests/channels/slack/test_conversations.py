"""Who is heard where, and where the answer goes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.channels.slack.conftest import STAGES, Running, serving
from tests.channels.slack.driver import CHANNEL, USER
from tests.channels.slack.loopback import BOT_USER, TEAM, LoopbackSlack


async def test_a_direct_message_is_answered_in_the_direct_messages(running: Running) -> None:
    await running.driver.say("こんにちは")
    assert await running.said() == ["聞きました: こんにちは"]
    assert "thread_ts" not in running.slack.posts(running.driver.direct)[0]
    assert running.bot.heard[0].conversation_id == f"slack:{TEAM}:{USER}"


async def test_a_thread_of_the_direct_messages_is_answered_there_in_the_same_conversation(
    running: Running,
) -> None:
    first = await running.driver.say("こんにちは")
    await running.driver.say("続きです", thread=first["ts"])
    await running.settled()
    assert [one.get("thread_ts") for one in running.slack.posts(running.driver.direct)] == [
        None,
        first["ts"],
    ]
    assert len({one.conversation_id for one in running.bot.heard}) == 1


async def test_a_mention_is_answered_once_in_its_thread_and_the_thread_goes_on(
    running: Running,
) -> None:
    event = await running.driver.mention("愛知の窓口は？")
    assert await running.said(CHANNEL) == ["聞きました: 愛知の窓口は？"]
    await running.driver.say("もっと詳しく", channel=CHANNEL, thread=event["ts"])
    assert await running.said(CHANNEL) == ["聞きました: 愛知の窓口は？", "聞きました: もっと詳しく"]
    assert {one["thread_ts"] for one in running.slack.posts(CHANNEL)} == {event["ts"]}
    await running.driver.mention("別の話")
    await running.settled()
    assert len({one.conversation_id for one in running.bot.heard}) == 2


async def test_people_among_themselves_are_not_talked_over(running: Running) -> None:
    await running.driver.say("ただの会話", channel=CHANNEL)
    root = running.driver.typed("人の話", CHANNEL)
    await running.driver.mention("ちなみに制度は？", thread=root["ts"])
    await running.driver.say("なるほど", channel=CHANNEL, thread=root["ts"])
    own = await running.driver.mention("窓口は？")
    await running.driver.say("<@U0OTHER> どう思う？", channel=CHANNEL, thread=own["ts"])
    assert await running.said(CHANNEL) == ["聞きました: ちなみに制度は？", "聞きました: 窓口は？"]


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "channel_join"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"bot_id": "B0OTHER"},
        {"bot_id": "B0BOT", "user": BOT_USER},
        {"user": BOT_USER},
        {"user": None},
    ],
)
async def test_what_no_person_said_is_not_heard(running: Running, more: dict[str, Any]) -> None:
    event = {**running.driver.typed(f"<@{BOT_USER}> やあ"), **more}
    assert (await running.driver.event(event)).status_code == 200
    assert (await running.driver.event({**event, "type": "app_mention"})).status_code == 200
    assert await running.said() == []


async def test_a_file_without_words_is_asked_about_and_never_reaches_the_bot(
    running: Running,
) -> None:
    await running.driver.say("", subtype="file_share", files=[{"id": "F1"}])
    (said,) = await running.said()
    assert "文字で" in said
    assert running.bot.heard == []


async def test_markup_of_slack_does_not_reach_the_bot(running: Running) -> None:
    text = "A&amp;B社 &lt;東京&gt; <https://a.example/?x=1|資料> <#C1|general> *ベトナム* :smile:"
    await running.driver.say(text)
    await running.settled()
    assert running.bot.texts == ["A&B社 <東京> 資料 #general ベトナム"]


@pytest.mark.parametrize("text", ["/restart", '/inform{"stage":"planning"}', "／greet"])
async def test_free_text_is_never_a_command(running: Running, text: str) -> None:
    await running.driver.say(text)
    await running.settled()
    assert not running.bot.heard[0].trusted
    assert not running.bot.heard[0].text.startswith("/")


async def test_six_choices_are_six_buttons_and_one_picked_replaces_them(running: Running) -> None:
    await running.driver.say("段階")
    await running.settled()
    (asked,) = running.slack.posts(running.driver.direct)
    (row,) = [block for block in asked["blocks"] if block["type"] == "actions"]
    assert [button["text"]["text"] for button in row["elements"]] == STAGES
    assert not any("inform" in button["value"] for button in row["elements"])
    assert "1. 情報収集" in asked["text"]
    response = await running.driver.click(asked, "計画づくり")
    assert response.status_code == 200
    assert (await running.said())[-1] == "聞きました: /inform:計画づくり"
    assert running.bot.heard[-1].trusted
    assert not any(block["type"] == "actions" for block in asked["blocks"])
    assert "選択: 計画づくり" in str(asked["blocks"])


async def test_a_double_click_counts_once(running: Running) -> None:
    await running.driver.say("段階")
    await running.settled()
    asked = dict(running.slack.posts(running.driver.direct)[0])
    await asyncio.gather(*(running.driver.click(asked, "進出準備") for _ in range(5)))
    await running.settled()
    assert running.bot.texts == ["段階", "/inform:進出準備"]


async def test_a_choice_by_number_or_title_does_the_same(running: Running) -> None:
    for typed in ("2", "②", "計画づくり"):
        await running.driver.say("段階")
        await running.settled()
        await running.driver.say(typed)
        await running.settled()
        assert running.bot.texts[-1] == "/inform:計画づくり"


@pytest.mark.parametrize("number", [1, 5, 6, 25, 26, 100, 101, 250])
async def test_no_choice_is_ever_dropped(running: Running, number: int) -> None:
    await running.driver.say(f"選択{number}")
    await running.settled()
    (asked,) = running.slack.posts(running.driver.direct)
    offered = [
        label
        for block in asked["blocks"]
        for element in block.get("elements", [])
        if block["type"] == "actions"
        for label in [
            *([element["text"]["text"]] if "text" in element else []),
            *(option["text"]["text"] for option in element.get("options", [])),
        ]
    ]
    assert offered == [f"選択肢{n}" for n in range(number)]
    await running.driver.click(asked, f"選択肢{number - 1}")
    assert (await running.said())[-1] == f"聞きました: /pick:{number - 1}"


async def test_a_choice_of_another_conversation_does_nothing_there(running: Running) -> None:
    await running.driver.say("段階")
    await running.settled()
    asked = running.slack.posts(running.driver.direct)[0]
    running.driver.user = "U0EVIL"
    await running.driver.click(asked, "計画づくり")
    await running.settled()
    assert running.bot.texts == ["段階"]
    assert any(block["type"] == "actions" for block in asked["blocks"])


async def test_choices_in_a_thread_belong_to_it(running: Running) -> None:
    event = await running.driver.mention("段階")
    await running.settled()
    (asked,) = running.slack.posts(CHANNEL)
    await running.driver.click(asked, "計画づくり", channel=CHANNEL)
    await running.settled()
    assert running.slack.posts(CHANNEL)[-1]["thread_ts"] == event["ts"]
    assert running.bot.texts[-1] == "/inform:計画づくり"


async def test_where_a_message_cannot_be_updated_its_response_url_is_used(
    running: Running,
) -> None:
    await running.driver.say("段階")
    await running.settled()
    (asked,) = running.slack.posts(running.driver.direct)
    running.slack.trouble["chat.update"].append(("error", "cant_update_message"))
    await running.driver.click(asked, "計画づくり")
    await running.settled()
    (used,) = [one["uses"] for one in running.slack.responses.values() if one["uses"]]
    assert used[0]["replace_original"] is True
    assert "選択: 計画づくり" in str(asked["blocks"])


async def test_the_slash_command_answers_in_the_direct_messages(running: Running) -> None:
    response = await running.driver.command("愛知の窓口は？")
    assert response.json()["response_type"] == "ephemeral"
    assert "愛知の窓口は？" in response.json()["text"]
    assert await running.said() == ["聞きました: 愛知の窓口は？"]
    helped = (await running.driver.command("ヘルプ")).json()
    assert helped["response_type"] == "ephemeral"
    assert "/tsunagari" in helped["text"]
    await running.settled()
    assert len(running.bot.heard) == 1


async def test_other_workspaces_are_not_answered_unless_allowed(
    slack: LoopbackSlack, tmp_path: Path
) -> None:
    async with serving(slack, tmp_path) as running:
        running.driver.team = "T0STRANGER"
        await running.driver.say("こんにちは")
        await running.driver.mention("こんにちは")
        refused = await running.driver.command("こんにちは")
        assert "使えない" in refused.json()["text"]
        await running.settled()
        assert running.bot.heard == []
    async with serving(slack, tmp_path, teams=frozenset({"T0STRANGER"})) as running:
        running.driver.team = "T0STRANGER"
        await running.driver.say("こんにちは")
        assert await running.said() == ["聞きました: こんにちは"]
        running.driver.team = TEAM
        await running.driver.say("こちらも")
        await running.settled()
        assert running.bot.texts == ["こんにちは"]
