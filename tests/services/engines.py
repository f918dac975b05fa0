"""PostgreSQL, Redis and RabbitMQ, each empty and on a free port, for the length of a block."""

from __future__ import annotations

import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from tests.services.servers import (
    Server,
    find,
    folder_of_unprivileged,
    free_port,
    listens,
    running,
)


class MissingEngineError(Exception):
    """An engine is not installed; the message names the package."""

    def __init__(self, name: str, package: str) -> None:
        super().__init__(f"{name} がありません（apt-get install {package}）: この検査は飛ばします")


@dataclass(frozen=True)
class Service:
    """A running service.

    Attributes:
        url: Its address.
        server: Its process.
    """

    url: str
    server: Server


@contextmanager
def postgresql() -> Iterator[Service]:
    """A PostgreSQL server with an empty cluster."""
    postgres = find("postgres", "/usr/lib/postgresql/*/bin")
    initdb = find("initdb", "/usr/lib/postgresql/*/bin")
    if postgres is None or initdb is None:
        raise MissingEngineError("PostgreSQL", "postgresql")
    with folder_of_unprivileged() as (folder, user):
        data, port = folder / "data", free_port()
        options = ["-U", "tsunagari", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run(
            [initdb, "-D", str(data), *options],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        url = f"postgresql://tsunagari@127.0.0.1:{port}/postgres"

        def ready() -> bool:
            try:
                psycopg2.connect(url, connect_timeout=1).close()
            except psycopg2.OperationalError:
                return False
            return True

        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [postgres, "-D", str(data), "-p", str(port), *given]
        with running(Server(command, folder / "log", ready, user=user)) as server:
            yield Service(url, server)


@contextmanager
def redis() -> Iterator[Service]:
    """A Redis server without persistence."""
    program = find("redis-server")
    if program is None:
        raise MissingEngineError("Redis", "redis-server")
    port = free_port()

    def ready() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            return False

    with tempfile.TemporaryDirectory(prefix="tsunagari-redis-") as name:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", name]
        with running(Server([program, *options], Path(name) / "log", ready)) as server:
            yield Service(f"redis://127.0.0.1:{port}/0", server)


@contextmanager
def rabbitmq() -> Iterator[Service]:
    """A RabbitMQ broker with the usual guest account."""
    program = find("rabbitmq-server", "/usr/lib/rabbitmq/bin")
    if program is None:
        raise MissingEngineError("RabbitMQ", "rabbitmq-server")
    port = free_port()
    with tempfile.TemporaryDirectory(
        prefix="tsunagari-rabbitmq-", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        environment = {
            "HOME": str(folder),
            "RABBITMQ_NODENAME": f"test{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "logs"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        (folder / "plugins").write_text("[].\n", "ascii")
        server = Server([program], folder / "log", lambda: listens(port), environment)
        with running(server):
            yield Service(f"amqp://guest:guest@127.0.0.1:{port}/", server)
