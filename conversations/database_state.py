"""Looking at a store without opening it for good: is it there, and of which schema version."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from conversations.database import CONNECT_SECONDS, DatabaseError, read_url
from conversations.database_problems import explained
from conversations.schema import SCHEMA_VERSION, private_text, schema_version


@dataclass(frozen=True)
class DatabaseState:
    """What is at the store's address.

    Attributes:
        where: The address, without a password.
        version: Version of its tables; None while there are none.
        engine: The engine with its version; the word for SQLite is short.
        key_ids: Keys that seal texts in it, with how many texts each.
    """

    where: str
    version: int | None
    engine: str
    key_ids: dict[str, int]

    @property
    def current(self) -> bool:
        """Whether this program uses these tables as they are."""
        return self.version == SCHEMA_VERSION


def look_at(url: str) -> DatabaseState:
    """Look at a store; nothing is made or changed.

    Raises:
        DatabaseError: It cannot be reached or read; says how to mend it.
    """
    parts = read_url(url)
    where = parts.render_as_string(hide_password=True)
    options: dict[str, object] = {"connect_timeout": CONNECT_SECONDS}
    if parts.get_backend_name() == "sqlite":
        options = {"timeout": CONNECT_SECONDS}
        path = Path(str(parts.database or ""))
        if parts.database in (None, "", ":memory:"):
            return DatabaseState(where, None, "SQLite", {})
        if not path.exists():
            _check_folder(path)
            return DatabaseState(where, None, "SQLite", {})
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise DatabaseError(
                f"{path} に書き込めません。ファイルとフォルダーの持ち主と権限を確かめてください"
            )
    engine = create_engine(parts, future=True, connect_args=options, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return _state(connection, where)
    except SQLAlchemyError as error:
        raise DatabaseError(f"{where}: {explained(error)}") from error
    finally:
        engine.dispose()


def _state(connection: Connection, where: str) -> DatabaseState:
    if connection.dialect.name == "sqlite":
        engine = "SQLite"
        found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        if found != "ok":
            raise DatabaseError(f"{where}: {explained(ValueError('malformed'))}")
    else:
        engine = f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar()}"
    tables = set(inspect(connection).get_table_names())
    if schema_version.name not in tables:
        return DatabaseState(where, None, engine, {})
    version = connection.execute(select(schema_version.c.version)).scalar_one()
    keys: dict[str, int] = {}
    if private_text.name in tables:
        column = private_text.c.key_id
        counted = select(column, func.count()).group_by(column)
        keys = {row[0]: row[1] for row in connection.execute(counted)}
    return DatabaseState(where, version, engine, keys)


def _check_folder(path: Path) -> None:
    """See that a file can be made.

    Raises:
        DatabaseError: Its folder cannot be written.
    """
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise DatabaseError(f"{folder} に書き込めません。持ち主と権限を確かめてください")
