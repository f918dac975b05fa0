"""What strangers, other sites and broken clients can do: nothing."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from channels.web import tokens
from conversations import schema
from tests.channels.web.conftest import (
    EVIL,
    OTHER_SITE,
    SITE,
    WEB,
    Server,
    Visitor,
    code,
    new_id,
    serving,
)

ROUTES = [
    ("POST", "/token"),
    ("GET", "/events"),
    ("POST", "/messages"),
    ("GET", "/history"),
    ("GET", "/sheet"),
    ("PUT", "/sheet/country"),
    ("POST", "/feedback"),
    ("POST", "/handoff"),
    ("POST", "/end"),
    ("DELETE", "/conversation"),
]


# --- other origins -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        EVIL,
        OTHER_SITE,
        "null",
        SITE + ":8443",
        "http://center.example",
        SITE + ".evil.example",
        "https://xcenter.example",
        None,
    ],
)
@pytest.mark.usefixtures("own_server")
async def test_a_session_is_opened_only_from_the_sites_own_pages(
    server: Server, origin: str | None
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    response = await server.client.post(
        f"{WEB}/session", json={"site_key": "center"}, headers=headers
    )
    assert code(response) == (403, "origin_not_allowed")
    with server.application.database.read() as connection:
        assert connection.execute(select(schema.conversation)).all() == []


async def test_an_unknown_site_key_opens_nothing(server: Server) -> None:
    response = await server.client.post(
        f"{WEB}/session", json={"site_key": "nobody"}, headers={"Origin": SITE}
    )
    assert code(response) == (404, "unknown_site")


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("origin", [EVIL, OTHER_SITE])
async def test_a_token_works_only_on_its_own_pages(
    visitor: Visitor, method: str, path: str, origin: str
) -> None:
    visitor.headers["Origin"] = origin
    assert code(await visitor.request(method, path)) == (403, "origin_not_allowed")


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[0] != "GET"])
async def test_writing_needs_an_origin(visitor: Visitor, method: str, path: str) -> None:
    del visitor.headers["Origin"]
    assert code(await visitor.request(method, path)) == (403, "origin_not_allowed")


async def test_browsers_may_read_their_own_site_without_an_origin(visitor: Visitor) -> None:
    del visitor.headers["Origin"]
    assert (await visitor.request("GET", "/history")).status_code == 200


async def test_cross_origin_headers_name_the_one_origin_that_asked(
    server: Server, visitor: Visitor
) -> None:
    for response in (
        await visitor.request("GET", "/history"),
        await visitor.say(""),
        await visitor.request("OPTIONS", "/messages"),
    ):
        assert response.headers["access-control-allow-origin"] == SITE
        assert response.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in response.headers
    for method, path in (*ROUTES, ("POST", "/session"), ("OPTIONS", "/messages")):
        response = await server.client.request(method, f"{WEB}{path}", headers={"Origin": EVIL})
        assert response.status_code in (400, 401, 403)
        assert "access-control-allow-origin" not in response.headers
        assert response.headers["vary"] == "Origin"


async def test_preflight_allows_what_the_widget_sends(server: Server) -> None:
    response = await server.client.options(f"{WEB}/sheet/country", headers={"Origin": SITE})
    assert response.status_code == 204
    assert "PUT" in response.headers["access-control-allow-methods"]
    for name in ("Authorization", "Content-Type", "Last-Event-ID"):
        assert name in response.headers["access-control-allow-headers"]


# --- tokens ------------------------------------------------------------------------------


def forged(token: str, **changes: Any) -> str:
    body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    for place, value in changes.items():
        claims[int(place[1:])] = value
    again = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{again}.{signature}"


async def test_a_forged_token_opens_nothing(server: Server, visitor: Visitor) -> None:
    victim = await server.open()
    token = visitor.session["token"]
    body, signature = token.split(".")
    attempts = {
        "someone else's conversation": forged(token, _0=victim.session["conversation_id"]),
        "another site": forged(token, _1="other"),
        "another origin": forged(token, _2=EVIL),
        "a longer life": forged(token, _3=2**40),
        "no signature": f"{body}.",
        "half a signature": f"{body}.{signature[:20]}",
        "no body": f".{signature}",
        "not base64": "%%%.%%%",
        "empty": "",
        "very long": "a" * 5000,
        "a dot": ".",
        "the resume token": visitor.session["resume_token"],
        "the conversation id": visitor.session["conversation_id"],
    }
    for name, attempt in attempts.items():
        headers = {"Authorization": f"Bearer {attempt}".strip()}
        response = await visitor.request("GET", "/history", headers=headers)
        assert response.status_code == 401, name
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["", "Bearer", "Basic eDp4", "token"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_nothing_works_without_a_token(
    visitor: Visitor, method: str, path: str, header: str
) -> None:
    visitor.headers["Authorization"] = header
    assert code(await visitor.request(method, path)) == (401, "token_missing")


async def test_an_expired_token_is_refused(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "TOKEN_SECONDS", -1)
    renewed = (await visitor.request("POST", "/token", json={})).json()["token"]
    monkeypatch.undo()
    visitor.headers["Authorization"] = f"Bearer {renewed}"
    for method, path in ROUTES:
        assert code(await visitor.request(method, path)) == (401, "token_expired")


async def test_another_installations_token_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    async with serving(tmp_path / "a") as one, serving(tmp_path / "b") as two:
        visitor = await one.open()
        visitor.server = two
        assert code(await visitor.request("GET", "/history")) == (401, "token_invalid")


async def test_a_site_taken_off_the_list_is_shut_out_at_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        visitor = await server.open(OTHER_SITE, "other")
    only = tmp_path / "only.yml"
    only.write_text(f"- {{key: center, name: x, origins: ['{SITE}']}}", encoding="utf-8")
    async with serving(tmp_path, sites_file=only) as server:
        visitor.server = server
        assert code(await visitor.request("GET", "/history")) == (403, "origin_not_allowed")


# --- someone else's conversation ---------------------------------------------------------


async def test_nobody_reaches_another_conversation(server: Server, visitor: Visitor) -> None:
    victim = await server.open()
    await victim.say("秘密の計画です")
    secret = await victim.settled()
    message_id = secret[1]["client_msg_id"]
    stolen = {"client_msg_id": new_id(), "type": "choice"}
    stolen["choice_id"] = secret[0]["choices"][0]["id"]
    assert code(await visitor.request("POST", "/messages", json=stolen)) == (404, "unknown_choice")
    rating = {"seq": secret[0]["seq"], "rating": "down"}
    assert code(await visitor.request("POST", "/feedback", json=rating)) == (404, "unknown_message")
    params = {"conversation_id": victim.session["conversation_id"], "limit": 200}
    seen = (await visitor.request("GET", "/history", params=params)).text
    assert "秘密" not in seen
    # The other's message id means nothing here: it is a new message of one's own.
    assert (await visitor.say("わたしの話", message_id)).status_code == 202
    await visitor.settled()
    assert await victim.settled() == secret
    async with visitor.events(params={"after": 0}) as stream:
        texts = await stream.texts(3)
    assert texts == ["ようこそ", "わたしの話", "聞きました: わたしの話"]


@pytest.mark.usefixtures("own_server")
async def test_the_id_of_an_act_is_not_guessable(visitor: Visitor, server: Server) -> None:
    await visitor.request("POST", "/handoff", json={"client_msg_id": new_id()})
    await visitor.settled()
    with server.application.database.read() as connection:
        ids = connection.execute(select(schema.choice.c.id)).scalars().all()
    acts = [one for one in ids if one.startswith("act-")]
    assert len(acts) == 2
    assert all(len(one) == 20 for one in acts)
