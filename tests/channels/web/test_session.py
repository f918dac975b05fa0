from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select, update

from channels.web.tokens import TOKEN_SECONDS
from conversations import schema
from conversations.sessions import GRACE_SECONDS, RESUME_DAYS
from tests.channels.web.conftest import OTHER_SITE, SITE, WEB, Server, Visitor, new_id, serving
from tests.stores import sqlite_only


async def test_a_session_says_what_the_widget_needs(server: Server) -> None:
    session = (await server.open(locale="ja-easy")).session
    assert len(session["conversation_id"]) == 32
    assert session["expires_in"] == TOKEN_SECONDS
    assert session["resumed"] is False
    assert session["locale"] == "ja-easy"
    assert session["site"] == {"name": "支援センター", "privacy_url": f"{SITE}/privacy"}
    assert session["limits"] == {"max_length": 1000}


async def test_the_site_chooses_the_language_where_the_page_does_not(server: Server) -> None:
    assert (await server.open(OTHER_SITE, "other")).session["locale"] == "en"


async def test_the_bot_greets_first_and_its_greeting_is_stored(visitor: Visitor) -> None:
    (greeting,) = (await visitor.request("GET", "/history")).json()["messages"]
    assert (greeting["author"], greeting["text"]) == ("bot", "ようこそ")
    choice = {"client_msg_id": new_id(), "type": "choice"}
    choice["choice_id"] = greeting["choices"][0]["id"]
    assert (await visitor.request("POST", "/messages", json=choice)).status_code == 202
    said = await visitor.settled()
    assert [(m["author"], m["text"]) for m in said[1:]] == [
        ("customer", "相談"),
        ("bot", "聞きました: /start"),
    ]


