from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from conversations import ports, schema
from conversations.database import Database, DatabaseError
from conversations.handoff import StoreDesk
from conversations.ports import IncomingMessage
from conversations.schema import SCHEMA_VERSION
from conversations.store import ConversationStore
from conversations.turn import Turn, current_turn
from tests.stores import sqlite_only, store_url


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(store_url(tmp_path))


def rows(database: Database, table: str) -> int:
    with database.read() as connection:
        return int(
            connection.execute(
                select(func.count()).select_from(schema.metadata.tables[table])
            ).scalar_one()
        )


@sqlite_only
def test_sqlite_is_opened_for_durability_beside_readers(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 1
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_opening_again_keeps_everything(tmp_path: Path) -> None:
    url = store_url(tmp_path)
    store = ConversationStore(Database(url))
    store.inbox.accept(IncomingMessage("rest:a", "rest", "やあ", client_message_id="1"), "やあ")
    assert ConversationStore(Database(url)).log.history("rest:a")[0].text == "やあ"


def test_a_store_of_a_newer_version_is_refused_in_one_line(tmp_path: Path) -> None:
    url = store_url(tmp_path)
    with Database(url).write() as connection:
        connection.execute(schema.schema_version.update().values(version=99))
    with pytest.raises(DatabaseError, match="新しい版"):
        Database(url)


def test_an_unusable_place_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(DatabaseError) as error:
        Database(f"sqlite:///{tmp_path / 'file' / 'store.sqlite'}")
    assert "\n" not in str(error.value)


def test_erasing_removes_every_row_and_tells_the_listeners(database: Database) -> None:
    class Listener:
        erased_ids: list[str] = []  # noqa: RUF012

        def erased(self, conversation_id: str) -> None:
            self.erased_ids.append(conversation_id)

    store = ConversationStore(database)
    listener = Listener()
    store.on_erasure(listener)
    store.inbox.accept(IncomingMessage("rest:a", "rest", "やあ", client_message_id="1"), "やあ")
    StoreDesk(database).request("rest:a", "asked", "相談したい", True, {"country": "タイ"})
    store.inbox.accept(IncomingMessage("rest:b", "rest", "やあ", client_message_id="1"), "やあ")
    assert store.erase("rest:a")
    assert not store.erase("rest:a")
    assert listener.erased_ids == ["rest:a", "rest:a"]
    assert store.log.history("rest:a") == []
    assert rows(database, "handoff_request") == rows(database, "consent") == 0
    assert rows(database, "inbox") == rows(database, "conversation") == 1
    # The same company may come back.
    store.inbox.accept(IncomingMessage("rest:a", "rest", "やあ", client_message_id="1"), "やあ")
    assert len(store.log.history("rest:a")) == 1


def test_an_erasure_in_another_process_does_not_lose_the_next_message(database: Database) -> None:
    mine, other = ConversationStore(database), ConversationStore(database)
    mine.inbox.accept(IncomingMessage("rest:a", "rest", "一", client_message_id="1"), "一")
    other.erase("rest:a")
    mine.inbox.accept(IncomingMessage("rest:a", "rest", "二", client_message_id="2"), "二")
    assert [line.text for line in mine.log.history("rest:a")] == ["二"]


def test_the_masker_decides_what_the_log_keeps(database: Database) -> None:
    class Masker:
        def mask(self, text: str) -> str:
            return text.replace("090-1234-5678", "［電話番号］")

    store = ConversationStore(database, Masker())
    said = "電話は090-1234-5678です"
    store.inbox.accept(IncomingMessage("rest:a", "rest", said, client_message_id="1"), said)
    assert store.log.history("rest:a")[0].text == "電話は［電話番号］です"


def test_a_hand_off_request_is_kept_with_its_consent(database: Database) -> None:
    receipt = (
        StoreDesk(database)
        .request("rest:a", "asked", "契約の相談", False, {"country": "タイ"})
        .receipt
    )
    with database.read() as connection:
        row = connection.execute(select(schema.handoff_request)).one()
    assert (row.receipt, row.wish, row.consent, row.state) == (
        receipt,
        "契約の相談",
        False,
        "stored",
    )
    # Without consent the sheet is not passed on.
    assert row.sheet == {}


def test_a_hand_off_request_inside_a_turn_is_committed_with_it(database: Database) -> None:
    turn = Turn("rest:a")
    token = current_turn.set(turn)
    try:
        StoreDesk(database).request("rest:a", "asked", "相談", True, {"a": 1})
        assert rows(database, "handoff_request") == 0
        with database.write() as connection:
            turn.apply(connection)
    finally:
        current_turn.reset(token)
    assert rows(database, "handoff_request") == 1


def test_actions_find_the_desk_without_assembly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'var' / 'default.sqlite'}"
    monkeypatch.setenv("TSUNAGARI_DATABASE_URL", url)
    monkeypatch.setattr(ports.handoff, "_desk", None)
    request = ports.desk().request("x", "asked", "相談", True, {"a": 1})
    assert request.receipt.startswith("T-")
    # Nobody waits behind an action server of its own.
    assert request.state == "STORED"
    assert ports.desk().hours_line() == ""
    assert rows(Database(url), "handoff_request") == 1


def test_a_store_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    added = ("web_session", "resume_token", "feedback", "line_contact", "line_request")
    added += ("slack_post", "staff_session", "staff_second_factor", "staff_login", "staff_account")
    added += ("desk_event", "event_outbox", "erasure_notice")
    columns = {
        "inbox": ("answer", "origin"),
        "outbox": ("failure",),
        "handoff_request": ("reason", "claimed_at", "closed_at", "outcome"),
        "ownership": tuple(schema.ownership.c.keys())[5:],
    }
    old = Database(url)
    with old.write() as connection:
        for table in added:
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("DROP INDEX handoff_request_open")
        for table, names in columns.items():
            for column in names:
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.exec_driver_sql("UPDATE schema_version SET version = 1")
    old.close()
    with Database(url).read() as connection:
        for table in added:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
        for table, names in columns.items():
            connection.exec_driver_sql(f"SELECT {', '.join(names)} FROM {table}")
        version = connection.exec_driver_sql("SELECT version FROM schema_version").scalar()
    assert version == SCHEMA_VERSION
