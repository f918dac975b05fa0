"""What doctor and a start say of a SQLite store in trouble, and that looking changes nothing."""

from __future__ import annotations

import logging
import os
import socket
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from conversations.database import STORE_AWAY, Database, DatabaseError
from conversations.database_file import StoreFile
from conversations.schema import SCHEMA_VERSION
from conversations.vault import VARIABLE, new_secret
from tests.services.servers import free_port
from tsunagari.health import installation, listening, services
from tsunagari.health.finding import Mark
from tsunagari.operation.logs import StoreTrouble
from tsunagari.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, f"sqlite:///{tmp_path / 'var' / 'store.sqlite'}")


@pytest.fixture
def path(settings: Settings) -> Path:
    Database(settings.database_url).close()
    return settings.var / "store.sqlite"


def test_a_store_that_is_not_there_yet_is_not_made(settings: Settings) -> None:
    assert services.store(settings).mark is Mark.GOOD
    assert services.keys(settings).mark is Mark.GOOD
    assert not settings.var.exists()


def test_a_good_store_says_its_version(settings: Settings, path: Path) -> None:
    found = services.store(settings)
    assert found.mark is Mark.GOOD
    assert f"版 {SCHEMA_VERSION}" in found.text


@pytest.mark.parametrize(("version", "mark"), [(SCHEMA_VERSION - 1, "注意"), (99, "NG")])
def test_another_schema_is_named_and_left_alone(
    settings: Settings, path: Path, version: int, mark: str
) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE schema_version SET version = ?", (version,))
    found = services.store(settings)
    assert found.mark.value == mark
    assert str(version) in found.text
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version FROM schema_version").fetchone() == (version,)


def test_a_broken_file_is_named_with_the_way_back(settings: Settings, path: Path) -> None:
    content = path.read_bytes()
    for broken in (os.urandom(20_000), content[:4096] + os.urandom(len(content) - 4096)):
        path.write_bytes(broken)
        found = services.store(settings)
        assert found.mark is Mark.WRONG
        assert "tsunagari backup restore" in found.text
    path.write_bytes(os.urandom(20_000))
    with pytest.raises(DatabaseError, match="backup restore"):
        Database(settings.database_url)


@pytest.mark.parametrize("url", ["garbage", "mysql://u:hidden@x/y", "postgres://u:hidden@x/y"])
def test_an_address_of_no_store_is_one_line_without_its_password(
    url: str, settings: Settings
) -> None:
    with pytest.raises(DatabaseError, match="TSUNAGARI_DATABASE_URL を読み取れません") as stopped:
        Database(url)
    assert "hidden" not in str(stopped.value)


def test_a_store_whose_file_was_taken_away_takes_nothing_in(
    settings: Settings, tmp_path: Path, path: Path
) -> None:
    database = Database(settings.database_url)
    away = path.rename(tmp_path / "away")
    with pytest.raises(STORE_AWAY), database.write():
        pass
    with pytest.raises(STORE_AWAY):
        database.check()
    away.rename(path)
    with database.write():
        pass
    database.check()
    database.close()


def test_a_disk_without_room_is_not_ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("conversations.database_file.MIN_FREE_BYTES", 1 << 60)
    with pytest.raises(OperationalError, match="full"):
        StoreFile(tmp_path / "store.sqlite").check_room()


def test_trouble_with_the_store_is_logged_in_one_line_that_helps() -> None:
    error = OperationalError("INSERT …", None, Exception("database or disk is full"))
    record = logging.LogRecord(
        "room", logging.ERROR, "x.py", 1, "A turn of %s failed", ("x",), (type(error), error, None)
    )
    assert StoreTrouble().filter(record)
    assert record.getMessage() == (
        "A turn of x failed: ディスクに書けません。空き容量を増やしてください"
    )
    assert record.exc_info is None
    bug = logging.LogRecord("room", 40, "x.py", 1, "x", (), (KeyError, KeyError("a"), None))
    assert StoreTrouble().filter(bug) and bug.exc_info is not None


def test_keys_that_open_less_than_was_sealed_are_named(
    settings: Settings, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO private_text (conversation_id, part, key_id, sealed, created_at) "
            "VALUES ('web:a', 'message', 'feedbeef', 'x', 1)"
        )
    monkeypatch.setenv(VARIABLE, new_secret())
    found = services.keys(settings)
    assert found.mark is Mark.WRONG
    assert "feedbeef" in found.text and "1 件" in found.text
    monkeypatch.setenv(VARIABLE, "abc")
    assert "tsunagari privacy new-key" in services.keys(settings).text


def test_ports_and_hosts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = listening.port(Settings(tmp_path, "", port=taken.getsockname()[1]))
    assert found.mark is Mark.WRONG and "使用中" in found.text
    assert listening.port(Settings(tmp_path, "", port=free_port())).mark is Mark.GOOD
    for host in ("nowhere.invalid", "203.0.113.1"):
        found = listening.port(Settings(tmp_path, "", host=host, port=free_port()))
        assert f"HOST={host}" in found.text


def test_disks_are_looked_at_where_things_lie(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert installation.disk(settings).mark is Mark.GOOD
    monkeypatch.setattr(installation, "MIN_FREE_BYTES", 1 << 60)
    found = installation.disk(settings)
    assert found.mark is Mark.WRONG
    assert "500 MB 以上" in found.text
    assert installation.write_access(settings).mark is Mark.GOOD
