from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conversations.database import Database
from conversations.gate import Gate
from conversations.store import ConversationStore
from tests.conversations.gate.fake_bot import FakeBot
from tests.stores import store_url


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(store_url(tmp_path))
    yield database
    database.close()


@pytest.fixture
def bot() -> FakeBot:
    return FakeBot()


@pytest.fixture
def gate(database: Database, bot: FakeBot) -> Gate:
    return Gate(ConversationStore(database), bot)
