"""Where a test keeps its conversations: a SQLite file, or a real PostgreSQL server.

tests/services runs whole suites a second time with `TSUNAGARI_TEST_POSTGRESQL` naming a server.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.engine import make_url

VARIABLE = "TSUNAGARI_TEST_POSTGRESQL"


def store_url(folder: Path) -> str:
    """Return the address of the store that belongs to a folder, the same for every process."""
    server = os.environ.get(VARIABLE)
    if server is None:
        return f"sqlite:///{folder / 'store.sqlite'}"
    name = "test_" + hashlib.sha256(str(folder).encode()).hexdigest()[:24]
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        known = sqlalchemy.text("SELECT 1 FROM pg_database WHERE datname = :name")
        if connection.execute(known, {"name": name}).first() is None:
            connection.execute(sqlalchemy.text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


sqlite_only = pytest.mark.skipif(VARIABLE in os.environ, reason="about SQLite's own files")
