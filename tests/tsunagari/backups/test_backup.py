from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from conversations import schema
from conversations.database import Database
from conversations.ports import IncomingMessage
from conversations.schema import SCHEMA_VERSION
from conversations.store import ConversationStore
from tests.stores import store_url
from tsunagari.backups import BackupError, back_up, read_manifest, restore
from tsunagari.commands.backup import command
from tsunagari.settings import Settings


def installation(folder: Path) -> tuple[Settings, Database]:
    folder.mkdir()
    for name in ("knowledge/records", "data", "var", "site"):
        (folder / name).mkdir(parents=True)
    url = store_url(folder)
    return Settings(
        folder, url, sites_file=folder / "site/sites.yml", privacy_file=folder / "site/privacy.yml"
    ), Database(url)


@pytest.fixture
def old(tmp_path: Path) -> tuple[Settings, Database]:
    settings, database = installation(tmp_path / "old")
    (settings.knowledge / "records" / "hubs.yml").write_text("- id: hub.x\n", "utf-8")
    (settings.var / "secret").write_bytes(b"s" * 64)
    (settings.var / "privacy.keys").write_text("key", "utf-8")
    store = ConversationStore(database)
    for number in range(3):
        message = IncomingMessage(
            f"rest:{number}", "rest", "髙﨑𠮷です", client_message_id=str(number), origin={"t": 1}
        )
        store.inbox.accept(message, "髙﨑𠮷です")
    store.erase("rest:2")
    return settings, database


def rows(database: Database, name: str) -> list[tuple[object, ...]]:
    table = schema.metadata.tables[name]
    with database.read() as connection:
        return [
            tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))
        ]


def test_a_restored_installation_holds_the_same(
    old: tuple[Settings, Database], tmp_path: Path
) -> None:
    path = tmp_path / "backup.tar.gz"
    manifest = back_up(*old, path)
    assert path.stat().st_mode & 0o077 == 0
    assert manifest.rows["conversation"] == 2
    settings, database = installation(tmp_path / "new")
    restore(settings, database, path)
    for name in ("conversation", "message", "inbox"):
        assert rows(database, name) == rows(old[1], name)
    assert (settings.knowledge / "records" / "hubs.yml").read_text("utf-8") == "- id: hub.x\n"
    assert (settings.var / "secret").read_bytes() == b"s" * 64
    assert (settings.var / "privacy.keys").stat().st_mode & 0o077 == 0
    # Numbers go on after those of the erased conversation.
    ConversationStore(database).inbox.accept(
        IncomingMessage("rest:9", "rest", "やあ", client_message_id="9"), "やあ"
    )
    assert max(row[0] for row in rows(database, "message")) == 4  # type: ignore[type-var]


def test_secrets_can_be_left_out(old: tuple[Settings, Database], tmp_path: Path) -> None:
    path = tmp_path / "backup.tar.gz"
    back_up(*old, path, secrets=False)
    with tarfile.open(path) as archive:
        names = archive.getnames()
    assert "files/secret" not in names
    assert "files/privacy.keys" not in names


def test_conversations_that_are_there_are_not_overwritten_unasked(
    old: tuple[Settings, Database], tmp_path: Path
) -> None:
    path = tmp_path / "backup.tar.gz"
    back_up(*old, path)
    settings, database = installation(tmp_path / "new")
    ConversationStore(database).inbox.accept(
        IncomingMessage("rest:mine", "rest", "やあ", client_message_id="1"), "やあ"
    )
    with pytest.raises(BackupError, match="--replace"):
        restore(settings, database, path)
    assert [row[0] for row in rows(database, "conversation")] == ["rest:mine"]
    assert not (settings.var / "secret").exists()
    restore(settings, database, path, replace=True)
    assert [row[0] for row in rows(database, "conversation")] == ["rest:0", "rest:1"]


def _with(path: Path, name: str, content: bytes) -> None:
    """Rewrite one member of a backup."""
    with tarfile.open(path) as archive:
        members = {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]
    members[name] = content
    with tarfile.open(path, "w:gz") as archive:
        for member, data in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def test_a_damaged_backup_changes_nothing(old: tuple[Settings, Database], tmp_path: Path) -> None:
    path = tmp_path / "backup.tar.gz"
    back_up(*old, path)
    whole = path.read_bytes()
    settings, database = installation(tmp_path / "new")
    for damage in (whole[: len(whole) // 2], b"no archive", gzip.compress(b"no tar")):
        path.write_bytes(damage)
        with pytest.raises(BackupError):
            restore(settings, database, path)
    path.write_bytes(whole)
    _with(path, "store/message.jsonl", b'{"id": 1}\n')
    with pytest.raises(BackupError, match="壊れています"):
        restore(settings, database, path)
    path.write_bytes(whole)
    _with(path, "files/../../escape", b"x")
    with pytest.raises(BackupError, match="はずのない"):
        restore(settings, database, path)
    assert rows(database, "conversation") == []


def test_a_backup_of_a_newer_version_is_refused(
    old: tuple[Settings, Database], tmp_path: Path
) -> None:
    path = tmp_path / "backup.tar.gz"
    back_up(*old, path)
    with tarfile.open(path) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
    manifest["schema"] = SCHEMA_VERSION + 1
    _with(path, "manifest.json", json.dumps(manifest).encode())
    with pytest.raises(BackupError, match="更新"):
        read_manifest(path, SCHEMA_VERSION)


def test_the_commands_make_check_and_restore(
    old: tuple[Settings, Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, _ = old
    monkeypatch.setenv("TSUNAGARI_HOME", str(settings.root))
    monkeypatch.setenv("TSUNAGARI_DATABASE_URL", settings.database_url)
    path = str(tmp_path / "backup.tar.gz")
    made = CliRunner().invoke(command, ["make", path])
    assert made.exit_code == 0, made.output
    assert "会話 2 件" in made.output
    assert "壊れていません" in CliRunner().invoke(command, ["check", path]).output
    again = CliRunner().invoke(command, ["make", path])
    assert "もうあります" in str(again.exception)
    _, database = installation(tmp_path / "new")
    monkeypatch.setenv("TSUNAGARI_HOME", str(tmp_path / "new"))
    monkeypatch.setenv("TSUNAGARI_DATABASE_URL", database.url.render_as_string(hide_password=False))
    restored = CliRunner().invoke(command, ["restore", path])
    assert "会話 2 件" in restored.output
    assert len(rows(database, "conversation")) == 2
