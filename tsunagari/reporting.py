"""Making reports: from the store, through figures and names, to a file; or in another process."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from desk.learning.groups import Group, groups_of
from desk.learning.questions import Question, Questions
from desk.report.period import Period
from knowledge.store import Store
from tsunagari.settings import Settings

REPORT_SECONDS = 300
PATIENCE_SECONDS = 20.0
"""A request waits no longer for a report; it is made all the same, and the page asks again."""
KEPT_SECONDS = 60.0
"""A report that was just made is shown again rather than made again."""
MOST_KEPT = 8


class Reports:
    """Makes reports of one installation (imports Matplotlib and scikit-learn when it does).

    Args:
        settings: Where the store and the knowledge are.
    """

    def __init__(self, settings: Settings) -> None:
        from knowledge.search import Search
        from knowledge.word_vectors import open_word_vectors
        from tsunagari.known import known_of

        self._settings = settings
        self._store = live_store(settings)
        self._vectors = open_word_vectors()
        self._known = known_of(self._store, Search(self._store))

    def make(self, period: Period, kind: str) -> bytes:
        """Make a report.

        Args:
            period: What it is about.
            kind: `html` (one file), `part` (inside a page) or `csv`.
        """
        from desk.report import build, figures, render
        from tsunagari.assembly import open_database

        database = open_database(self._settings)
        try:
            now = figures.count(database, period)
            before = figures.count(database, period.before)
            asked = Questions(database).asked(period.start, period.end)
            report = build.build(period, now, before, self._grouped(asked), self._label)
        finally:
            database.close()
        if kind == "csv":
            return render.table(report).encode("utf-8")
        if kind == "part":
            return render.part(report).encode("utf-8")
        made = datetime.now(period.zone).strftime("%Y年%-m月%-d日 %H:%M")
        return render.file(report, made).encode("utf-8")

    def _grouped(self, asked: Sequence[Question]) -> list[Group]:
        from dataclasses import replace

        from desk.learning.grouping import MOST_TEXTS, group

        kept = asked[-MOST_TEXTS:]
        if not kept:
            return []
        background = [question.text for question in self._store.questions()]
        labels = group([one.text for one in kept], self._vectors, background)
        named = [
            replace(one, group_key=str(label)) for one, label in zip(kept, labels, strict=True)
        ]
        return groups_of(named, self._known)

    def _label(self, kind: str, value: str) -> str:
        if kind == "record":
            known = self._store.has_record(value)
            return self._store.record(value).short_name if known else value
        if kind == "channel":
            from desk.pages.wording import texts

            return str(texts()["channels"].get(value, value))
        if kind == "prefecture":
            return value
        option = self._store.slot_value(kind, value)
        return option.label if option else value


def live_store(settings: Settings) -> Store:
    """Open the knowledge the bot stands on now: what was published, else the last build."""
    from knowledge.store import open_store, read_store
    from tsunagari.releases import Releases

    releases = Releases(settings)
    published = releases.current()
    return read_store(releases.shelf.knowledge(published.id)) if published else open_store()


def reporter(settings: Settings) -> Callable[[str, str], Awaitable[bytes]]:
    """Return what makes reports in a process of its own, behind everything else."""
    kept: dict[tuple[str, str], tuple[float, bytes]] = {}
    running: dict[tuple[str, str], asyncio.Task[bytes]] = {}

    async def make(period: str, kind: str) -> bytes:
        made_at, made = kept.get((period, kind), (0.0, b""))
        if time.monotonic() - made_at < KEPT_SECONDS and made:
            return made
        task = running.get((period, kind))
        if task is None:
            task = running[period, kind] = asyncio.ensure_future(run_and_keep(period, kind))
        # Whoever asks again finds the same one under way.
        return await asyncio.wait_for(asyncio.shield(task), PATIENCE_SECONDS)

    async def run_and_keep(period: str, kind: str) -> bytes:
        try:
            made = await run(period, kind)
        finally:
            running.pop((period, kind), None)
        kept[period, kind] = (time.monotonic(), made)
        while len(kept) > MOST_KEPT:
            kept.pop(next(iter(kept)))
        return made

    async def run(period: str, kind: str) -> bytes:
        options = {"part": ["--part"], "csv": ["--csv"], "html": []}[kind]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tsunagari", "report", "--period", period, "-o", "-", *options,
            env={
                **os.environ,
                "TSUNAGARI_HOME": str(settings.root),
                "TSUNAGARI_DATABASE_URL": settings.database_url,
            },
            stdout=asyncio.subprocess.PIPE,
            preexec_fn=_step_back,
        )  # fmt: skip
        try:
            made, _ = await asyncio.wait_for(process.communicate(), REPORT_SECONDS)
        except asyncio.TimeoutError as error:
            process.kill()
            raise OSError("the report took too long") from error
        if process.returncode:
            raise OSError(f"the report ended with {process.returncode}")
        return made

    return make


def _step_back() -> None:
    os.nice(5)
