"""A whole consultation over the loopback platform says what REST and the terminal say."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from channels.line.channel import LineChannel
from channels.line.rendering import pack, render
from conversations.choices import finalise
from conversations.ports import IncomingMessage
from tests.channels.line import limits_layer, strict_schema
from tests.channels.line.conftest import schema_is_here
from tests.channels.line.driver import call, event, said
from tests.channels.line.loopback import BOT, Line, platform, readable
from tests.conversations.runner import scenarios
from tsunagari.assembly import Application
from tsunagari.line_setup import locator

CONSULTATION = (
    "海外展開を相談したい",
    "大阪府",
    "東大阪市",
    "金属プレスをしています",
    "ベトナム",
    "販路を広げたい",
    "まだ情報収集の段階です",
    "中小企業です",
    "案内を見せて",
    "その制度の対象は？",
    "出典は？",
    "タイとベトナムを比べて",
)


class Customer:
    """A company on LINE."""

    def __init__(self, application: Application, line: Line) -> None:
        self.id = "U" + uuid.uuid4().hex
        self.conversation = f"line:{BOT}:user:{self.id}"
        self.line = line
        self.channel = LineChannel(application.gate, line.config(), locator(application.sheet))

    async def send(self, one: dict[str, Any]) -> None:
        """Sends an event and waits for its answer."""
        self.channel.answer(self.channel.accept(*call(one)))
        await self.channel.gate.drain()

    async def say(self, text: str) -> None:
        await self.send(said(text, self.line, user=self.id))

    def bodies(self) -> list[dict[str, Any]]:
        log = self.channel.gate.store.log.history(self.conversation)
        return [one.body for one in log if one.author == "bot" and one.body]


@pytest.fixture
async def customer(application: Application) -> AsyncIterator[Customer]:
    async with platform(strict=schema_is_here()) as line:
        customer = Customer(application, line)
        yield customer
        await customer.channel.stop()
        assert line.broken_rules == []


def without_ids(body: dict[str, Any]) -> dict[str, Any]:
    """Returns a message without the ids of its choices, which differ by conversation."""
    # As stored: tuples are lists.
    custom = json.loads(json.dumps(body.get("custom") or {}))
    custom.pop("choices", None)
    titles = [button["title"] for button in body.get("buttons") or []]
    return {"text": body["text"], "custom": custom, "buttons": titles}


def without_notice(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns what follows the notice of what is kept; over REST it stands beside the answer."""
    first, *rest = bodies
    if "notice" in (first.get("custom") or {}):
        assert "データを消して" in first["custom"]["notice"]["text"]
        custom = {key: value for key, value in first["custom"].items() if key != "notice"}
        return [{**first, "custom": custom}, *rest]
    assert "データを消して" in first["text"]
    return rest


def squeezed(text: str) -> str:
    return "".join(text.split())


async def test_a_consultation_on_line_says_what_rest_and_the_terminal_say(
    application: Application, customer: Customer
) -> None:
    said_elsewhere: dict[str, list[dict[str, Any]]] = {}
    for channel in ("rest", "terminal", "web"):
        conversation = f"{channel}:{uuid.uuid4().hex}"
        for text in CONSULTATION:
            reply = await application.gate.receive(
                IncomingMessage(conversation, channel, text=text)
            )
            said_elsewhere.setdefault(channel, []).extend(reply.messages)
    for text in CONSULTATION:
        await customer.say(text)
    on_line = without_notice(customer.bodies())
    for channel, bodies in said_elsewhere.items():
        assert list(map(without_ids, without_notice(bodies))) == list(map(without_ids, on_line)), (
            channel
        )
    plans = [
        body["custom"] for body in map(without_ids, on_line) if body["custom"].get("kind") == "plan"
    ]
    assert plans and plans[-1]["cards"]
    read = squeezed("\n".join(customer.line.texts(customer.id)))
    for plan in plans:
        for card in plan["cards"]:
            assert squeezed(card["title"]) in read
            for point in (card["summary"], *card["reasons"], *card["points"]):
                assert squeezed(point["text"]) in read
                for citation in point["citations"]:
                    assert squeezed(f"「{citation['heading']}」") in read
    cited = set(re.findall(r"「[^」]+」", "\n".join(body["text"] for body in on_line)))
    assert all(squeezed(one) in read for one in cited)
    assert customer.line.count("/push") == 0
    assert customer.line.count("/reply") == len(CONSULTATION)
    assert any(one.message["type"] == "flex" for one in customer.line.sent)


