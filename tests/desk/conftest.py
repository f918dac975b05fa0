from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conversations.database import Database
from tests.desk.world import World
from tests.stores import store_url


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "desk")
    yield world
    world.database.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(store_url(tmp_path))
    yield database
    database.close()
