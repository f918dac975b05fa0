from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import insert

from channels.web import events
from conversations import schema
from conversations.rows import ADD_MESSAGE
from desk.model import Staff
from desk.taking_back import take_back
from tests.channels.web.conftest import Server, Visitor, new_id, serving


async def test_a_stream_replays_and_then_follows(visitor: Visitor) -> None:
    async with visitor.events() as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["x-accel-buffering"] == "no"
        assert stream.response.headers["cache-control"] == "no-store"
        assert await stream.texts(1) == ["ようこそ"]
        sent = (await visitor.say("大阪です")).json()["seq"]
        mine = await stream.next("message")
        assert (mine["id"], mine["data"]["seq"]) == (str(sent), sent)
        assert await stream.texts(1) == ["聞きました: 大阪です"]
    assert await visitor.settled()


async def test_the_stream_and_the_history_say_the_same(visitor: Visitor) -> None:
    await visitor.say("案内")
    said = await visitor.settled()
    async with visitor.events() as stream:
        assert [(await stream.next("message"))["data"] for _ in said] == said


@pytest.mark.parametrize("how", ["header", "parameter"])
async def test_a_reconnect_gets_exactly_what_it_missed(visitor: Visitor, how: str) -> None:
    async with visitor.events() as stream:
        last = (await stream.next("message"))["id"]
    await visitor.say("電車の中です")
    await visitor.settled()
    options = (
        {"headers": {"Last-Event-ID": last}} if how == "header" else {"params": {"after": last}}
    )
    async with visitor.events(**options) as stream:
        assert await stream.texts(2) == ["電車の中です", "聞きました: 電車の中です"]


async def test_all_tabs_see_everything(visitor: Visitor) -> None:
    async with visitor.events() as one, visitor.events() as two:
        await one.texts(1), await two.texts(1)
        await visitor.say("やあ")
        assert await one.texts(2) == await two.texts(2) == ["やあ", "聞きました: やあ"]


async def test_typing_is_shown_while_the_bot_answers(server: Server, visitor: Visitor) -> None:
    async with visitor.events() as stream:
        await stream.next("state")
        server.bot.delay = 0.2
        await visitor.say("やあ")
        seen = [await stream.next("message", "typing") for _ in range(4)]
    shown = [e["data"].get("text") or e["data"]["on"] for e in seen]
    assert shown in (
        [True, "やあ", "聞きました: やあ", False],
        ["やあ", True, "聞きました: やあ", False],
    )


async def test_the_sheet_comes_at_once_and_after_each_change(visitor: Visitor) -> None:
    async with visitor.events() as stream:
        assert (await stream.next("sheet"))["data"]["fields"][0]["value"] is None
        assert (await stream.next("state"))["data"] == {"state": "BOT"}
        await visitor.say("何も変わらない話")
        body = {"client_msg_id": new_id(), "value": "タイ"}
        await visitor.request("PUT", "/sheet/country", json=body)
        changed = await stream.next("sheet")
    assert changed["data"]["fields"][0]["value"] == "タイ"


async def test_ending_closes_the_state_and_erasing_ends_the_stream(visitor: Visitor) -> None:
    async with visitor.events() as stream:
        await stream.next("state")
        await visitor.request("POST", "/end", json={})
        assert (await stream.next("state"))["data"] == {"state": "CLOSED"}
        await visitor.request("DELETE", "/conversation")
        with pytest.raises(EOFError):
            await stream.next()


async def test_a_conversation_held_by_a_person_says_so(server: Server, visitor: Visitor) -> None:
    with server.application.database.write() as connection:
        connection.execute(
            insert(schema.ownership).values(
                conversation_id=visitor.stored_id, state="HUMAN", owner="U1", updated_at=0.0
            )
        )
    async with visitor.events() as stream:
        held = (await stream.next("state"))["data"]
    assert held == {"state": "HUMAN", "owner": "担当者"}


async def test_what_another_process_writes_arrives(visitor: Visitor, server: Server) -> None:
    async with visitor.events() as stream:
        await stream.next("state")
        with server.application.database.write() as connection:
            connection.execute(
                ADD_MESSAGE,
                {
                    "conversation_id": visitor.stored_id,
                    "inbox_id": None,
                    "author": "staff",
                    "text": "担当の佐藤です",
                    "body": None,
                    "created_at": time.time(),
                },
            )
        message = (await asyncio.wait_for(stream.next("message"), 3))["data"]
    assert (message["author"], message["text"]) == ("staff", "担当の佐藤です")


