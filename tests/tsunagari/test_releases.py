"""Releases: what goes live, what never can, and that no turn is dropped while it changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.build import build
from tsunagari.assembly import assemble, newest_model
from tsunagari.health import installation
from tsunagari.health.finding import Mark
from tsunagari.releases import BLOCKED, FAILED, READY, ReleaseError, Releases
from tsunagari.releases.evaluation import Question, losses
from tsunagari.releases.making import Making, diff_of
from tsunagari.releases.model import Changed, Evaluation, Release, as_raw, write_json
from tsunagari.releases.shelf import KEPT, Shelf
from tsunagari.settings import Settings, UserError

ROOT = Path(__file__).resolve().parents[2]
WRONG = """
- id: hub.kochi
  kind: hub
  name: 高知デスク
  short_name: 高知デスク
  summary: 相談を受けます。
  facts: [{attribute: overview, text: 123億円の相談を受けます。, cite: deck2014#s05}]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The product with knowledge, examples and releases of its own."""
    for name in ("records", "vocabulary", "questions", "digests"):
        shutil.copytree(ROOT / "knowledge" / name, tmp_path / "knowledge" / name)
    for name in ("documents.yml", "counted.yml", "evaluation.yml"):
        shutil.copy(ROOT / "knowledge" / name, tmp_path / "knowledge" / name)
    (tmp_path / "data").mkdir()
    for path in (ROOT / "data").glob("*.yml"):
        shutil.copy(path, tmp_path / "data")
    return Settings(
        root=ROOT,
        database_url=f"sqlite:///{tmp_path / 'store.sqlite'}",
        knowledge_directory=tmp_path / "knowledge",
        data_directory=tmp_path / "data",
        releases_directory=tmp_path / "releases",
    )


@pytest.fixture
def releases(settings: Settings) -> Iterator[Releases]:
    newest_model(settings)
    build()
    yield Releases(settings)


def add(settings: Settings, text: str) -> None:
    path = settings.knowledge / "records" / "hubs.yml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def test_the_first_release_is_what_is_live(releases: Releases) -> None:
    assert releases.current() is None
    assert releases.changed_files() == []
    first = releases.keep_first()
    assert releases.keep_first() == first == releases.current()
    assert releases.shelf.knowledge(first.id).exists()


def test_a_wrong_record_is_blocked_with_its_reason(releases: Releases, settings: Settings) -> None:
    first = releases.keep_first()
    add(settings, WRONG)
    candidate_id = releases.request("管理", "ためし")
    candidate = Making(settings, candidate_id).run()
    assert candidate.state == BLOCKED
    problem = candidate.problems[0]
    assert (problem["record"], problem["field"]) == ("hub.kochi", "facts[1].text")
    assert "円」が出典 deck2014#s05 にありません" in problem["what"]
    with pytest.raises(ReleaseError, match="まだ公開できません"):
        releases.publish(candidate_id, "管理")
    assert releases.current() == first
    add(settings, "\n- id: [")
    candidate = Making(settings, releases.request("管理", "ためし")).run()
    assert candidate.state == BLOCKED
    assert "YAML" in candidate.problems[0]["what"]


def test_nothing_changed_is_nothing_to_publish(releases: Releases, settings: Settings) -> None:
    same = replace(settings, knowledge_directory=None, data_directory=None)
    releases = Releases(same)
    releases.keep_first()
    candidate = Making(same, releases.request("管理", "ためし")).run()
    assert candidate.state == BLOCKED
    assert "変わったところがありません" in candidate.step


def test_one_preparation_at_a_time_and_it_can_be_stopped(releases: Releases) -> None:
    candidate_id = releases.request("管理", "一つ目")
    with pytest.raises(ReleaseError, match="管理さん"):
        releases.request("佐藤", "二つ目")
    directory = releases.shelf.candidates / candidate_id
    os.utime(directory / "heartbeat", (1, 1))
    assert releases.candidate(candidate_id).state == FAILED
    assert releases.request("佐藤", "二つ目")


def published(releases: Releases, reason: str) -> str:
    """Put a finished candidate down without making it, and publish it."""
    candidate_id = releases.request("管理", reason)
    directory = releases.shelf.candidates / candidate_id
    live = releases.current()
    assert live is not None
    for name in ("model.tar.gz", "knowledge.sqlite"):
        shutil.copy(releases.shelf.directory(live.id) / name, directory / name)
    candidate = replace(releases.candidate(candidate_id), state=READY, step="公開できます")
    write_json(directory / "candidate.json", as_raw(candidate))
    return candidate_id


def test_publishing_and_going_back(releases: Releases) -> None:
    first = releases.keep_first()
    one = releases.publish(published(releases, "一"), "管理")
    assert releases.current() == one
    assert [release.id for release in releases.listed()] == [one.id, first.id]
    stale = published(releases, "二")
    releases.rollback(first.id, "管理", "まちがい")
    assert releases.current() == first
    with pytest.raises(ReleaseError, match="ほかの人が公開しました"):
        releases.publish(stale, "管理")
    with pytest.raises(ReleaseError, match="公開中"):
        releases.rollback(first.id, "管理", "もう一度")
    with pytest.raises(ReleaseError, match="残っていません"):
        releases.rollback("../..", "管理", "x")
    releases.rollback(one.id, "管理", "やはり")
    assert releases.current() == one


def test_old_releases_go_but_never_the_live_one(releases: Releases) -> None:
    shelf = releases.shelf
    first = releases.keep_first()
    for number in range(KEPT + 3):
        directory = shelf.root / f".made{number}"
        shutil.copytree(shelf.directory(first.id), directory)
        shelf.put(directory, Release(f"r{number:02}", number, "x", "x", "same", shelf.code))
    shelf.point_to("r00")
    shelf.tidy()
    kept = {release.id for release in shelf.listed()}
    assert "r00" in kept
    assert len(kept) == KEPT + 1


def test_a_release_of_another_program_is_not_used(releases: Releases, settings: Settings) -> None:
    first = releases.keep_first()
    path = releases.shelf.directory(first.id) / "release.json"
    path.write_text(path.read_text("utf-8").replace(first.code, "0" * 64), "utf-8")
    assert Releases(settings).current() is None
    assert Shelf(settings).pointer() == first.id


@pytest.mark.parametrize("name", ["model.tar.gz", "knowledge.sqlite"])
def test_a_damaged_live_release_ends_a_start_with_the_way_back(
    releases: Releases, settings: Settings, name: str
) -> None:
    first = releases.keep_first()
    assert installation.releases(settings).mark is Mark.GOOD
    path = releases.shelf.directory(first.id) / name
    path.write_bytes(b"broken")
    with pytest.raises(UserError, match="tsunagari knowledge rollback") as stopped:
        assemble(settings)
    assert name in str(stopped.value)
    found = installation.releases(settings)
    assert found.mark is Mark.WRONG and name in found.text


def test_a_release_whose_description_is_broken_is_no_release(releases: Releases) -> None:
    first = releases.keep_first()
    (releases.shelf.directory(first.id) / "release.json").write_text("{", "utf-8")
    assert releases.current() is None
    assert releases.listed() == []


def test_losing_right_answers_blocks() -> None:
    worse = tuple(Changed(str(n), "はい", "", True, False) for n in range(9))
    assert losses(Evaluation(100, 100, 95, 86, worse))
    assert not losses(Evaluation(100, 100, 95, 93, worse[:2]))
    question = Question(("x",), any_of=("MOBIOの運営主体は大阪府です。",))
    assert question.right("MOBIOの運営主体は、大阪府です〔出典: …〕")
    assert question.right("分かりません") is False
    assert Question(("x",)).right("何でも") is None
    assert "+b" in diff_of("a\n", "a\nb\n")


def test_turns_go_on_while_the_live_release_changes(
    releases: Releases, settings: Settings, tmp_path: Path
) -> None:
    """Swap under load in a process of its own: the swap is process-wide."""
    first = releases.keep_first()
    other = releases.publish(published(releases, "二"), "管理")
    releases.rollback(first.id, "管理", "はじめに戻す")
    script = Path(__file__).with_name("swap_under_load.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), other.id],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
