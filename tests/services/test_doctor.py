"""What doctor says of PostgreSQL, Redis and RabbitMQ as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conversations.database import Database, DatabaseError
from tests.services.engines import Service
from tests.services.servers import free_port
from tests.stores import VARIABLE, store_url
from tsunagari import light_imports
from tsunagari.event_relay import BROKER_PACKAGES
from tsunagari.health import services
from tsunagari.health.finding import Mark
from tsunagari.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, "sqlite://")


def test_postgresql(
    settings: Settings, postgresql: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, postgresql.url)
    settings = replace(settings, database_url=store_url(tmp_path))
    assert "表は最初の起動で作ります" in services.store(settings).text
    Database(settings.database_url).close()
    found = services.store(settings)
    assert found.mark is Mark.GOOD
    assert found.text.startswith("PostgreSQL 1")
    missing = postgresql.url.rsplit("/", 1)[0] + "/nothing"
    away = f"postgresql://u:hidden@127.0.0.1:{free_port()}/x"
    for url, said in ((missing, "createdb"), (away, "PostgreSQL に届きません")):
        found = services.store(replace(settings, database_url=url))
        assert found.mark is Mark.WRONG
        assert said in found.text and "hidden" not in found.text
        with pytest.raises(DatabaseError, match=said):
            Database(url)


def test_redis(settings: Settings, redis: Service) -> None:
    found = services.redis(replace(settings, redis_url=redis.url))
    assert found.mark is Mark.GOOD
    locked = redis.url.replace("redis://", "redis://:hidden@")
    away = f"redis://127.0.0.1:{free_port()}/0"
    for url, said in ((locked, "パスワード"), (away, "Redis に届きません")):
        found = services.redis(replace(settings, redis_url=url))
        assert found.mark is Mark.WRONG
        assert said in found.text and "hidden" not in found.text
    assert services.redis(settings).mark is Mark.UNUSED


def test_rabbitmq(settings: Settings, rabbitmq: Service) -> None:
    light_imports.allow(*BROKER_PACKAGES)
    found = services.event_broker(replace(settings, event_broker_url=rabbitmq.url))
    assert found.mark is Mark.GOOD
    wrong = rabbitmq.url.replace("guest:guest", "guest:hidden")
    away = f"amqp://guest:guest@127.0.0.1:{free_port()}/"
    for url, said in ((wrong, "断られました"), (away, "RabbitMQ に届きません")):
        found = services.event_broker(replace(settings, event_broker_url=url))
        assert found.mark is Mark.WRONG
        assert said in found.text and "hidden" not in found.text
    assert services.event_broker(settings).mark is Mark.UNUSED
