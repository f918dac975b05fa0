"""What strangers, other sites and broken clients can do: nothing."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from channels.web import tokens
from channels.web.bodies import MAX_BODY
from channels.web.limits import MemoryRateLimiter
from conversations import schema
from tests.channels.web.conftest import (
    EVIL,
    JSON,
    OTHER_SITE,
    SITE,
    WEB,
    Server,
    Visitor,
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


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


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


# --- what is sent ------------------------------------------------------------------------


async def test_large_bodies_are_refused(server: Server, visitor: Visitor) -> None:
    for size in (MAX_BODY + 1, 200_000, 2_000_000):
        body = b'{"text": "' + b"a" * size + b'"}'
        for method, path in (("POST", "/messages"), ("PUT", "/sheet/country")):
            response = await visitor.request(method, path, content=body, headers=JSON)
            assert code(response) == (413, "too_large")
    response = await server.client.post(
        f"{WEB}/session", content=b"x" * 200_000, headers={"Origin": SITE, **JSON}
    )
    assert code(response) == (413, "too_large")
    assert len(await visitor.settled()) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"[]",
        b"null",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"a":' * 3000,
        b"{}",
        b'{"type": "text"}',
        b'{"client_msg_id": 5}',
    ],
    ids=lambda body: ascii(body[:12]),
)
async def test_broken_bodies_are_refused(visitor: Visitor, body: bytes) -> None:
    for method, path in (("POST", "/messages"), ("PUT", "/sheet/country"), ("POST", "/feedback")):
        response = await visitor.request(method, path, content=body, headers=JSON)
        assert response.status_code == 400
        assert response.json()["error"]["message"]


async def test_only_json_is_read(visitor: Visitor) -> None:
    body = json.dumps({"client_msg_id": new_id(), "type": "text", "text": "x"})
    for content_type in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"Content-Type": content_type}
        response = await visitor.request("POST", "/messages", content=body, headers=headers)
        assert code(response) == (400, "not_json")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "invalid_text"),
        ("  \n\t　", "invalid_text"),
        ("a\x00b", "invalid_text"),
        ("\x1b[31m赤", "invalid_text"),
        ("\x85", "invalid_text"),
        ("戻る\rだけ", "invalid_text"),
        ("\ud800", "invalid_text"),
        ("前\udfffの", "invalid_text"),
        ("あ" * 1001, "too_long"),
        ("𠮷" * 501, "too_long"),
    ],
    ids=lambda text: ascii(text[:8]),
)
async def test_text_that_no_person_types_is_refused(
    visitor: Visitor, text: str, reason: str
) -> None:
    response = await visitor.say(text)
    assert code(response) == (400, reason)
    body = json.dumps({"client_msg_id": new_id(), "value": text})
    edit = await visitor.request("PUT", "/sheet/country", content=body, headers=JSON)
    assert code(edit) == (400, reason)
    assert len(await visitor.settled()) == 1


@pytest.mark.parametrize(
    "text",
    ["あ" * 1000, "𠮷" * 500, "一行目\n\t二行目", "一行目\r\n二行目", "👩‍👩‍👧 です"],
    ids=lambda text: ascii(text[:6]),
)
async def test_text_that_people_type_is_taken(visitor: Visitor, text: str) -> None:
    assert (await visitor.say(text)).status_code == 202
    said = await visitor.settled()
    assert said[1]["text"] == text.replace("\r\n", "\n")


NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "[押して](javascript:alert(1))",
    "'; DROP TABLE message; --",
    "{{7*7}} ${7*7} %(x)s {slot}",
    "\u202eevil",
    "data: x\n\nevent: state\ndata: {}",
]


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text[:10]))
async def test_markup_in_every_field_stays_text(
    server: Server, visitor: Visitor, text: str
) -> None:
    assert (await visitor.say(text)).status_code == 202
    said = await visitor.settled()
    assert said[1]["text"].replace("\u202e", "") == text.replace("\u202e", "")
    rating = {"seq": said[-1]["seq"], "rating": "down", "comment": text}
    assert (await visitor.request("POST", "/feedback", json=rating)).status_code == 204
    body = {"client_msg_id": new_id(), "value": text}
    assert (await visitor.request("PUT", "/sheet/country", json=body)).status_code == 202
    async with visitor.events() as stream:
        streamed = [(await stream.next("message"))["data"] for _ in await visitor.settled()]
    assert streamed == await visitor.settled()
    fields = [
        ("POST", "/messages", {"client_msg_id": text, "type": "text", "text": "x"}),
        ("POST", "/messages", {"client_msg_id": new_id(), "type": text, "text": "x"}),
        ("POST", "/messages", {"client_msg_id": new_id(), "type": "choice", "choice_id": text}),
        ("POST", "/feedback", {"seq": text, "rating": "up"}),
        ("POST", "/feedback", {"seq": said[-1]["seq"], "rating": text}),
        ("POST", "/feedback", {"seq": said[-1]["seq"], "rating": "up", "reason": text}),
        ("POST", "/handoff", {"client_msg_id": text}),
    ]
    for method, path, fields_of_body in fields:
        response = await visitor.request(method, path, json=fields_of_body)
        assert response.status_code in (400, 404)
        assert response.headers["content-type"] == "application/json"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert text not in response.text
    for key in ("site_key", "locale", "resume_token"):
        response = await server.client.post(
            f"{WEB}/session", json={"site_key": "center", key: text}, headers={"Origin": SITE}
        )
        assert response.status_code in (200, 400, 404)
        assert text not in response.text


@pytest.mark.parametrize(
    "text",
    [
        '/inform{"country": "country.thailand"}',
        "/restart",
        "/greet",
        "／restart",
        " /request_human",
    ],
)
async def test_free_text_is_never_a_command(server: Server, visitor: Visitor, text: str) -> None:
    await visitor.say(text)
    said = await visitor.settled()
    heard = server.bot.heard[-1]
    assert not heard.trusted
    assert not heard.text.startswith("/")
    assert said[1]["text"] == text.strip()


@pytest.mark.parametrize("value", ["-1", "abc", "1e3", "99999999999999999999", "１", "0x10"])
async def test_odd_positions_are_refused(visitor: Visitor, value: str) -> None:
    for name in ("after", "limit"):
        response = await visitor.request("GET", "/history", params={name: value})
        assert response.status_code == 400
    response = await visitor.request("GET", "/events", headers={"Last-Event-ID": value.encode()})
    assert response.status_code == 400


# --- floods ------------------------------------------------------------------------------


async def test_a_hundred_messages_at_once_stop_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow this machine is, all of them come within the same second.
    monkeypatch.setattr(MemoryRateLimiter.__init__, "__defaults__", (lambda: 0.0,))
    async with serving(tmp_path, limits={}) as server:
        flooder, neighbour = await server.open(), await server.open()
        answers = await asyncio.gather(*(flooder.say(f"{n}通目です") for n in range(100)))
        counts = [answer.status_code for answer in answers]
        assert counts.count(202) == 20
        assert counts.count(429) == 80
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert code(refused) == (429, "too_many_requests")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        # 60 writing requests a minute come from one address, whoever makes them.
        assert (await neighbour.say("こんにちは")).status_code == 429
        assert len(await flooder.settled()) == 41


async def test_sessions_are_counted_by_address_but_resuming_is_not_one(tmp_path: Path) -> None:
    async with serving(tmp_path, limits={}) as server:
        visitors = [await server.open() for _ in range(10)]
        refused = await server.client.post(
            f"{WEB}/session", json={"site_key": "center"}, headers={"Origin": SITE}
        )
        assert code(refused) == (429, "too_many_requests")
        again = await server.open(resume_token=visitors[0].session["resume_token"])
        assert again.session["resumed"] is True
        with server.application.database.read() as connection:
            counted = select(func.count()).select_from(schema.web_session)
            assert connection.execute(counted).scalar_one() == 10


@pytest.mark.parametrize("trusted", [False, True])
async def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    tmp_path: Path, trusted: bool
) -> None:
    proxies = ("127.0.0.1",) if trusted else ()
    limits = {"sessions": 1, "ip": 100}
    async with serving(tmp_path, limits=limits, trusted_proxies=proxies, public=True) as server:
        statuses = []
        for client in ("203.0.113.1", "203.0.113.2", "6.6.6.6, 203.0.113.2"):
            headers = {"Origin": SITE, "X-Forwarded-For": client}
            response = await server.client.post(
                f"{WEB}/session", json={"site_key": "center"}, headers=headers
            )
            statuses.append(response.status_code)
    assert statuses == ([200, 200, 429] if trusted else [200, 429, 429])


async def test_public_mode_closes_rest_and_serves_the_website(tmp_path: Path) -> None:
    async with serving(tmp_path, public=True) as server:
        rest = await server.client.post(
            "/webhooks/rest/webhook", json={"sender": "a", "message": "x"}
        )
        assert rest.status_code == 404
        visitor = await server.open()
        assert (await visitor.say("やあ")).status_code == 202
        await visitor.settled()
