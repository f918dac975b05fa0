from __future__ import annotations

import os
from pathlib import Path

import pytest

from tsunagari import building
from tsunagari.fingerprint import Stamp, fingerprint
from tsunagari.settings import Settings, UserError

PATTERNS = ("config.yml", "data/**/*.yml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "config.yml").write_text("language: ja\n")
    (tmp_path / "domain.yml").write_text("version: '3.1'\n")
    (tmp_path / "data" / "deep" / "nlu.yml").write_text("nlu: []\n")
    return tmp_path


def test_the_fingerprint_follows_content_and_names_only(project: Path) -> None:
    before = fingerprint(project, PATTERNS)
    os.utime(project / "config.yml", (0, 0))
    (project / "unrelated.txt").write_text("x")
    assert fingerprint(project, PATTERNS) == before
    (project / "data" / "deep" / "nlu.yml").write_text("nlu: [1]\n")
    changed = fingerprint(project, PATTERNS)
    assert changed != before
    (project / "data" / "deep" / "nlu.yml").rename(project / "data" / "nlu.yml")
    assert fingerprint(project, PATTERNS) not in {before, changed}


def test_a_stamp_matches_only_what_was_written(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "x" / "y.sha256")
    assert not stamp.matches("a")
    stamp.write("a")
    assert stamp.matches("a")
    assert not stamp.matches("b")
    stamp.clear()
    assert not stamp.matches("a")


def test_the_second_build_does_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(root=project, database_url="sqlite://")
    runs: list[list[str]] = []

    def pretend(settings: Settings, doing: str, done: str, arguments: list[str]) -> None:
        runs.append(arguments)
        if arguments[0] == "train":
            settings.models.mkdir(exist_ok=True)
            (settings.models / "model.tar.gz").write_bytes(b"")

    monkeypatch.setattr(building, "_run_with_progress", pretend)
    for _ in range(2):
        building.build_knowledge(settings, only_if_changed=True)
        building.train_model(settings, only_if_changed=True)
    assert runs == [["knowledge", "build"], ["train", "--here"]]
    (project / "config.yml").write_text("language: en\n")
    assert building.train_model(settings, only_if_changed=True)
    assert not building.build_knowledge(settings, only_if_changed=True)
    (settings.models / "model.tar.gz").unlink()
    assert building.train_model(settings, only_if_changed=True)


def test_a_failed_build_is_tried_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(root=project, database_url="sqlite://")

    def fail(*_arguments: object) -> None:
        raise UserError("broken record")

    monkeypatch.setattr(building, "_run_with_progress", fail)
    with pytest.raises(UserError):
        building.build_knowledge(settings, only_if_changed=True)
    assert not building.knowledge_stamp(settings).matches(
        fingerprint(project, building.KNOWLEDGE_SOURCES)
    )
