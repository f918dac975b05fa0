"""PostgreSQL, Redis and RabbitMQ for this folder; what is not installed is skipped visibly."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from tests.services.servers import Server, find, folder_of_unprivileged, free_port, listens, running

MISSING = "{} がありません（apt-get install {}）: この検査は飛ばします"


@dataclass(frozen=True)
class Service:
    """A running service.

    Attributes:
        url: Its address.
        server: Its process.
    """

    url: str
    server: Server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Service]:
    """A PostgreSQL server with an empty cluster."""
    postgres = find("postgres", "/usr/lib/postgresql/*/bin")
    initdb = find("initdb", "/usr/lib/postgresql/*/bin")
    if postgres is None or initdb is None:
        pytest.skip(MISSING.format("PostgreSQL", "postgresql"))
    with folder_of_unprivileged() as (folder, user):
        yield from _postgresql(postgres, initdb, folder, user)


def _postgresql(postgres: str, initdb: str, folder: Path, user: str | None) -> Iterator[Service]:
    data, port = folder / "data", free_port()
    subprocess.run(
        [initdb, "-D", str(data), "-U", "tsunagari", "-A", "trust", "-E", "UTF8", "--locale=C"],
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

    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [postgres, "-D", str(data), "-p", str(port), *settings]
    with running(Server(command, folder / "log", ready, user=user)) as server:
        yield Service(url, server)


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A Redis server without persistence."""
    program = find("redis-server")
    if program is None:
        pytest.skip(MISSING.format("Redis", "redis-server"))
    folder, port = tmp_path_factory.mktemp("redis"), free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir"]

    def ready() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            return False

    with running(Server([*command, str(folder)], folder / "log", ready)) as server:
        yield Service(f"redis://127.0.0.1:{port}/0", server)


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A RabbitMQ broker with the usual guest account."""
    program = find("rabbitmq-server", "/usr/lib/rabbitmq/bin")
    if program is None:
        pytest.skip(MISSING.format("RabbitMQ", "rabbitmq-server"))
    folder, port, distribution = tmp_path_factory.mktemp("rabbitmq"), free_port(), free_port()
    environment = {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"test{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
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


@pytest.fixture
def postgresql_store(postgresql: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database on the PostgreSQL server."""
    from tests import stores

    monkeypatch.setenv(stores.VARIABLE, postgresql.url)
    return stores.store_url(tmp_path)