async def test_a_consultation_by_tapping_alone(customer: Customer) -> None:
    await customer.send(event("follow", customer.line, user=customer.id))
    location = {"id": "1", "type": "location", "latitude": 34.679, "longitude": 135.601}
    place = event("message", customer.line, user=customer.id, message={**location, "address": ""})
    await customer.say("海外展開を相談したい")
    await customer.send(place)
    log = customer.channel.gate.store.log.history(customer.conversation)
    assert any("大阪府" in one.text for one in log if one.author == "customer")
    for _ in range(12):
        last = customer.line.sent[-1].message
        replies = last.get("quickReply", {"items": []})["items"]
        if any(one.message["type"] == "flex" for one in customer.line.sent) or not replies:
            break
        data = replies[0]["action"]["data"]
        tapped = event("postback", customer.line, user=customer.id, postback={"data": data})
        await customer.send(tapped)
    assert any(
        "まず相談する先" in readable(one.message)
        for one in customer.line.sent
        if one.message["type"] == "flex"
    )


async def test_an_unsent_message_is_nowhere_in_the_store(customer: Customer) -> None:
    secret = "大阪の新型ドローンの会社です"
    first = said(secret, customer.line, user=customer.id)
    await customer.send(first)
    database = customer.channel.gate.store.database

    def stored() -> str:
        with database.read() as connection:
            return "".join(
                str(connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall())
                for table in ("inbox", "message", "tracker", "tracker_turn")
            )

    assert "新型ドローンの会社" in stored()
    taken_back = {"messageId": first["message"]["id"]}
    await customer.send(event("unsend", user=customer.id, unsend=taken_back))
    assert "新型ドローンの会社" not in stored()
    await customer.say("ベトナムです")
    assert customer.line.texts(customer.id)
    assert "新型ドローンの会社" not in stored()


async def test_every_rich_menu_item_is_answered(customer: Customer) -> None:
    for key in ("start", "plan", "sheet", "human"):
        before = len(customer.line.sent)
        data = {"data": f"menu:{key}"}
        await customer.send(event("postback", customer.line, user=customer.id, postback=data))
        assert len(customer.line.sent) > before


def check(outputs: list[dict[str, Any]]) -> list[str]:
    rendered = render(finalise(outputs)[0])
    packed = [one["message"] for one in pack(rendered.messages, rendered.choices)]
    found = limits_layer.violations(packed) if packed else []
    if schema_is_here() and packed:
        body = {"replyToken": "t", "messages": packed}
        found += strict_schema.problems("ReplyMessageRequest", body)
    return found


def test_every_utterance_of_the_domain_keeps_the_limits(application: Application) -> None:
    responses = application.responder.processor.domain.responses
    assert len(responses) > 50
    for name, variations in responses.items():
        for variation in variations:
            assert check([variation]) == [], name


async def test_every_answer_of_the_scenarios_keeps_the_limits(application: Application) -> None:
    heard = set()
    for scenario in scenarios():
        conversation = f"line-limits:{uuid.uuid4().hex}"
        for turn in scenario.turns:
            if turn.user in heard and len(scenario.turns) == 1:
                continue
            heard.add(turn.user)
            reply = await application.gate.receive(
                IncomingMessage(conversation, "rest", text=turn.user)
            )
            assert check(reply.messages) == [], turn.user
    assert len(heard) > 50
