"""What people may send over the web channel: sizes, shapes, texts; nothing is a command."""

from __future__ import annotations

import json

import pytest

from channels.web.bodies import MAX_BODY
from tests.channels.web.conftest import (
    JSON,
    SITE,
    WEB,
    Server,
    Visitor,
    code,
    new_id,
)

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