async def test_a_greeting_cut_off_by_a_crash_is_said_after_the_next_start(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        visitor = await server.open()
        database = server.application.database
        with database.write() as connection:
            connection.execute(schema.message.delete())
            connection.execute(schema.turn_record.delete())
            connection.execute(update(schema.inbox).values(state="received"))
    async with serving(tmp_path) as again:
        texts: list[str] = []
        for _ in range(100):
            with again.application.database.read() as connection:
                texts = connection.execute(select(schema.message.c.text)).scalars().all()
            if texts:
                break
            # Beside the server, which answers others meanwhile.
            await asyncio.sleep(0.05)
    assert texts == ["ようこそ\n\n1. 相談"]
    assert visitor.session["resumed"] is False


async def test_a_conversation_is_resumed_with_everything_said(server: Server) -> None:
    first = await server.open()
    await first.say("大阪です")
    said = await first.settled()
    again = await server.open(resume_token=first.session["resume_token"])
    assert again.session["resumed"] is True
    assert again.session["conversation_id"] == first.session["conversation_id"]
    assert again.session["resume_token"] != first.session["resume_token"]
    assert await again.settled() == said
    assert await first.settled() == said


@pytest.mark.usefixtures("own_server")
async def test_two_tabs_resume_at_once_and_later_reuse_begins_anew(server: Server) -> None:
    first = await server.open()
    token = first.session["resume_token"]
    tabs = [await server.open(resume_token=token) for _ in range(2)]
    assert {tab.session["conversation_id"] for tab in tabs} == {first.session["conversation_id"]}
    table = schema.resume_token
    with server.application.database.write() as connection:
        older = table.c.used_at - GRACE_SECONDS - 1
        connection.execute(update(table).where(table.c.used_at.isnot(None)).values(used_at=older))
    stale = await server.open(resume_token=token)
    assert stale.session["resumed"] is False
    assert stale.session["conversation_id"] != first.session["conversation_id"]
    for tab in tabs:
        assert (await server.open(resume_token=tab.session["resume_token"])).session["resumed"]


@pytest.mark.usefixtures("own_server")
async def test_an_old_or_foreign_resume_token_begins_anew(server: Server) -> None:
    first = await server.open()
    token = first.session["resume_token"]
    assert not (await server.open(OTHER_SITE, "other", resume_token=token)).session["resumed"]
    assert not (await server.open(resume_token="x" * 43)).session["resumed"]
    with server.application.database.write() as connection:
        age = schema.resume_token.c.created_at - RESUME_DAYS * 86400 - 1
        connection.execute(update(schema.resume_token).values(created_at=age))
    assert not (await server.open(resume_token=token)).session["resumed"]


@pytest.mark.usefixtures("own_server")
@sqlite_only
async def test_no_token_is_stored_readably(server: Server, tmp_path: Path) -> None:
    visitor = await server.open()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.sqlite*"))
    assert visitor.session["conversation_id"].encode() in stored
    assert visitor.session["resume_token"].encode() not in stored
    assert visitor.session["token"].encode() not in stored


async def test_a_token_is_renewed_while_it_is_valid(visitor: Visitor) -> None:
    renewed = (await visitor.request("POST", "/token", json={})).json()
    visitor.headers["Authorization"] = f"Bearer {renewed['token']}"
    assert (await visitor.request("GET", "/history")).status_code == 200


async def test_an_ended_conversation_can_be_read_but_not_continued(
    server: Server, visitor: Visitor
) -> None:
    await visitor.say("やあ")
    said = await visitor.settled()
    assert (await visitor.request("POST", "/end", json={})).status_code == 204
    assert (await visitor.request("POST", "/end", json={})).status_code == 204
    refused = await visitor.say("まだいますか")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conversation_ended")
    body = {"client_msg_id": new_id(), "value": "タイ"}
    assert (await visitor.request("PUT", "/sheet/country", json=body)).status_code == 409
    assert await visitor.settled() == said
    rating = {"seq": said[-1]["seq"], "rating": "up"}
    assert (await visitor.request("POST", "/feedback", json=rating)).status_code == 204
    again = await server.open(resume_token=visitor.session["resume_token"])
    assert again.session["resumed"] is False


async def test_an_erased_conversation_is_gone_everywhere(
    server: Server, visitor: Visitor, tmp_path: Path
) -> None:
    neighbour = await server.open()
    await visitor.say("秘密の計画です")
    said = await visitor.settled()
    rating = {"seq": said[-1]["seq"], "rating": "down", "reason": "other", "comment": "秘密の苦情"}
    assert (await visitor.request("POST", "/feedback", json=rating)).status_code == 204
    assert (await visitor.request("DELETE", "/conversation")).status_code == 204
    for method, path in (("GET", "/history"), ("POST", "/token"), ("DELETE", "/conversation")):
        gone = await visitor.request(method, path)
        assert (gone.status_code, gone.json()["error"]["code"]) == (401, "session_gone")
    assert (await visitor.say("まだ？")).status_code == 401
    again = await server.open(resume_token=visitor.session["resume_token"])
    assert again.session["resumed"] is False
    with server.application.database.read() as connection:
        for table in schema.metadata.sorted_tables:
            if "conversation_id" in table.c:
                ids = connection.execute(select(table.c.conversation_id)).scalars().all()
                assert visitor.stored_id not in ids, table.name
    assert len(await neighbour.settled()) == 1


@pytest.mark.usefixtures("own_server")
async def test_erasing_while_the_answer_is_being_made_leaves_nothing(
    server: Server, visitor: Visitor
) -> None:
    server.bot.delay = 0.2
    assert (await visitor.say("秘密")).status_code == 202
    assert (await visitor.say("もう一つ")).status_code == 202
    assert (await visitor.request("DELETE", "/conversation")).status_code == 204
    await server.application.gate.drain()
    with server.application.database.read() as connection:
        assert connection.execute(select(schema.message)).all() == []
        assert connection.execute(select(schema.conversation)).all() == []


@pytest.mark.parametrize("path", ["/nowhere", "/sheet", "/session/x"])
async def test_unknown_paths_and_methods_answer_in_the_contracts_shape(
    server: Server, path: str
) -> None:
    response = await server.client.patch(f"{WEB}{path}")
    assert response.status_code in (404, 405)
    assert response.json()["error"]["code"] in ("not_found", "method_not_allowed")
