from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from tsunagari import light_imports

light_imports.install()

from sanic import Sanic  # noqa: E402
from sanic.compat import Header  # noqa: E402
from sanic.exceptions import PayloadTooLarge  # noqa: E402
from sanic.request import Request  # noqa: E402

from conversations.database import Database  # noqa: E402
from conversations.gate import Gate  # noqa: E402
from conversations.ports import OutputDict, Utterance  # noqa: E402
from conversations.store import ConversationStore  # noqa: E402
from conversations.wording import wording  # noqa: E402
from tsunagari.assembly import Application  # noqa: E402
from tsunagari.server import MAX_BODY, ContractErrors, create_app  # noqa: E402
from tsunagari.settings import Settings  # noqa: E402

WEBHOOK = "/webhooks/rest/webhook"
JAPANESE = re.compile("[ぁ-ん]")


class Bot:
    async def respond(self, utterance: Utterance) -> Sequence[OutputDict]:
        if utterance.text == "落ちて":
            raise RuntimeError("boom")
        return [
            {
                "text": f"聞きました: {utterance.text}",
                "buttons": [{"title": "はい", "payload": "/affirm"}],
                "custom": {"lead": "x"},
            }
        ]


def ascii_head(text: str) -> str:
    return ascii(text[:12])


async def client_for(tmp_path: Path, **options: Any) -> httpx.AsyncClient:
    Sanic.test_mode = True
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    settings = Settings(root=tmp_path, database_url="", **options)
    bot = Bot()
    gate = Gate(ConversationStore(database), bot)
    Sanic._app_registry.pop("tsunagari", None)
    app = create_app(Application(settings, database, gate, bot))
    await app._startup()
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with await client_for(tmp_path) as client:
        yield client


async def test_a_message_is_answered_in_one_dict_per_utterance(client: httpx.AsyncClient) -> None:
    response = await client.post(WEBHOOK, json={"sender": "a", "message": "やあ"})
    assert response.status_code == 200
    (message,) = response.json()
    assert message["text"] == "聞きました: やあ\n\n1. はい"
    assert message["custom"] == {"lead": "x"}
    assert message["buttons"][0]["title"] == "はい"
    assert "affirm" not in response.text
    chosen = await client.post(
        WEBHOOK, json={"sender": "a", "message": message["buttons"][0]["payload"]}
    )
    assert chosen.json()[0]["text"].startswith("聞きました: /affirm")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"message": "x"}',
        b'{"sender": "", "message": "x"}',
        b'{"sender": null, "message": "x"}',
        b'{"sender": 5, "message": "x"}',
        b'{"sender": "a"}',
        b'{"sender": "a", "message": null}',
        b'{"sender": "a", "message": {"text": "x"}}',
        b'{"sender": "a", "message": "x", "message_id": 7}',
        b'{"sender": "a", "message": "\xff"}',
        b'{"sender": "\\ud800", "message": "x"}',
        b'{"sender": "a\\u0000b", "message": "x"}',
        b'{"sender": "a", "message": "x", "message_id": "\\udfff"}',
        b'{"sender": "' + b"a" * 300 + b'", "message": "x"}',
    ],
    ids=lambda body: body[:30].decode("ascii", "replace"),
)
async def test_a_broken_request_is_a_400_that_says_why(
    client: httpx.AsyncClient, body: bytes
) -> None:
    response = await client.post(WEBHOOK, content=body)
    assert response.status_code == 400
    assert JAPANESE.search(response.json()["error"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", WEBHOOK, 405),
        ("POST", "/webhooks/rest/nowhere", 404),
    ],
)
async def test_what_never_reaches_the_webhook_is_refused_in_japanese(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    response = await client.request(method, path)
    assert response.status_code == status
    assert JAPANESE.search(response.json()["error"])


async def test_nobody_shares_a_default_conversation(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await client.post(WEBHOOK, json={"message": "x"})
    with Database(f"sqlite:///{tmp_path / 'store.sqlite'}").read() as connection:
        assert connection.exec_driver_sql("select count(*) from conversation").scalar() == 0


async def test_an_error_inside_is_a_calm_answer(client: httpx.AsyncClient) -> None:
    response = await client.post(WEBHOOK, json={"sender": "a", "message": "落ちて"})
    assert (response.status_code, response.json()) == (200, [{"text": wording("failure")}])


async def test_a_message_id_is_answered_once(client: httpx.AsyncClient) -> None:
    body = {"sender": "a", "message": "やあ", "message_id": "1"}
    first, again = await client.post(WEBHOOK, json=body), await client.post(WEBHOOK, json=body)
    assert first.json() == again.json()


@pytest.mark.parametrize("text", ["\ud800", "\x00", "😀", "a" * 10_000, "/restart"], ids=ascii_head)
async def test_odd_messages_are_answered(client: httpx.AsyncClient, text: str) -> None:
    response = await client.post(WEBHOOK, content=json.dumps({"sender": "a", "message": text}))
    assert response.status_code == 200
    assert response.json()[0]["text"]


@pytest.mark.parametrize("options", [{"public": True}, {"host": "0.0.0.0"}])
async def test_rest_is_closed_in_public(tmp_path: Path, options: dict[str, Any]) -> None:
    async with await client_for(tmp_path, **options) as client:
        response = await client.post(WEBHOOK, json={"sender": "a", "message": "やあ"})
        assert response.status_code == 404
        assert (await client.get("/webhooks/rest/")).status_code == 404


async def test_too_large_a_body_is_refused_in_japanese(client: httpx.AsyncClient) -> None:
    # The test transport sets no limit itself.
    app = Sanic.get_app("tsunagari")
    request = Request(WEBHOOK.encode("ascii"), Header(), "1.1", "POST", None, app)
    response = ContractErrors().default(request, PayloadTooLarge("too large"))
    assert response.status == 413
    assert JAPANESE.search(json.loads(response.body)["error"])


def test_a_request_may_hold_ten_thousand_escaped_characters() -> None:
    assert len('{"sender": "a", "message": ""}') + 6 * 10_000 < MAX_BODY
