"""Setting learning up: what it reads, the files it changes, the process that groups."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from conversations.database import Database
from conversations.masking import mask
from desk.learning.ports import Known
from desk.learning.questions import Questions
from knowledge.word_vectors import open_word_vectors
from tsunagari.settings import Settings

GROUPING_SECONDS = 300


def questions_of(database: Database) -> Questions:
    """Return the open questions of a store, masked."""
    return Questions(database, lambda text: mask(text).text)


def known_now() -> Known:
    """Return what the bot in this process knows now."""
    from actions.resources import knowledge

    opened = knowledge()
    vectors = open_word_vectors()
    return Known(opened.store, opened.search, lambda word: vectors is not None and word in vectors)


def regrouper(settings: Settings) -> Callable[[], Awaitable[None]]:
    """Return what groups new questions in a process of its own, behind everything else."""

    async def regroup() -> None:
        environment = {
            **os.environ,
            "TSUNAGARI_HOME": str(settings.root),
            "TSUNAGARI_DATABASE_URL": settings.database_url,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tsunagari", "learning", "group",
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            preexec_fn=_step_back,
        )  # fmt: skip
        try:
            code = await asyncio.wait_for(process.wait(), GROUPING_SECONDS)
        except asyncio.TimeoutError as error:
            process.kill()
            raise OSError("grouping took too long") from error
        if code:
            raise OSError(f"grouping ended with {code}")

    return regroup


def intents_of(data: Path) -> Sequence[str]:
    """Return the intents that `data/nlu.yml` holds examples of, in file order."""
    path = data / "nlu.yml"
    return _intents(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _intents(path: Path, _version: int) -> tuple[str, ...]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(path.read_text("utf-8"), Loader=loader)
    found = (block["intent"] for block in content["nlu"] if "intent" in block)
    return tuple(dict.fromkeys(found))


def _step_back() -> None:
    os.nice(10)
