"""Shared by the tests that talk to the bot: the assembled bot, once for a test run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tsunagari import light_imports
from tsunagari.assembly import Application, assemble
from tsunagari.settings import Settings

# Before any test module imports Rasa: TensorFlow is not needed here either.
light_imports.install()

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The newest model with real actions, knowledge and a store of its own."""
    folder = tmp_path_factory.mktemp("store")
    store = f"sqlite:///{folder / 'conversations.sqlite'}"
    library = folder / "library.sqlite"
    bot = assemble(Settings(root=ROOT, database_url=store, library_file=library))
    yield bot
    bot.close()
