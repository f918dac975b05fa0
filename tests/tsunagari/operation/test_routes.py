from __future__ import annotations

import json
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sanic.exceptions import ServiceUnavailable

from conversations import schema
from conversations.telemetry import STAGES
from tests.channels.web.conftest import Server, serving
from tsunagari.operation import logs, routes
from tsunagari.versions import Versions

VERSIONS = Versions("1", "9", "model", "knowledge", "")


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    monkeypatch.delenv(routes.TOKEN, raising=False)
    monkeypatch.setattr("tsunagari.operation.routes.versions_of", lambda _application: VERSIONS)
    monkeypatch.setattr("tsunagari.operation.readiness.versions_of", lambda _application: VERSIONS)
    async with serving(tmp_path) as running:
        yield running


async def get(server: Server, path: str, **headers: str) -> httpx.Response:
    return await server.client.get(f"{server.url}{path}", headers=headers)


async def metrics(server: Server) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = (await get(server, "/metrics")).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_server_that_can_answer_says_so(server: Server) -> None:
    assert (await get(server, "/health")).json()["status"] == "ok"
    ready = await get(server, "/ready")
    assert ready.status_code == 200
    assert ready.json()["store"] == "ok"
    assert ready.json()["versions"] == VERSIONS.labels()


async def test_a_server_without_its_store_lives_but_is_not_ready(server: Server) -> None:
    with server.application.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE schema_version RENAME TO gone")
    path = Path(str(server.application.database.url.database))
    server.application.database.close()
    for part in path.parent.glob("store.sqlite*"):
        part.unlink()
    path.mkdir()
    assert (await get(server, "/health")).status_code == 200
    ready = await get(server, "/ready")
    assert ready.status_code == 503
    assert ready.json()["store"] == "away"
    assert (await metrics(server))[("tsunagari_store_up", frozenset())] == 0.0


async def test_outsiders_learn_one_word_and_no_metrics(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = {"X-Forwarded-For": "198.51.100.7"}
    assert (await get(server, "/ready", **outside)).json() == {"status": "ready"}
    assert (await get(server, "/metrics", **outside)).status_code == 404
    monkeypatch.setenv(routes.TOKEN, "a-long-token")
    assert (await get(server, "/metrics")).status_code == 404
    assert (await get(server, "/metrics", Authorization="Bearer wrong")).status_code == 404
    allowed = {**outside, "Authorization": "Bearer a-long-token"}
    assert (await get(server, "/metrics", **allowed)).status_code == 200


async def test_turns_are_counted_and_their_stages_timed(server: Server) -> None:
    visitor = await server.open()
    await visitor.say("大阪です")
    await visitor.settled()
    await visitor.say("落ちて")
    await visitor.settled()
    found = await metrics(server)

    def turns(outcome: str) -> float:
        labels = frozenset({("channel", "web"), ("outcome", outcome)})
        return found.get(("tsunagari_turns_total", labels), 0.0)

    # The greeting, an answer; then an apology.
    assert turns("other") == 2
    assert turns("failed") == 1
    for stage in ("turn", "store"):
        assert found[("tsunagari_stage_seconds_count", frozenset({("stage", stage)}))] == 3
    assert set(STAGES) >= {"turn", "store"}


async def test_what_waits_is_told_with_its_age(server: Server) -> None:
    visitor = await server.open()
    await visitor.settled()
    with server.application.database.write() as connection:
        connection.execute(schema.inbox.update().values(state="received", received_at=1000.0))
        connection.execute(
            schema.outbox.update().values(state="pending", channel="line", created_at=1000.0)
        )
        connection.execute(
            schema.ownership.insert().values(
                conversation_id=visitor.stored_id,
                state="QUEUED",
                version=1,
                updated_at=0.0,
                queued_at=1000.0,
            )
        )
    found = await metrics(server)
    assert found[("tsunagari_inbox_waiting", frozenset())] == 1
    assert found[("tsunagari_outbox_waiting", frozenset())] == 1
    for name in ("inbox_oldest", "outbox_oldest", "desk_longest_wait"):
        assert found[(f"tsunagari_{name}_seconds", frozenset())] > 1e9
    queued = frozenset({("state", "QUEUED")})
    assert found[("tsunagari_desk_conversations", queued)] == 1


def test_log_lines_are_json_without_ids_of_people() -> None:
    record = logging.LogRecord(
        "room", logging.ERROR, "x.py", 1, "A turn of %s failed", ("line:user:U123",), None
    )
    logs.WithoutIds().filter(record)
    line = json.loads(logs.json_formatter().format(record))
    assert line["level"] == "error"
    assert line["logger"] == "room"
    assert "U123" not in line["event"]
    assert logs.digest("line:user:U123") in line["event"]


@pytest.mark.parametrize(("words", "told"), [("Cancelled", False), ("Response Timeout", True)])
def test_who_hangs_up_is_no_error_of_the_server(words: str, told: bool) -> None:
    error = ServiceUnavailable(words)
    record = logging.LogRecord(
        "room", logging.ERROR, "x.py", 1, "A page failed", (), (type(error), error, None)
    )
    assert logs.HungUp().filter(record) is told


def test_what_an_error_quotes_is_masked_in_its_traceback() -> None:
    try:
        raise ValueError("line:user:U123 said 090-1234-5678, taro@example.jp")
    except ValueError:
        told = sys.exc_info()
    record = logging.LogRecord("room", logging.ERROR, "x.py", 1, "A turn failed", (), told)
    logs.WithoutIds().filter(record)
    for line in (logs.json_formatter().format(record), logging.Formatter().format(record)):
        assert "Traceback" in line and "ValueError" in line
        assert not any(secret in line for secret in ("U123", "1234-5678", "taro@"))
