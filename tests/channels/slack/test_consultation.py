"""A whole consultation in Slack with the real bot: the same advice and sources as over REST."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from channels.slack.mrkdwn import unescape
from conversations.ports import IncomingMessage
from tests.channels.slack.conftest import Running, serving
from tests.channels.slack.driver import CHANNEL, USER
from tests.channels.slack.loopback import LoopbackSlack, Message
from tsunagari.assembly import Application

COMPANY = "大阪で金属プレスをやってます。ベトナムに工場出したいけど何から始めたら"
STAGE = "情報収集"
ASIDE = "ちなみにタイの作業員の賃金は？"


@pytest.fixture
async def office(
    slack: LoopbackSlack, tmp_path: Path, application: Application
) -> AsyncIterator[Running]:
    """The real bot in Slack; a person of its own for each test."""
    async with serving(
        slack, tmp_path, application.responder, application.sheet, application.database
    ) as running:
        running.driver.user = f"U{uuid.uuid4().hex[:10].upper()}"
        yield running


async def over_rest(application: Application, *said: str) -> list[dict[str, Any]]:
    """What the bot answers to the last of these over REST."""
    conversation = f"rest:{uuid.uuid4()}"
    messages: list[dict[str, Any]] = []
    for text in said:
        reply = await application.gate.receive(IncomingMessage(conversation, "rest", text=text))
        messages = reply.messages
    return messages


def plan_of(messages: list[dict[str, Any]]) -> dict[str, Any]:
    (plan,) = [m["custom"] for m in messages if m.get("custom", {}).get("kind") == "plan"]
    return plan


def titles(posts: list[Message]) -> list[str]:
    """Names of the cards, in order."""
    return [
        unescape(block["text"]["text"].partition("\n")[0].strip("*"))
        for post in posts
        for block in post["blocks"]
        if block["type"] == "section" and block["text"]["text"].startswith("*")
    ]


def below(posts: list[Message]) -> str:
    """Everything in small print: sources and present status."""
    return unescape(
        "\n".join(
            element["text"]
            for post in posts
            for block in post["blocks"]
            if block["type"] == "context"
            for element in block["elements"]
        )
    )


def citations(value: Any) -> set[tuple[str, str, str]]:
    """Every (title, heading, source) an answer cites."""
    if isinstance(value, dict):
        if "heading" in value and "document" in value:
            return {(value["title"], value["heading"], value["source"] or "")}
        return set().union(*map(citations, value.values())) if value else set()
    if isinstance(value, (list, tuple)):
        return set().union(*map(citations, value)) if value else set()
    return set()


def check_plan(posts: list[Message], plan: dict[str, Any]) -> None:
    assert titles(posts) == [card["title"] for card in plan["cards"]]
    assert len(plan["cards"]) > 5
    small = below(posts)
    cited = citations(plan)
    assert cited
    for title, heading, source in cited:
        assert title in small
        assert f"「{heading}」" + (f"（{source}）" if source else "") in small
    whole = unescape("\n".join(post["text"] for post in posts))
    for card in plan["cards"]:
        assert card["summary"]["text"] in whole
        for reason in card["reasons"]:
            assert reason["text"] in whole
        if card["status"]:
            assert card["status"]["text"] in small


async def test_the_same_advice_and_sources_as_over_rest(
    office: Running, application: Application
) -> None:
    driver, slack = office.driver, office.slack
    await driver.say(COMPANY)
    await office.settled()
    asked = slack.posts(driver.direct)[-1]
    await driver.say(ASIDE)
    assert "366" in "".join((await office.said())[-2:])
    # The question before still has its buttons.
    before = len(slack.posts(driver.direct))
    assert (await driver.click(asked, STAGE)).status_code == 200
    await office.settled()
    posts = slack.posts(driver.direct)[before:]
    plan = plan_of(await over_rest(application, COMPANY, ASIDE, STAGE))
    check_plan(posts, plan)
    assert any(block.get("block_id") == "sheet" for block in posts[-1]["blocks"])
    assert f"選択: {STAGE}" in str(asked["blocks"])


async def test_a_thread_of_a_channel_carries_a_whole_consultation(
    office: Running, application: Application
) -> None:
    driver, slack = office.driver, office.slack
    event = await driver.mention(COMPANY)
    await office.settled()
    await driver.click(slack.posts(CHANNEL)[-1], STAGE, channel=CHANNEL)
    await office.settled()
    posts = slack.posts(CHANNEL)
    assert {post["thread_ts"] for post in posts} == {event["ts"]}
    check_plan(posts[1:], plan_of(await over_rest(application, COMPANY, STAGE)))


async def test_a_change_in_the_modal_is_a_correction_with_a_new_plan(
    office: Running, application: Application
) -> None:
    driver, slack = office.driver, office.slack
    await driver.say(COMPANY)
    await office.settled()
    await driver.say(STAGE)
    await office.settled()
    await driver.click(slack.posts(driver.direct)[-1], "カルテを編集")
    view = slack.views[-1]
    fields = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert fields["prefecture"]["initial_option"]["value"] == "大阪府"
    assert fields["business"]["initial_value"] == "金属プレス"
    before = len(slack.posts(driver.direct))
    await driver.submit(view, prefecture="愛知県", country="country.thailand")
    await office.settled()
    posts = slack.posts(driver.direct)[before:]
    said = "".join(post["text"] for post in posts)
    assert "愛知県" in said
    assert "タイ" in said
    assert "出典" in said
    values = {
        field["id"]: field["value"]
        for field in application.sheet.read(f"slack:T0HOME:{driver.user}")["fields"]
    }
    assert values["prefecture"] == "愛知県"
    assert values["country"] == "country.thailand"
    assert values["stage"] == "collecting"


async def test_app_home_shows_the_real_sheet(office: Running) -> None:
    event = {"type": "app_home_opened", "user": office.driver.user, "tab": "home"}
    await office.driver.event(event)
    await office.driver.say(COMPANY)
    await office.settled()
    shown = str(office.slack.homes[office.driver.user])
    assert "大阪府" in shown
    assert "金属プレス" in shown


@pytest.mark.parametrize(
    "text",
    [
        "制度を全部教えて",
        "タイとベトナムの投資環境を比べて",
        "MOBIOはいまもありますか",
        "インドネシアの法人税は？",
        "今日の天気は",
        "相談カルテを見せて",
        "担当者につないで",
        "窓口の一覧",
        "この資料は誰が作ったの",
    ],
)
async def test_slack_takes_what_every_action_says(office: Running, text: str) -> None:
    """The loopback refuses what breaks a limit, and the fixture looks whether it had to."""
    await office.driver.say(text)
    (first, *_) = await office.said()
    assert first.strip()
    assert all(post["blocks"] for post in office.slack.posts(office.driver.direct))
    assert USER not in first