async def test_what_the_staff_takes_back_goes_from_open_pages(
    visitor: Visitor, server: Server
) -> None:
    desk, staff = server.application.desk, Staff("sato", "佐藤")
    async with visitor.events() as stream:
        await stream.next("state")
        desk.request(visitor.stored_id, "asked", "", True, {})
        desk.claim(visitor.stored_id, staff)
        seq = desk.say(visitor.stored_id, staff, "間違えて送りました", "one")
        while (await stream.next("message"))["data"]["seq"] != seq:
            pass
        take_back(desk, visitor.stored_id, staff, "one")
        changed = await asyncio.wait_for(stream.next("changed"), 5)
    assert changed["data"]["seq"] == seq
    assert changed["data"]["taken_back"] and "取り消しました" in changed["data"]["text"]
    assert "id" not in changed
    # A page that was away then is told when it comes back, and by the history too.
    async with visitor.events(params={"after": seq}) as stream:
        assert (await stream.next("changed"))["data"] == changed["data"]
    page = (await visitor.request("GET", "/history", params={"after": seq})).json()
    assert page["changed"] == [changed["data"]]
    whole = (await visitor.request("GET", "/history", params={"limit": 200})).json()
    assert changed["data"] in whole["messages"] and whole["changed"] == []


async def test_a_quiet_stream_is_kept_alive(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PING_SECONDS", 0.05)
    async with visitor.events() as stream:
        lines = []
        async for line in stream.response.aiter_lines():
            lines.append(line)
            if lines.count(": ping") == 2:
                break


async def test_a_stream_ends_with_its_token(
    server: Server, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.web.tokens.TokenSigner.remaining", lambda *_: 0.2)
    async with visitor.events() as stream:
        with pytest.raises(EOFError):
            while True:
                await stream.next()
    assert server.application.gate.live.count(visitor.stored_id) == 0


async def test_a_visitor_who_leaves_is_forgotten(server: Server, visitor: Visitor) -> None:
    live = server.application.gate.live
    async with visitor.events() as stream:
        await stream.next("state")
        assert live.count(visitor.stored_id) == 1
    for _ in range(50):
        if not live.count(visitor.stored_id):
            break
        await asyncio.sleep(0.02)
    assert live.count(visitor.stored_id) == 0


async def test_a_stopping_server_lets_its_streams_go(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        async with serving(tmp_path) as server:
            visitor = await server.open()
            stream = await stack.enter_async_context(visitor.events())
            await stream.next("state")
        with pytest.raises(EOFError):
            await asyncio.wait_for(stream.next(), 5)


async def test_an_answer_survives_the_stop_of_the_server(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        visitor = await server.open()
        server.bot.delay = 0.3
        await visitor.say("最後の質問")
    async with serving(tmp_path) as server:
        again = await server.open(resume_token=visitor.session["resume_token"])
        texts = [message["text"] for message in await again.settled()]
    assert texts == ["ようこそ", "最後の質問", "聞きました: 最後の質問"]


@pytest.mark.usefixtures("own_server")
async def test_a_hundred_open_streams_do_not_slow_a_turn(server: Server) -> None:
    talker = await server.open()

    async def turn() -> float:
        began = time.perf_counter()
        await talker.say("やあ")
        await server.application.gate.drain()
        return time.perf_counter() - began

    alone = sorted([await turn() for _ in range(20)])[10]
    async with AsyncExitStack() as stack:
        for _ in range(100):
            listener = await server.open()
            stream = await stack.enter_async_context(listener.events())
            await stream.next("state")
        assert len(server.application.gate.live._followers) == 100
        crowded = sorted([await turn() for _ in range(20)])[10]
    assert crowded < alone * 3 + 0.01


async def test_too_many_streams_of_one_conversation_are_refused(visitor: Visitor) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(10):
            stream = await stack.enter_async_context(visitor.events())
            await stream.next("state")
        refused = await visitor.request("GET", "/events")
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_streams")
        assert int(refused.headers["retry-after"]) > 0
