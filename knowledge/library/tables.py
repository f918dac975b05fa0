"""The library's file: one SQLite database, opened anew for each use.

Its journal mode is the plain one on purpose: any change then shows in the file's own time stamp and
size, so that a running server sees it without opening the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path

VERSION = 1
_BUSY_SECONDS = 20

_TABLES = """
CREATE TABLE document (
    id TEXT PRIMARY KEY, series TEXT NOT NULL, edition INTEGER NOT NULL, source TEXT NOT NULL,
    name TEXT NOT NULL, media TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL,
    publisher TEXT, date TEXT, valid_until TEXT, pages INTEGER, unreadable TEXT NOT NULL,
    superseded_by TEXT, ingested TEXT NOT NULL, etag TEXT, last_modified TEXT,
    UNIQUE (series, edition)
);
CREATE INDEX document_source ON document (source);
CREATE TABLE passage (
    document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    section TEXT NOT NULL, page INTEGER, place TEXT NOT NULL, heading TEXT NOT NULL,
    path TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, words TEXT NOT NULL,
    title_words TEXT NOT NULL, PRIMARY KEY (document, section)
);
CREATE INDEX passage_order ON passage (document, position);
CREATE TABLE draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL, kind TEXT NOT NULL,
    name TEXT NOT NULL, target TEXT, fields TEXT NOT NULL, status TEXT NOT NULL,
    created TEXT NOT NULL, decided TEXT, by TEXT, reason TEXT, record_id TEXT
);
CREATE INDEX draft_status ON draft (status, document);
CREATE TABLE change (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, what TEXT NOT NULL,
    subject TEXT NOT NULL, title TEXT NOT NULL, by TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE TABLE known_record (id TEXT PRIMARY KEY, digest TEXT NOT NULL, changed TEXT);
"""


class LibraryError(Exception):
    """The library's file cannot be used; the message says why and what to do."""


@contextmanager
def opened(path: Path, write: bool = False) -> Iterator[sqlite3.Connection]:
    """Opens the file for one use, in one transaction where it is written.

    Args:
        path: The file; it is made when it is to be written.
        write: Whether it is; commits at the end, rolls back on an error.

    Raises:
        LibraryError: It is not a library, is of a newer version, or cannot be written.
    """
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
    target = str(path) if write else f"file:{path}?mode=ro"
    try:
        with closing(sqlite3.connect(target, timeout=_BUSY_SECONDS, uri=not write)) as connection:
            if not write and _is_blank(connection):
                with closing(sqlite3.connect(":memory:")) as empty:
                    empty.row_factory = sqlite3.Row
                    empty.executescript(_create())
                    yield empty
                return
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            _prepare(connection, path, write)
            if not write:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
    except sqlite3.DatabaseError as error:
        raise LibraryError(
            f"資料の保管ファイル {path.name} を使えません（{error}）。"
            "空き容量と書き込みの権限を確かめ、壊れているときは控えから戻してください"
        ) from error


def now() -> str:
    """Returns the time, ISO 8601 in UTC, to the second."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _is_blank(connection: sqlite3.Connection) -> bool:
    """Whether the file holds nothing yet: another process is just about to make its tables."""
    return not connection.execute("SELECT 1 FROM sqlite_master").fetchone()


def _prepare(connection: sqlite3.Connection, path: Path, write: bool) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == VERSION:
        return
    if version == 0 and write:
        connection.executescript(f"BEGIN IMMEDIATE;{_create()}COMMIT;")
        return
    if version > VERSION:
        raise LibraryError(
            f"資料の保管ファイル {path.name} は新しい版のものです。tsunagari を更新してください"
        )


def _create() -> str:
    """Creates what another process may just have created."""
    tables = _TABLES.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")
    tables = tables.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS")
    return f"{tables}PRAGMA user_version = {VERSION};"
