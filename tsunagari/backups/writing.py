"""Writing a backup while the server runs: one consistent state of the store."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from conversations.database import Database
from conversations.schema import SCHEMA_VERSION
from tsunagari import __version__
from tsunagari.backups.archive import (
    FILES,
    FORMAT,
    MANIFEST,
    SECRETS,
    TABLES,
    BackupError,
    Manifest,
    digest,
    numbered,
    places,
    tables,
)
from tsunagari.settings import Settings

_SUFFIXES = {".yml", ".yaml", ".json", ".csv", ".gz", ".sqlite", ".txt", ".md", ""}


def back_up(settings: Settings, database: Database, path: Path, secrets: bool = True) -> Manifest:
    """Write everything an installation needs to come back.

    The file is written beside its place and moved there whole; only its owner may read it.

    Args:
        settings: Where everything is.
        database: The one store.
        path: Of the new file.
        secrets: Whether the secret and the keys of sealed texts go in.

    Raises:
        BackupError: The file exists or cannot be written.
    """
    if path.exists():
        raise BackupError(f"{path} はもうあります: 別の名前にしてください")
    made_at = datetime.now(timezone.utc).isoformat(timespec="seconds")
    manifest = Manifest(FORMAT, __version__, SCHEMA_VERSION, made_at, secrets)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
            staged = Path(folder)
            _dump_tables(database, staged, manifest)
            _copy_files(settings, staged, secrets)
            draft = _pack(staged, manifest)
            draft.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{path} に書けません（{error}）") from error
    return manifest


def _dump_tables(database: Database, staged: Path, manifest: Manifest) -> None:
    (staged / "store").mkdir()
    with database.read() as connection:
        if connection.dialect.name == "postgresql":
            # All tables as they were at one moment.
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        for table in tables():
            with (staged / TABLES.format(table.name)).open("w", encoding="utf-8") as file:
                count = 0
                for row in connection.execute(select(table)):
                    line = json.dumps(dict(row._mapping), ensure_ascii=False, default=_plain)
                    file.write(line + "\n")
                    count += 1
            manifest.rows[table.name] = count
        manifest.sequences.update(_sequences(connection))


def _sequences(connection: Connection) -> Iterator[tuple[str, int]]:
    if connection.dialect.name == "sqlite":
        for name, number in connection.execute(text("SELECT name, seq FROM sqlite_sequence")):
            yield str(name), int(number)
        return
    for table in tables():
        column = numbered(table)
        if column is None:
            continue
        named = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": table.name, "column": column},
        ).scalar()
        if named:
            number = connection.execute(text(f"SELECT last_value FROM {named}")).scalar_one()
            yield table.name, int(number)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    raise TypeError(f"{type(value).__name__} in a table")


def _copy_files(settings: Settings, staged: Path, secrets: bool) -> None:
    for name, place in places(settings).items():
        if not place.exists() or (name in SECRETS and not secrets):
            continue
        target = staged / FILES / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if place.suffix == ".sqlite":
            with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(target)) as to:
                source.backup(to)
        elif place.is_dir():
            for path in sorted(place.rglob("*")):
                if path.is_file() and path.suffix in _SUFFIXES:
                    copy = target / path.relative_to(place)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copy.write_bytes(path.read_bytes())
        else:
            target.write_bytes(place.read_bytes())


def _pack(staged: Path, manifest: Manifest) -> Path:
    members = sorted(path for path in staged.rglob("*") if path.is_file())
    for path in members:
        with path.open("rb") as content:
            manifest.digests[path.relative_to(staged).as_posix()] = digest(content)
    (staged / MANIFEST).write_bytes(manifest.as_json())
    draft = staged / "draft.tar.gz"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as file,
        tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive,
    ):
        # The manifest first: a reader knows what to expect before the rest comes.
        for path in (staged / MANIFEST, *members):
            archive.add(path, path.relative_to(staged).as_posix(), recursive=False)
    return draft
