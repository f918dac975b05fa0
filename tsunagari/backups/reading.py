"""Restoring a backup: checked whole before anything is touched, the store in one transaction."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.engine import Connection

from conversations.database import Database
from conversations.schema import SCHEMA_VERSION, conversation
from tsunagari.backups.archive import (
    FILES,
    SECRETS,
    TABLES,
    BackupError,
    Manifest,
    each_member,
    numbered,
    places,
    read_manifest,
    tables,
)
from tsunagari.settings import Settings

_BATCH = 500


def restore(
    settings: Settings, database: Database, path: Path, replace: bool = False, files: bool = True
) -> Manifest:
    """Bring an installation back to a backup. The server must not be running.

    Args:
        settings: Where everything goes.
        database: The one store, of this version's schema.
        path: The backup.
        replace: Whether conversations that are there now may be overwritten.
        files: Whether knowledge, releases, library, sites and keys are brought back too.

    Raises:
        BackupError: The backup is damaged or newer, or the store is not empty; nothing changed.
    """
    manifest = read_manifest(path, SCHEMA_VERSION)
    try:
        # Unpacked first: a disk that is full shows before the store is touched.
        with tempfile.TemporaryDirectory(dir=_folder(settings), prefix=".restore-") as folder:
            if files:
                _unpack(path, Path(folder))
            with database.write() as connection:
                _fill(connection, path, manifest, replace)
            if files:
                _put_in_place(settings, Path(folder))
    except OSError as error:
        raise BackupError(f"復元できません（{error}）") from error
    return manifest


def _folder(settings: Settings) -> Path:
    settings.var.mkdir(parents=True, exist_ok=True)
    return settings.var


def _fill(connection: Connection, path: Path, manifest: Manifest, replace: bool) -> None:
    there = connection.execute(select(func.count()).select_from(conversation)).scalar_one()
    if there and not replace:
        raise BackupError(
            f"会話が {there} 件あります: 空の保存先に復元するか、--replace で上書きしてください"
        )
    known = {table.name: table for table in tables()}
    for table in reversed(tables()):
        connection.execute(delete(table))

    def take(name: str, content: IO[bytes]) -> None:
        table = known.get(name[len("store/") : -len(".jsonl")])
        if table is None:
            raise BackupError(f"知らない表です: {name}")
        batch: list[dict[str, Any]] = []
        for line in content:
            batch.append({key: _value(value) for key, value in json.loads(line).items()})
            if len(batch) == _BATCH:
                connection.execute(insert(table), batch)
                batch.clear()
        if batch:
            connection.execute(insert(table), batch)

    # Parents before what refers to them, whatever the order in the file.
    for table in tables():
        each_member(path, take, TABLES.format(table.name).__eq__)
    for table in tables():
        found = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if found != manifest.rows.get(table.name, 0):
            raise BackupError(f"{table.name} の件数が目録と合いません: 何も変えていません")
    _continue_numbering(connection, manifest)


def _value(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"$bytes"}:
        return base64.b64decode(value["$bytes"])
    return value


def _continue_numbering(connection: Connection, manifest: Manifest) -> None:
    """No number of an erased row is given out again: readers go on from the last they saw."""
    for table in tables():
        last = manifest.sequences.get(table.name)
        column = numbered(table)
        if not last or column is None:
            continue
        if connection.dialect.name == "sqlite":
            if not table.dialect_options["sqlite"].get("autoincrement"):
                continue
            name = {"name": table.name, "last": last}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), name)
            connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), name)
        else:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"),
                {"table": table.name, "column": column, "last": last},
            )


def _unpack(path: Path, folder: Path) -> None:
    def take(name: str, content: IO[bytes]) -> None:
        target = folder / name[len(FILES) :]
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            shutil.copyfileobj(content, file)

    each_member(path, take, lambda name: name.startswith(FILES))


def _put_in_place(settings: Settings, folder: Path) -> None:
    for name, place in places(settings).items():
        restored = folder / name
        if not restored.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if restored.is_dir():
            for path in sorted(restored.rglob("*")):
                if path.is_file():
                    target = place / path.relative_to(restored)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.move(path, target)
            continue
        if name in SECRETS:
            restored.chmod(0o600)
        for beside in ("-wal", "-shm"):
            place.with_name(place.name + beside).unlink(missing_ok=True)
        shutil.move(restored, place)
