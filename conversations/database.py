"""Opening the store: engine, pragmas, schema version, read and write transactions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ujson
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool, StaticPool

from conversations.database_file import StoreFile
from conversations.database_lock import WriteLock
from conversations.database_problems import explained
from conversations.migrations import NewerSchemaError, migrate

if TYPE_CHECKING:
    from conversations.postgresql import Server

CONNECT_SECONDS = 5
"""A PostgreSQL that does not answer within is away."""
POSTGRESQL = {
    "connect_timeout": CONNECT_SECONDS,
    # A network that swallows packets: TCP itself would go on trying for a quarter of an hour.
    "tcp_user_timeout": CONNECT_SECONDS * 1000,
    "keepalives_idle": CONNECT_SECONDS,
    "keepalives_interval": 1,
    "keepalives_count": CONNECT_SECONDS,
}
"""How a connection is opened, where the address does not say otherwise."""

CHECK_SECONDS = 1.0
"""A file that another process holds for longer cannot be used now."""
STORE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""What reading and writing raises while the store is away or full; trying later may work."""


class DatabaseError(Exception):
    """The store cannot be opened; the message says what to do (one line, Japanese)."""


def read_url(url: str) -> URL:
    """Return the parts of a store's address.

    Raises:
        DatabaseError: It is none this program can use.
    """
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        parts = None
    if parts is None or parts.drivername not in ("sqlite", "postgresql", "postgresql+psycopg2"):
        # The address itself may hold a password: it is not repeated.
        raise DatabaseError(
            "TSUNAGARI_DATABASE_URL を読み取れません: sqlite:///（絶対パス）か "
            "postgresql://利用者:パスワード@ホスト/データベース で指定してください"
        )
    return parts


class Database:
    """One SQLAlchemy engine with explicit read and write transactions.

    SQLite runs in WAL mode with `synchronous=NORMAL`: a committed turn survives a crash of the
    process, and readers never wait for the writer. A write takes the lock at its start
    (BEGIN IMMEDIATE), so two processes queue instead of failing half-way (see `database_lock`).
    """

    def __init__(self, url: str) -> None:
        """Open the store at a SQLAlchemy URL and bring its schema up to date.

        Raises:
            DatabaseError: It cannot be reached, or was written by a newer version.
        """
        self.url = read_url(url)
        self._file: StoreFile | None = None
        self._server: Server | None = None
        self.engine = self._engine()
        try:
            self._migrate()
            if self._file is not None:
                self._file.opened()
        except SQLAlchemyError as error:
            self.engine.dispose()
            raise DatabaseError(
                f"会話の記録を開けません（{self.url.render_as_string(hide_password=True)}）: "
                f"{explained(error)}"
            ) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run a block in one write transaction; an exception rolls it back."""
        if self._file is not None:
            self._file.check()
        if self._server is not None:
            self._server.check()
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run a block in one read transaction."""
        if self._server is not None:
            self._server.check()
        with self._reader.connect() as connection:
            yield connection

    def check(self) -> None:
        """See that the store can be read, and that a write would find its place and time.

        Raises:
            OperationalError: It is away, gone or full (or another of `STORE_AWAY`).
        """
        with self.read() as connection:
            connection.execute(text("SELECT 1")).scalar_one()
        if self._file is not None:
            self._file.check()
            self._file.check_room()
            # Another process may hold it: who only reads would not notice.
            with self.engine.execution_options(wait_seconds=CHECK_SECONDS).begin():
                pass

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _engine(self) -> Engine:
        options: dict[str, Any] = {
            "future": True,
            "json_serializer": to_json,
            "json_deserializer": from_json,
            # An error of a statement must not carry what was to be stored into the logs.
            "hide_parameters": True,
        }
        if self.url.get_backend_name() != "sqlite":
            # Imported only where it is used.
            from conversations.postgresql import Server

            self._server = Server(self.url, POSTGRESQL)
            options["connect_args"] = {
                **{name: value for name, value in POSTGRESQL.items() if name not in self.url.query},
                "connection_factory": self._server.connection,
            }
            engine = create_engine(self.url, pool_pre_ping=True, **options)
            self._reader = engine
            return engine
        options["connect_args"] = {"check_same_thread": False}
        if self.url.database in (None, "", ":memory:"):
            options["poolclass"] = StaticPool
        else:
            try:
                Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DatabaseError(
                    f"フォルダーを作れません: {Path(str(self.url.database)).parent}"
                ) from error
            options["poolclass"] = QueuePool
            self._file = StoreFile(Path(str(self.url.database)))
        engine = create_engine(self.url, **options)
        self._reader = engine.execution_options(read_only=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_with(WriteLock()))
        return engine

    def _migrate(self) -> None:
        with self.write() as connection:
            try:
                migrate(connection)
            except NewerSchemaError as error:
                raise DatabaseError(str(error)) from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: `_begin_with` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What is deleted is overwritten in the file, not only unlinked.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_with(lock: WriteLock) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        # Straight to the driver: five times a turn, and nothing in it for SQLAlchemy to do.
        driver: Any = connection.connection.dbapi_connection
        options = connection.get_execution_options()
        if not options.get("read_only"):
            lock.begin(driver, options.get("wait_seconds"))
            return
        try:
            driver.execute("BEGIN")
        except sqlite3.OperationalError as error:
            raise OperationalError("BEGIN", None, error) from error

    return begin


def to_json(value: Any) -> str:
    """Return a value as the JSON text the tables hold; NumPy scalars as plain numbers."""
    text: str = ujson.dumps(
        value, ensure_ascii=False, escape_forward_slashes=False, default=_plain_number
    )
    return text


def from_json(text: str) -> Any:
    """Return what a JSON text of the tables stands for."""
    return ujson.loads(text)


def _plain_number(value: Any) -> Any:
    # Components may leave NumPy scalars in the parse result.
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be stored")


def now() -> float:
    """Return the current time as stored in the tables: seconds since the epoch, UTC."""
    return time.time()
