"""A copy of the real knowledge to work on, and the review pages over it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conversations.database import Database
from desk.model import Staff
from desk.review import routes as review_routes
from desk.review.citations import Citations
from desk.review.ports import Faces, ReleaseRefused
from desk.review.records import Records
from desk.review.review import Review
from desk.review.views import RecordViews
from desk.review.workspace import Workspace
from knowledge.library.drafts import Drafts
from knowledge.library.library import Library
from knowledge.schema import Document, Record
from tests.desk.pages.conftest import Browser, Desk, clock, empty_desk

__all__ = ["clock", "empty_desk"]

ROOT = Path(__file__).resolve().parents[3]
KANRI = Staff("desk:kanri", "管理 太郎")
YAMADA = Staff("desk:yamada", "山田 花子")
#: Without the questions, which take longest to read and are asked for in no test but one.
COPIED = ("documents.yml", "records", "vocabulary")


@dataclass
class Publishing:
    """Stands in for the releases, which tests/tsunagari/test_releases.py tests for real."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)
    refuses: str = ""

    def current(self) -> None:
        return None

    def listed(self) -> list[Any]:
        return []

    def candidates(self) -> list[Any]:
        return []

    def candidate(self, candidate_id: str) -> Any:
        raise ReleaseRefused("残っていません")

    def working(self, candidate_id: str) -> bool:
        return True

    def changed_files(self) -> list[str]:
        return ["knowledge/records/hubs.yml"]

    def prepare(self, by: str, reason: str, questions: Sequence[str] = ()) -> str:
        if self.refuses:
            raise ReleaseRefused(self.refuses)
        self.asked.append(("prepare", by, reason, tuple(questions)))
        return "c1"

    def cancel(self, candidate_id: str) -> None:
        self.asked.append(("cancel", candidate_id))

    def publish(self, candidate_id: str, by: str) -> Any:
        raise ReleaseRefused("まだ公開できません")

    def rollback(self, to: str, by: str, reason: str) -> None:
        self.asked.append(("rollback", to, by, reason))

    def keep_first(self) -> None:
        self.asked.append(("keep_first",))


class Mirror:
    """A previewer that shows the record itself: the real one is tested with the real bot."""

    async def faces(self, record: Record, documents: Sequence[Document]) -> list[Faces]:
        return [Faces(f"「{record.short_name}とは」", record.summary)]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the knowledge folder."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name in COPIED:
        source = ROOT / "knowledge" / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'history.sqlite'}")
    yield database
    database.close()


@pytest.fixture
def workspace(copy: Path, store: Database, tmp_path: Path) -> Workspace:
    data = tmp_path / "data"
    data.mkdir()
    (data / "nlu.yml").write_text('version: "3.1"\nnlu: []\n', "utf-8")
    return Workspace(store, copy, data)


@pytest.fixture
def records(workspace: Workspace) -> Records:
    return Records(workspace)


@dataclass
class Office:
    """The review pages of a desk with an administrator and a counsellor."""

    desk: Desk
    review: Review
    publishing: Publishing
    library: Path

    async def browser(self, login: str = "kanri") -> Browser:
        return await self.desk.browser().log_in(login)


@pytest.fixture
async def office(
    empty_desk: Callable[..., Any],
    workspace: Workspace,
    records: Records,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Office]:
    from actions.resources import knowledge
    from desk.accounts import Role
    from desk.pages import routes
    from tests.desk.pages.conftest import PASSWORD

    publishing, library = Publishing(), tmp_path / "library.sqlite"
    made: list[Review] = []

    def install(app: Any, handlers: Any, pages: Any) -> None:
        desk_install(app, handlers, pages)
        citations = Citations(records.knowledge, lambda: Library(library))
        zone = pages.service.hours.zone
        views = RecordViews(records, citations, lambda: knowledge().store, zone)
        drafts = Drafts(library)
        parts = (workspace, records, views, citations, publishing, Mirror(), lambda: drafts)
        made.append(Review(*parts))
        review_routes.install(app, handlers, pages, made[0])

    desk_install = routes.install
    monkeypatch.setattr(routes, "install", install)
    desk = await empty_desk()
    desk.accounts.add("yamada", "山田 花子", Role.COUNSELLOR, PASSWORD)
    desk.accounts.add("kanri", "管理 太郎", Role.ADMINISTRATOR, PASSWORD)
    yield Office(desk, made[0], publishing, library)
