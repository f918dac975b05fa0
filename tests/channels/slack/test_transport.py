"""Signatures, acknowledgement, redelivery, duplicates, unknown payloads, Socket Mode."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from channels.slack.routes import PATH
from tests.channels.slack.conftest import Running, serving
from tests.channels.slack.driver import FORM, JSON, Driver, signed
from tests.channels.slack.loopback import APP_TOKEN, LoopbackSlack

ACK_SECONDS = 3.0


async def test_the_address_is_confirmed(running: Running) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c0ffee"}).encode()
    response = await running.driver.send(body)
    assert response.status_code == 200
    assert response.json()["challenge"] == "c0ffee"


@pytest.mark.parametrize("kind", ["application/json", JSON, "application/json;charset=UTF-8"])
async def test_any_spelling_of_the_content_type_is_read(running: Running, kind: str) -> None:
    body = running.driver.envelope(running.driver.typed("こんにちは"))
    assert (await running.driver.send(body, kind)).status_code == 200
    assert await running.said() == ["聞きました: こんにちは"]


async def test_what_slack_did_not_sign_is_refused(running: Running) -> None:
    driver = running.driver
    body = driver.envelope(driver.typed("こんにちは"))
    bad: list[dict[str, str]] = [
        {"Content-Type": JSON},
        {**signed(body, JSON), "X-Slack-Signature": "v0=" + "0" * 64},
        {**signed(body, JSON), "X-Slack-Signature": "nonsense"},
        signed(body + b" ", JSON),
        signed(body, JSON, at=time.time() - 301),
    ]
    for headers in bad:
        response = await driver.client.post(PATH, content=body, headers=headers)
        assert response.status_code == 401
    for kind, bodies in (
        (JSON, (b"", b"{", b"[]", b"null", b"1")),
        (FORM, (b"payload=%7B", b"payload=%5B%5D", b"a=1")),
    ):
        for body in bodies:
            response = await driver.send(body, kind)
            assert response.status_code in (400, 404, 500)
    for headers in (
        {**signed(b"", JSON), "X-Slack-Request-Timestamp": "tomorrow"},
        signed(b"", JSON),
    ):
        response = await driver.client.post(PATH, content=b"\xff\xfe", headers=headers)
        assert response.status_code == 400
    unsigned = {"Content-Type": FORM}
    seen = await driver.client.post(PATH, content=b"ssl_check=1", headers=unsigned)
    assert seen.status_code == 200
    assert await running.said() == []


async def test_slack_has_its_answer_while_the_bot_thinks_for_long(
    running: Running,
) -> None:
    running.bot.delay = ACK_SECONDS + 1
    begun = time.monotonic()
    await running.driver.say("こんにちは")
    await running.driver.mention("こんにちは")
    other = Driver(running.slack, running.driver.client, user="U0OTHER")
    await other.command("こんにちは")
    assert time.monotonic() - begun < ACK_SECONDS
    assert running.slack.posts(running.driver.direct) == []
    # Slack would have delivered again by now, had it not been answered.
    assert "聞きました: こんにちは" in await running.said()
    assert time.monotonic() - begun >= ACK_SECONDS + 1


async def test_a_redelivered_event_is_answered_once(running: Running) -> None:
    driver = running.driver
    body = driver.envelope(driver.typed("こんにちは"), "Ev1")
    for retry, reason in enumerate(("", "http_timeout", "http_error", "connection_failed")):
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        response = await driver.send(body, headers=headers if retry else None)
        assert response.status_code == 200
    await running.settled()
    await driver.send(body, headers={"X-Slack-Retry-Num": "3"})
    assert await running.said() == ["聞きました: こんにちは"]
    assert len(running.bot.heard) == 1


async def test_concurrent_duplicates_are_answered_once(running: Running) -> None:
    driver = running.driver
    body = driver.envelope(driver.typed("こんにちは"))
    running.bot.delay = 0.2
    responses = await asyncio.gather(*(driver.send(body) for _ in range(10)))
    assert {response.status_code for response in responses} == {200}
    assert await running.said() == ["聞きました: こんにちは"]


async def test_messages_of_one_person_are_answered_in_order(running: Running) -> None:
    running.bot.delay = 0.05
    for number in range(6):
        await running.driver.say(f"{number}番目の話")
    assert await running.said() == [f"聞きました: {number}番目の話" for number in range(6)]


async def test_what_cannot_be_stored_is_delivered_again(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = running.driver
    store = running.gate.store
    body = driver.envelope(driver.typed("こんにちは"))
    accept = store.inbox.accept

    def full(*_: Any) -> Any:
        raise OperationalError("disk full", {}, Exception())

    monkeypatch.setattr(store.inbox, "accept", full)
    assert (await driver.send(body)).status_code == 500
    monkeypatch.setattr(store.inbox, "accept", accept)
    assert (await driver.send(body, headers={"X-Slack-Retry-Num": "1"})).status_code == 200
    assert await running.said() == ["聞きました: こんにちは"]


async def test_before_slack_told_who_we_are_events_are_delivered_again(
    slack: LoopbackSlack, tmp_path: Path
) -> None:
    slack.trouble["auth.test"] += [("500",)] * 3
    async with serving(slack, tmp_path) as running:
        body = running.driver.envelope(running.driver.typed("こんにちは"))
        assert (await running.driver.send(body)).status_code == 500
        while slack.trouble["auth.test"] or running.channel._identity is None:
            await asyncio.sleep(0.02)
        assert (await running.driver.send(body)).status_code == 200
        assert await running.said() == ["聞きました: こんにちは"]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "team_join", "user": {"id": "U1"}},
        {"type": "reaction_added", "user": "U1", "reaction": "+1"},
        {"type": "message"},
        {"type": "message", "subtype": "channel_topic", "channel": "C1", "user": "U1", "ts": "1.1"},
        {"type": "something_of_tomorrow"},
    ],
)
async def test_events_nobody_needs_are_taken_off_slacks_hands(
    running: Running, event: dict[str, Any]
) -> None:
    assert (await running.driver.event(event)).status_code == 200
    assert running.bot.heard == []


@pytest.mark.parametrize(
    "payload",
    [
        {
            "type": "block_actions",
            "actions": [{"type": "radio_buttons", "action_id": "x", "block_id": "y"}],
        },
        {
            "type": "block_actions",
            "actions": [{"type": "multi_static_select", "action_id": "x", "block_id": "y"}],
        },
        {"type": "view_submission", "view": {"type": "modal", "callback_id": "other"}},
        {"type": "view_closed", "view": {"type": "modal", "callback_id": "other"}},
        {"type": "shortcut", "callback_id": "s"},
        {"type": "message_action", "callback_id": "s", "message": {}, "channel": {"id": "C1"}},
        {"type": "block_suggestion", "action_id": "x", "block_id": "y", "value": "q"},
    ],
)
async def test_controls_nobody_made_are_acknowledged(
    running: Running, payload: dict[str, Any]
) -> None:
    assert (await running.driver.interact(payload)).status_code == 200
    assert running.bot.heard == []


async def test_without_slack_there_is_no_route(tmp_path: Path, slack: LoopbackSlack) -> None:
    async with serving(slack, tmp_path, signing_secret=None) as running:
        response = await running.driver.send(b"{}")
        assert response.status_code == 404


# --- Socket Mode -----------------------------------------------------------------------


async def envelope(slack: LoopbackSlack, name: str, kind: str, payload: dict[str, Any]) -> Any:
    """Send over the socket, and wait for the acknowledgement."""
    told = {"envelope_id": name, "type": kind, "payload": payload}
    for _ in range(500):
        if slack.sockets:
            break
        await asyncio.sleep(0.01)
    slack.acked.pop(name, None)
    await slack.sockets[-1].send_json({**told, "accepts_response_payload": True})
    for _ in range(500):
        if name in slack.acked:
            return slack.acked[name]
        await asyncio.sleep(0.01)
    raise AssertionError("not acknowledged")


async def test_socket_mode_needs_no_public_address(slack: LoopbackSlack, tmp_path: Path) -> None:
    options = {"signing_secret": None, "app_token": APP_TOKEN}
    async with serving(slack, tmp_path, **options) as running:
        driver: Driver = running.driver
        body = json.loads(driver.envelope(driver.typed("こんにちは")))
        await envelope(slack, "e1", "events_api", body)
        await envelope(slack, "e2", "events_api", body)
        assert await running.said() == ["聞きました: こんにちは"]
        command = {
            "command": "/tsunagari",
            "text": "ヘルプ",
            "user_id": driver.user,
            "team_id": driver.team,
            "trigger_id": slack.trigger(),
        }
        told = await envelope(slack, "e3", "slash_commands", command)
        assert "/tsunagari" in told["text"]


async def test_socket_mode_connects_again(slack: LoopbackSlack, tmp_path: Path) -> None:
    slack.trouble["apps.connections.open"].append(("500",))
    options = {"signing_secret": None, "app_token": APP_TOKEN}
    async with serving(slack, tmp_path, **options) as running:
        body = json.loads(running.driver.envelope(running.driver.typed("一つ目")))
        await envelope(slack, "e1", "events_api", body)
        await slack.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
        opened = slack.calls.count("apps.connections.open")
        while slack.calls.count("apps.connections.open") == opened or not slack.sockets:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        body = json.loads(running.driver.envelope(running.driver.typed("二つ目")))
        await envelope(slack, "e2", "events_api", body)
        assert await running.said() == ["聞きました: 一つ目", "聞きました: 二つ目"]
