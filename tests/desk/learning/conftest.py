"""Questions nobody answered, and a working copy of the knowledge to answer them from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from actions.resources import knowledge
from conversations.database import Database
from desk.learning.decisions import Decisions
from desk.learning.files import Files
from desk.learning.learning import Learning
from desk.learning.ports import Known
from desk.learning.questions import Questions
from desk.learning.regroup import regroup
from desk.model import Staff
from desk.review.workspace import Workspace
from knowledge.word_vectors import open_word_vectors
from tests.desk.seed import Seed, tokyo
from tsunagari.known import known_of

ROOT = Path(__file__).resolve().parent.parent.parent.parent
KANRI = Staff("desk:kanri", "管理 太郎")
NOW = tokyo("2026-11-22T12:00")
INTERPRETER = ("現地で通訳を頼むといくらかかりますか", "通訳を現地で頼む費用は？")
CROWD = ("クラウドファンディングで資金を集められますか", "資金をクラウドファンディングで集めたい")
PERSONAL = "株式会社ヤマダ精機の山田です。SWP-B3000の関税は？"


@dataclass
class School:
    """Learning over a real store and a real copy of the files."""

    database: Database
    folder: Path
    seed: Seed
    learning: Learning
    drafts: list[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=list)
    unpublished: list[str] | None = None

    def regroup(self) -> None:
        regroup(self.learning.questions, self.learning.since, open_word_vectors())

    def read(self, path: str) -> str:
        return (self.folder / path).read_text("utf-8")


def known() -> Known:
    opened = knowledge()
    return known_of(opened.store, opened.search)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    for name in ("records", "questions"):
        shutil.copytree(ROOT / "knowledge" / name, tmp_path / "knowledge" / name)
    (tmp_path / "data").mkdir()
    for name in ("nlu.yml", "outside.yml"):
        shutil.copy(ROOT / "data" / name, tmp_path / "data" / name)
    workspace = Workspace(database, tmp_path / "knowledge", tmp_path / "data")
    drafts: list[tuple[str, str, str, tuple[str, ...]]] = []
    school = School(database, tmp_path, Seed(database, NOW - 1000), None, drafts)  # type: ignore[arg-type]
    school.learning = Learning(
        Questions(database),
        Decisions(database),
        known,
        Files(workspace),
        lambda staff, kind, name, texts: drafts.append((staff.name, kind, name, tuple(texts))),
        lambda: school.unpublished,
        lambda: NOW,
    )
    for number in range(4):
        school.seed.turn(f"web:i{number}", INTERPRETER[number % 2], "honest")
    for number in range(3):
        school.seed.turn(f"line:c{number}", CROWD[number % 2], "fallback", channel="line")
    school.seed.turn("web:y", PERSONAL, "maybe")
    school.seed.turn("web:d", "MOBIOの会議室の広さは", "answered", rating="down", reason="wrong")
    # None of these is an open question.
    school.seed.turn("web:ok", "MOBIOとは", "answered", rating="up")
    school.seed.turn("web:p", "はい", "plan", rating="down")
    school.seed.turn("web:h", "山田と申します、契約の件です", "handoff", typed=False)
    Seed(database, NOW - 400 * 86_400).turn("web:old", "昔の質問ですか", "fallback")
    school.regroup()
    yield school
    database.close()
