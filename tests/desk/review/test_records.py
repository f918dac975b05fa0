"""Records are checked, saved, retired and removed; nobody overwrites somebody else."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from desk.review.records import InvalidRecord, Records
from desk.review.romaji import romaji
from desk.review.settling import settle
from desk.review.source_files import Conflict, StageError
from desk.review.workspace import Workspace
from tests.desk.review.conftest import KANRI, YAMADA

HUB = {
    "id": "hub.kochi",
    "kind": "hub",
    "name": "高知県海外サポートデスク",
    "short_name": "高知デスク",
    "readings": ["こうちですく"],
    "summary": "県内企業の海外展開の相談を受けます。",
    "facts": [{"attribute": "overview", "text": "相談を受けます。", "cite": ["deck2014#s05"]}],
    "match": {"prefectures": ["高知県"]},
}


def test_every_record_of_the_product_is_read_and_right(records: Records) -> None:
    items = records.items()
    assert len(items) > 150
    assert not [item.id for item in items.values() if item.record is None]


def test_a_new_record_goes_to_the_file_of_its_kind(records: Records, copy: Path) -> None:
    assert records.save(KANRI, HUB, "新しい窓口", None) == "hub.kochi"
    assert records.items()["hub.kochi"].path == "knowledge/records/hubs.yml"
    assert (copy / "records" / "hubs.yml").read_text("utf-8").count("hub.kochi") == 1


def test_what_is_wrong_is_said_by_field_and_nothing_is_written(
    records: Records, copy: Path
) -> None:
    before = (copy / "records" / "hubs.yml").read_bytes()
    fact = {"attribute": "nothing", "text": "", "cite": []}
    for content, field in (
        ({**HUB, "short_name": "あ" * 21}, "short_name"),
        ({**HUB, "facts": [fact]}, "facts[1].text"),
        ({**HUB, "facts": [{**HUB["facts"][0], "cite": ["x#y"]}]}, "facts[1].cite"),  # type: ignore[index]
        ({**HUB, "match": {"prefectures": ["高知"]}}, "match.prefectures"),
        ({**HUB, "id": "hub.mobio"}, "id"),
        ({**HUB, "valid_until": "来年"}, "valid_until"),
    ):
        with pytest.raises(InvalidRecord) as caught:
            records.save(KANRI, content, "x", None)
        assert field in {problem.field for problem in caught.value.problems}, content
    assert (copy / "records" / "hubs.yml").read_bytes() == before


def test_two_people_at_one_record(records: Records, workspace: Workspace) -> None:
    item = records.items()["hub.mobio"]
    mine, hers = copy.deepcopy(item.content), copy.deepcopy(item.content)
    mine["summary"], hers["summary"] = "わたしの文です。", "かのじょの文です。"
    records.save(YAMADA, hers, "先に", item.seen)
    with pytest.raises(Conflict, match="山田 花子さんが"):
        records.save(KANRI, mine, "後から", item.seen)
    # At another record of the same file nobody is in anybody's way.
    other = records.items()["hub.suwamo"]
    records.save(KANRI, {**other.content, "summary": "べつの文です。"}, "別", other.seen)
    summaries = [change.reason for change in workspace.history()]
    assert summaries == ["別", "先に"]


def test_a_file_changed_by_hand_is_noticed_and_kept(
    records: Records, workspace: Workspace, copy: Path
) -> None:
    item = records.items()["hub.mobio"]
    records.save(KANRI, {**item.content, "summary": "一回目です。"}, "一", item.seen)
    path = copy / "records" / "hubs.yml"
    path.write_text(path.read_text("utf-8").replace("一回目です。", "手で直した文です。"), "utf-8")
    assert workspace.changed_by_hand() == ["knowledge/records/hubs.yml"]
    assert records.items()["hub.mobio"].content["summary"] == "手で直した文です。"
    with pytest.raises(Conflict):
        records.save(KANRI, {**item.content, "summary": "二回目です。"}, "二", item.seen)
    newest = records.items()["hub.mobio"]
    records.save(KANRI, {**newest.content, "summary": "三回目です。"}, "三", newest.seen)
    assert [change.deed for change in workspace.history()] == ["saved", "outside", "saved"]
    assert not workspace.changed_by_hand()


def test_a_broken_file_is_shown_and_the_others_live_on(records: Records, copy: Path) -> None:
    (copy / "records" / "cases.yml").write_text("- id: [", "utf-8")
    assert "hub.mobio" in records.items()
    assert any("cases.yml" in problem.file for problem in records.broken_files())


def test_ending_keeps_the_record_and_removing_needs_nobody_who_names_it(
    records: Records, copy: Path
) -> None:
    records.save(KANRI, HUB, "新しい", None)
    records.retire(KANRI, records.items()["hub.kochi"], "2026-03-31", "閉じた")
    assert records.items()["hub.kochi"].content["valid_until"] == "2026-03-31"
    records.remove(KANRI, records.items()["hub.kochi"], "まちがい")
    assert "hub.kochi" not in records.items()
    assert "hub.kochi" not in (copy / "records" / "hubs.yml").read_text("utf-8")
    with pytest.raises(Conflict, match="参照"):
        records.remove(KANRI, records.items()["hub.mobio"], "まちがい")


def test_staging_is_all_or_nothing(workspace: Workspace, copy: Path) -> None:
    seen = workspace.read("data/nlu.yml")
    with pytest.raises(StageError, match="2行目"):
        workspace.stage(KANRI, "x", {"knowledge/documents.yml": "- [", "data/nlu.yml": "nlu: []\n"})
    assert workspace.read("data/nlu.yml") == seen
    for path in ("../x.yml", "knowledge/../../x.yml", "/etc/x", "models/x", "knowledge"):
        with pytest.raises(StageError):
            workspace.read(path)
    assert not workspace.history()


def test_values_keep_the_way_the_file_writes_them() -> None:
    old = {"cite": "d#s", "as_of": 2014, "facts": [{"cite": "a#b", "text": "x"}]}
    new = {"cite": ["d#s"], "as_of": "2014", "facts": [{"cite": ["a#b"], "text": "x"}]}
    assert settle(old, new) == old
    assert settle(old, {"cite": ["d#t"]}) == {"cite": ["d#t"]}


def test_ids_are_made_of_readings(records: Records) -> None:
    assert romaji("こうちけん") == "kouchiken"
    assert romaji("しゅっちょうじょ") == "shuchoujo"
    assert records.new_id("hub", "もびお") == "hub.mobio_2"
