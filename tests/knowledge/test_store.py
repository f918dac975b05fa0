"""Build and store: determinism, staleness, look-ups."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from knowledge.build import build
from knowledge.errors import KnowledgeError
from knowledge.loader import load_knowledge
from knowledge.schema import Kind
from knowledge.store import Store, open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The repository's own knowledge."""
    return open_store(tmp_path_factory.mktemp("build") / "knowledge.sqlite", strict=True)


def test_builds_are_equal_byte_by_byte(folder: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    assert build(one, folder)
    assert build(other, folder)
    assert one.read_bytes() == other.read_bytes()


def test_an_unchanged_folder_is_not_rebuilt(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "k.sqlite"
    assert build(path, folder)
    assert not build(path, folder)
    file = folder / "records" / "all.yml"
    file.write_text(file.read_text("utf-8").replace("集積がある", "集積の厚い"), "utf-8")
    assert build(path, folder)


def test_a_damaged_file_is_rebuilt(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "k.sqlite"
    path.write_bytes(b"not a database")
    assert len(open_store(path, folder).records()) == 2


def test_a_broken_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "records" / "all.yml").write_text("- id: x\n", "utf-8")
    with pytest.raises(KnowledgeError):
        open_store(tmp_path / "k.sqlite", folder, strict=True)


def test_the_store_holds_what_was_loaded(store: Store) -> None:
    knowledge = load_knowledge()
    assert {record.id: record for record in store.records()} == knowledge.records
    assert len(store.facts()) == sum(len(record.facts) for record in store.records())


def test_full_text_index_finds_facts(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "k.sqlite"
    build(path, folder)
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT record_id FROM fact_index JOIN fact ON fact.id = fact_index.rowid"
            " WHERE fact_index MATCH '賃金'"
        ).fetchall()
    assert rows == [("country.thailand",)]


def test_every_fact_has_a_citation_that_can_be_named(store: Store) -> None:
    for stored in store.facts():
        citations = store.citation(stored.fact)
        assert citations
        assert all(citation.title and citation.heading for citation in citations)


def test_municipalities_of_one_name(store: Store) -> None:
    assert store.prefecture_of("府中市") == ("東京都", "広島県")
    assert store.prefecture_of("府中") == ("東京都", "広島県")
    assert store.prefecture_of("東大阪") == ("大阪府",)
    assert store.prefecture_of("神戸市中央区") == ("兵庫県",)
    assert store.prefecture_of("諏訪郡") == ("長野県",)
    assert store.prefecture_of("存在しない市") == ()


def test_wards_of_designated_cities(store: Store) -> None:
    ward = store.municipality("中央区")
    assert ward is not None
    assert {"神戸市", "大阪市"} <= set(ward.parents)
    assert "東京都" in ward.prefectures


def test_every_prefecture_has_a_block(store: Store) -> None:
    prefectures = store.slot_values("prefecture")
    assert len(prefectures) == 47
    for prefecture in prefectures:
        block = store.block_of(prefecture.id)
        assert block is not None
        assert store.record(block).kind is Kind.HUB


def test_regions_name_prefectures(store: Store) -> None:
    known = {value.id for value in store.slot_values("prefecture")}
    assert all(set(region.prefectures) <= known for region in store.regions())


def test_oda_countries(store: Store) -> None:
    assert store.is_oda_country("country.vietnam") is True
    assert store.is_oda_country("country.atlantis") is None
