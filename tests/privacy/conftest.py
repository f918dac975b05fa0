"""The assembled bot with a store of its own, and companies that tell much of themselves."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conversations.ports import IncomingMessage
from conversations.private import PrivateTexts
from desk.model import Staff
from tests.stores import VARIABLE, store_url
from tsunagari.assembly import Application, assemble
from tsunagari.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
SATO = Staff("desk:sato", "佐藤")
#: What nobody may find anywhere but in the sealed texts.
PLANTED = ("山田製作所", "山田太郎", "06-6789-1234", "taro@yamada-ss.example.jp")
INTRODUCTION = (
    "株式会社山田製作所の山田太郎と申します。大阪で金属プレスをやっています。"
    "ベトナムに工場を出したいです。連絡先は06-6789-1234、taro@yamada-ss.example.jpです"
)


@dataclass
class Company:
    """Somebody who writes on a channel."""

    bot: Application
    conversation_id: str
    channel: str = "web"
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def say(self, text: str, message_id: str | None = None) -> str:
        """Return everything the bot said to a message."""
        return "\n".join(one["text"] for one in await self.hear(text, message_id))

    async def hear(self, text: str, message_id: str | None = None) -> list[dict[str, Any]]:
        """Return the messages of the bot to a message."""
        reply = await self.bot.gate.receive(
            IncomingMessage(
                self.conversation_id,
                self.channel,
                text=text,
                client_message_id=message_id or f"m{next(self._numbers)}",
            )
        )
        return reply.messages


@pytest.fixture(scope="session")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("privacy") / "conversations.sqlite"


@pytest.fixture(scope="session")
def store_address(store_file: Path) -> str:
    """Where the bot's store is: the file, or a PostgreSQL server (see tests/stores.py)."""
    return store_url(store_file.parent) if VARIABLE in os.environ else f"sqlite:///{store_file}"


@pytest.fixture(scope="session")
def bot(store_address: str) -> Iterator[Application]:
    """The newest model with real actions and knowledge; somebody works at the desk."""
    made = assemble(Settings(root=ROOT, database_url=store_address))
    made.desk.staffed_when(lambda: True)
    yield made
    made.close()


@pytest.fixture
def company(bot: Application, request: pytest.FixtureRequest) -> Iterator[Company]:
    """A company whose every word is gone after the test: others look through the whole store."""
    made = Company(bot, f"web:{abs(hash(request.node.nodeid)):032x}"[:36])
    yield made
    bot.gate.store.erase(made.conversation_id)


@pytest.fixture
def private(bot: Application) -> PrivateTexts:
    assert bot.privacy is not None
    return bot.privacy.private
