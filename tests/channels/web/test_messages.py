from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from conversations import schema
from conversations.wording import wording
from tests.channels.web.conftest import Server, Visitor, new_id


async def test_a_message_is_taken_in_before_it_is_answered(
    server: Server, visitor: Visitor
) -> None:
    server.bot.delay = 0.3
    message_id = new_id()
    response = await visitor.say("大阪です", message_id)
    assert response.status_code == 202
    now = (await visitor.request("GET", "/history")).json()["messages"]
    assert now[-1]["seq"] == response.json()["seq"]
    assert (now[-1]["text"], now[-1]["client_msg_id"]) == ("大阪です", message_id)
    assert (await visitor.settled())[-1]["text"] == "聞きました: 大阪です"


async def test_a_repeated_message_happens_once(server: Server, visitor: Visitor) -> None:
    message_id = new_id()
    server.bot.delay = 0.05
    answers = await asyncio.gather(*(visitor.say("一度だけ", message_id) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len({answer.json()["seq"] for answer in answers}) == 1
    assert (await visitor.say("別の文でも", message_id.upper())).status_code == 200
    said = await visitor.settled()
    assert [message["text"] for message in said[1:]] == ["一度だけ", "聞きました: 一度だけ"]


async def test_messages_sent_at_once_are_answered_in_their_order(
    server: Server, visitor: Visitor
) -> None:
    server.bot.delay = 0.02
    await asyncio.gather(*(visitor.say(f"{number}番目の話") for number in range(6)))
    said = await visitor.settled()
    asked = [m["text"] for m in said if m["author"] == "customer"]
    answered = [m["text"] for m in said[1:] if m["author"] == "bot"]
    assert answered == [f"聞きました: {text}" for text in asked]


async def test_a_structured_answer_reaches_the_widget(visitor: Visitor) -> None:
    await visitor.say("案内")
    message = (await visitor.settled())[-1]
    assert message["answer"]["kind"] == "plan"
    assert message["answer"]["lead"] == {"text": "案内です"}
    assert message["at"].endswith("Z")


async def test_a_failure_of_the_bot_is_an_apology(visitor: Visitor) -> None:
    assert (await visitor.say("落ちて")).status_code == 202
    assert (await visitor.settled())[-1]["text"] == wording("failure")


async def test_history_comes_in_pages(visitor: Visitor) -> None:
    for number in range(3):
        await visitor.say(f"{number}つめの話")
    said = await visitor.settled()
    pages, after, more = [], 0, True
    while more:
        page = await visitor.request("GET", "/history", params={"after": after, "limit": 3})
        pages += page.json()["messages"]
        after, more = pages[-1]["seq"], page.json()["has_more"]
    assert pages == said
    assert len(said) == 7


async def test_editing_the_sheet_is_a_turn_the_chat_shows(server: Server, visitor: Visitor) -> None:
    body = {"client_msg_id": new_id(), "value": "タイ"}
    first = await visitor.request("PUT", "/sheet/country", json=body)
    again = await visitor.request("PUT", "/sheet/country", json=body)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    said = await visitor.settled()
    assert [message["text"] for message in said[1:]] == ["対象国：タイ", "聞きました: /set=タイ"]
    assert server.bot.heard[-1].trusted
    sheet = (await visitor.request("GET", "/sheet")).json()
    assert sheet["fields"][0]["value"] == "タイ"
    assert sheet["complete"] is True


@pytest.mark.parametrize(
    ("field", "body", "status", "code"),
    [
        ("planet", {"value": "タイ"}, 404, "unknown_field"),
        ("country", {"value": "月"}, 400, "invalid_value"),
        ("country", {"value": 5}, 400, "bad_request"),
        ("country", {}, 400, "bad_request"),
    ],
)
async def test_an_impossible_edit_says_why(
    visitor: Visitor, field: str, body: dict[str, object], status: int, code: str
) -> None:
    body = {"client_msg_id": new_id(), **body}
    response = await visitor.request("PUT", f"/sheet/{field}", json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert len(await visitor.settled()) == 1


async def test_asking_for_a_person_is_a_turn(server: Server, visitor: Visitor) -> None:
    response = await visitor.request("POST", "/handoff", json={"client_msg_id": new_id()})
    assert response.status_code == 202
    said = await visitor.settled()
    assert said[-2]["text"] == "担当者につなぐ"
    assert server.bot.heard[-1].text == "/request_human"


async def test_an_act_cut_off_by_a_crash_is_done_after_the_next_start(
    server: Server, visitor: Visitor
) -> None:
    server.bot.delay = 30
    await visitor.request("POST", "/handoff", json={"client_msg_id": new_id()})
    gate = server.application.gate
    for task in list(gate._answering):
        task.cancel()
    await asyncio.gather(*gate._answering, return_exceptions=True)
    server.bot.delay = 0
    assert await gate.recover() == 1
    assert (await visitor.settled())[-1]["text"] == "聞きました: /request_human"
    assert server.bot.heard[-1].trusted


@pytest.mark.usefixtures("own_server")
async def test_the_last_rating_of_an_answer_counts(server: Server, visitor: Visitor) -> None:
    await visitor.say("やあ")
    said = await visitor.settled()
    seq = said[-1]["seq"]
    ratings = [
        {"seq": seq, "rating": "up"},
        {"seq": seq, "rating": "down", "reason": "wrong", "comment": "金額が違います"},
    ]
    for rating in ratings:
        assert (await visitor.request("POST", "/feedback", json=rating)).status_code == 204
    with server.application.database.read() as connection:
        (kept,) = connection.execute(select(schema.feedback)).all()
    assert (kept.message_id, kept.rating, kept.comment) == (seq, "down", "金額が違います")
    for other in (said[-2]["seq"], 10**9):
        refused = await visitor.request("POST", "/feedback", json={"seq": other, "rating": "up"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "unknown_message")


async def test_a_failing_store_is_tried_again(
    server: Server, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, failures = server.application.gate.store, iter([OSError("disk full")])
    finish = store.finish

    def once_broken(*arguments: object, **options: object) -> object:
        for failure in failures:
            raise failure
        return finish(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "finish", once_broken)
    monkeypatch.setattr("conversations.gate.RETRY_SECONDS", 0.01)
    assert (await visitor.say("聞こえますか")).status_code == 202
    assert (await visitor.settled())[-1]["text"] == "聞きました: 聞こえますか"
