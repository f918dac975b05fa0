"""Setting learning and the report up: what they read and change, the processes beside."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from pathlib import Path

import yaml
from sanic import Sanic

from desk.learning import pages as learning_pages
from desk.learning.decisions import Decisions
from desk.learning.files import Files
from desk.learning.learning import Learning
from desk.learning.ports import DraftBox, Known
from desk.learning.questions import Questions
from desk.model import Staff
from desk.pages.desk import DeskPages
from desk.pages.routes import DeskRoutes
from desk.report import pages as report_pages
from knowledge.library import Library
from knowledge.library.drafts import Draft, DraftField, Drafts
from tsunagari.assembly import Application
from tsunagari.known import known_of
from tsunagari.releases import Releases
from tsunagari.reporting import reporter
from tsunagari.review_setup import workspace_of
from tsunagari.settings import Settings

GROUPING_SECONDS = 300
MOST_PASSAGES = 5
NO_DOCUMENT = "desk_0"
"""Document of a draft that was made at the desk and has no source yet."""


def known_now() -> Known:
    """Return what the bot in this process knows now."""
    from actions.resources import current_knowledge

    opened = current_knowledge()
    return known_of(opened.store, opened.search)


def draft_box(library_path: Path) -> DraftBox:
    """Return what keeps drafts of records, with the passages that may answer the questions."""

    def keep(staff: Staff, kind: str, name: str, questions: Sequence[str]) -> None:
        library = Library(library_path)
        hits = [hit for text in (name, *questions) for hit in library.search(text, MOST_PASSAGES)]
        hits.sort(key=lambda hit: -hit.score)
        passages = {hit.passage.cite: hit for hit in hits}
        fields = tuple(
            DraftField("overview", hit.passage.text, cite, hit.passage.text, float(hit.confidence))
            for cite, hit in list(passages.items())[:MOST_PASSAGES]
        )
        document = hits[0].passage.document if hits else NO_DOCUMENT
        kept = [one for one in fields if one.cite.startswith(f"{document}#")]
        draft = Draft(0, document, kind, name, None, tuple(kept))
        Drafts(library_path).propose([draft])

    return keep


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


def install(app: Sanic, application: Application, routes: DeskRoutes, pages: DeskPages) -> None:
    """Add the pages of learning and the report to the desk."""
    settings, zone = application.settings, application.desk.hours.zone
    database = application.database
    releases = application.releases or Releases(settings)
    learning = Learning(
        Questions(database),
        Decisions(database),
        known_now,
        Files(workspace_of(application)),
        draft_box(settings.library),
        lambda: releases.changed_files() if releases.current() else None,
    )
    learning_pages.install(
        app,
        routes,
        learning_pages.LearningPages(
            pages, learning, regrouper(settings), lambda: intents_of(settings.data), zone
        ),
    )
    clock = application.desk.clock
    report_pages.install(
        app, routes, report_pages.ReportPages(pages, reporter(settings), zone, clock)
    )


def _step_back() -> None:
    os.nice(5)
