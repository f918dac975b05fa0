"""Two server processes on one PostgreSQL, Redis and RabbitMQ, and what may happen to each."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from conversations import schema
from conversations.database import Database
from conversations.event_outbox import EventOutbox
from tests.services.engines import Service
from tests.services.nodes import Node, nodes
from tests.stores import VARIABLE, store_url
from tsunagari import light_imports
from tsunagari.event_relay import AWAY, BROKER_PACKAGES, QUEUE

QUESTION = "タイの作業員の賃金は？"


@pytest.fixture(scope="module")
def store(
    postgresql: Service, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Database]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, postgresql.url)
        url = store_url(tmp_path_factory.mktemp("two"))
    database = Database(url)
    yield url, database
    database.close()


@pytest.fixture(scope="module")
def pair(
    store: tuple[str, Database],
    redis: Service,
    rabbitmq: Service,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Node]]:
    settings = {
        "TSUNAGARI_DATABASE_URL": store[0],
        "TSUNAGARI_REDIS_URL": redis.url,
        "TSUNAGARI_EVENT_BROKER_URL": rabbitmq.url,
    }
    with nodes(tmp_path_factory.mktemp("nodes"), 2, **settings) as started:
        yield started


@pytest.fixture
def database(store: tuple[str, Database]) -> Database:
    return store[1]


def log_of(database: Database, conversation: str) -> list[Any]:
    table = schema.message
    with database.read() as connection:
        return list(
            connection.execute(
                select(table).where(table.c.conversation_id == conversation).order_by(table.c.id)
            ).all()
        )


def eventually(check: Any, seconds: float = 30.0) -> Any:
    end = time.monotonic() + seconds
    while True:
        found = check()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def test_a_conversation_goes_on_at_whichever_process_answers(pair: list[Node]) -> None:
    first, second = pair
    first.ask("walk", "大阪で金属プレスをやってます。ベトナムに工場を出したい")
    plan = "".join(message["text"] for message in second.ask("walk", "まだ調べ始めたところです"))
    assert "MOBIO" in plan
    assert "ベトナム" in plan
    again = "".join(message["text"] for message in first.ask("walk", "やっぱりタイで"))
    assert "タイ" in again


def test_messages_sent_at_once_are_answered_once_each_and_in_order(
    pair: list[Node], database: Database
) -> None:
    conversation, headers = pair[0].visitor()
    stored = f"web:{conversation}"
    eventually(lambda: log_of(database, stored))

    def say(number: int) -> int:
        return pair[number % 2].say(headers, QUESTION, f"00000000-0000-4000-8000-{number:012d}")

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(say, [*range(16), *range(8)]))
    assert set(codes) <= {200, 202}

    def answers() -> list[Any]:
        return [row for row in log_of(database, stored) if row.author == "bot" and row.inbox_id]

    eventually(lambda: len({row.inbox_id for row in answers()}) >= 17)
    said = log_of(database, stored)
    asked = [row.inbox_id for row in said if row.author == "customer"]
    assert len(asked) == 16
    order = list(dict.fromkeys(row.inbox_id for row in said if row.author == "bot"))
    # The greeting came first; then every message in the order of arrival, each once.
    assert order[1:] == sorted(asked)
    texts = [row.text for row in said if row.author == "bot" and row.inbox_id in asked]
    assert len(texts) == 16
    assert all("366" in text for text in texts)


def test_news_of_one_process_reach_the_page_at_the_other_at_once(pair: list[Node]) -> None:
    first, second = pair
    _, headers = first.visitor()
    seen: list[float] = []
    with httpx.Client(timeout=30, trust_env=False) as client:
        url = f"{second.url}/webhooks/web/events"
        with client.stream("GET", url, headers=headers) as stream:
            lines = stream.iter_lines()
            next(line for line in lines if "ようこそ" in line or "tsunagari" in line or line)
            time.sleep(1.5)
            began = time.monotonic()
            assert first.say(headers, QUESTION) == 202
            for line in lines:
                if "366" in line:
                    seen.append(time.monotonic() - began)
                    break
    assert seen, "the page at the other process never saw the answer"


def test_requests_are_counted_over_all_processes(
    store: tuple[str, Database], redis: Service, tmp_path: Path
) -> None:
    from channels.web.limits import MemoryRateLimiter
    from conversations.cluster.connection import Reachability
    from conversations.cluster.limits import RedisRateLimiter

    limiters = [
        RedisRateLimiter(redis.url, Reachability(), MemoryRateLimiter()) for _process in range(2)
    ]
    waits = [limiters[turn % 2].take("ip:1", 5) for turn in range(6)]
    assert waits[:5] == [0.0] * 5
    assert 0 < waits[5] <= 60


def test_dialogue_events_arrive_at_the_broker_once_they_are_durable(
    pair: list[Node], rabbitmq: Service, database: Database
) -> None:
    pair[0].ask("events", "こんにちは")
    assert eventually(lambda: EventOutbox(database).waiting() == 0)
    pair[0].ask("events", "データを消して")
    assert "E-" in pair[1].ask("events", "はい")[0]["text"]
    assert eventually(lambda: EventOutbox(database).erasures(10) == [])

    light_imports.allow(*BROKER_PACKAGES)
    from aio_pika import connect

    async def fetch() -> list[Any]:
        connection = await connect(rabbitmq.url)
        async with connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(QUEUE, durable=True, passive=True)
            found = []
            while (message := await queue.get(fail=False)) is not None:
                await message.ack()
                found.append(message)
        return found

    messages = asyncio.run(fetch())
    mine = [one for one in messages if b'"rest:events"' in one.body]
    assert any(b'"user"' in one.body for one in mine)
    assert any(b'"bot"' in one.body for one in mine)
    assert len({one.message_id for one in mine}) == len(mine)
    # Who follows the events is told to erase what it has, and by which receipt.
    erased = [json.loads(one.body) for one in mine if b'"erased"' in one.body]
    assert [set(one) for one in erased] == [{"sender_id", "event", "timestamp", "receipt"}]


def test_turns_go_on_while_redis_hangs_and_after_it_died(pair: list[Node], redis: Service) -> None:
    redis.server.pause()
    try:
        assert "366" in pair[0].ask("hang", QUESTION)[0]["text"]
        assert "162" in pair[1].ask("hang", "ベトナムでは？")[0]["text"]
    finally:
        redis.server.resume()
    redis.server.kill()
    try:
        assert "366" in pair[0].ask("dead", QUESTION)[0]["text"]
        assert "162" in pair[1].ask("dead", "ベトナムでは？")[0]["text"]
    finally:
        redis.server.start()
    time.sleep(2.5)
    assert "366" in pair[1].ask("back", QUESTION)[0]["text"]


def test_events_wait_while_the_broker_is_away(
    pair: list[Node], rabbitmq: Service, database: Database
) -> None:
    rabbitmq.server.kill()
    pair[1].ask("away", "こんにちは")
    assert EventOutbox(database).waiting() > 0
    rabbitmq.server.start()
    assert eventually(lambda: EventOutbox(database).waiting() == 0, 60)


def test_what_a_killed_process_left_is_answered_by_another(
    pair: list[Node], database: Database
) -> None:
    conversation, headers = pair[0].visitor()
    stored = f"web:{conversation}"
    for number in range(30):
        assert pair[0].say(headers, QUESTION, f"00000000-0000-4000-9000-{number:012d}") == 202
    pair[0].server.kill()

    def settled() -> bool:
        said = log_of(database, stored)
        asked = {row.inbox_id for row in said if row.author == "customer"}
        return asked <= {row.inbox_id for row in said if row.author == "bot"}

    try:
        assert eventually(settled, 90), "messages of the killed process stay unanswered"
        said = log_of(database, stored)
        answered = [row.inbox_id for row in said if row.author == "bot"]
        assert len(answered) == len(set(answered)), "a message was answered twice"
        assert len([row for row in said if row.author == "customer"]) == 30
    finally:
        pair[0].server.start()


def test_the_database_goes_away_and_comes_back(
    pair: list[Node], postgresql: Service, database: Database
) -> None:
    conversation, headers = pair[1].visitor()
    assert pair[1].say(headers, QUESTION) == 202
    postgresql.server.kill()
    try:
        code = pair[1].say(headers, "この文は受け取れません")
        assert code == 503
    finally:
        postgresql.server.start()
    assert eventually(lambda: pair[1].say(headers, "戻りましたか") == 202)

    def texts() -> list[str]:
        return [row.text for row in log_of(database, f"web:{conversation}")]

    assert eventually(lambda: len([text for text in texts() if "366" in text]) == 1)
    assert "この文は受け取れません" not in texts()


def test_a_database_that_hangs_is_said_within_seconds(
    pair: list[Node], postgresql: Service, database: Database
) -> None:
    node = pair[0]
    conversation, headers = node.visitor()
    assert node.say(headers, QUESTION) == 202
    sent_again = "00000000-0000-4000-a000-000000000001"
    blamed = node.log.read_text("utf-8").count(AWAY)
    postgresql.server.pause()
    try:
        began = time.monotonic()
        assert node.say(headers, "ベトナムでは？", sent_again) == 503
        assert time.monotonic() - began < 5
        # Known to be away, it holds nobody up any more.
        began = time.monotonic()
        assert node.say(headers, "ベトナムでは？", sent_again) == 503
        with httpx.Client(base_url=node.url, trust_env=False) as client:
            assert client.get("/health").status_code == 200
            assert client.get("/ready").status_code == 503
            assert client.get("/knowledge").status_code == 200
        assert time.monotonic() - began < 1.5
    finally:
        postgresql.server.resume()
    assert eventually(lambda: node.say(headers, "ベトナムでは？", sent_again) in (200, 202))
    # The broker was there all the time.
    assert node.log.read_text("utf-8").count(AWAY) == blamed

    stored = f"web:{conversation}"

    def answered() -> list[int]:
        said = log_of(database, stored)
        asked = {row.inbox_id for row in said if row.text == "ベトナムでは？"}
        return [row.inbox_id for row in said if row.author == "bot" and row.inbox_id in asked]

    assert eventually(answered)
    time.sleep(1)
    assert len(answered()) == 1
    assert len([row for row in log_of(database, stored) if row.author == "customer"]) == 2
