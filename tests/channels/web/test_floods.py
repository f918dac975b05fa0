"""Floods over the web channel: limits by conversation, address and proxy; public mode."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from channels.web.limits import MemoryRateLimiter
from conversations import schema
from tests.channels.web.conftest import (
    SITE,
    WEB,
    code,
    serving,
)

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
