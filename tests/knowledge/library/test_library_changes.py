"""Changes of records are noticed by comparing; the feeds tell them; the search keeps up."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from knowledge.ingest import ingest_file
from knowledge.library import Library
from knowledge.library.changes import Changes
from knowledge.store import Store, open_store
from tsunagari.change_feeds import atom, sitemap


def changed(store: Store) -> Store:
    """Returns the store with one record changed, one gone and one new."""
    fields = {name: getattr(store, name) for name in store.__dataclass_fields__}
    records = {one.id: one for one in store.records()}
    mobio = records["hub.mobio"]
    records["hub.mobio"] = mobio.copy(update={"valid_until": "2030"})
    del records["hub.suwamo"]
    records["hub.new"] = mobio.copy(update={"id": "hub.new", "name": "新しい窓口"})
    return Store(**{**fields, "_records": records})


def test_records_are_compared_with_the_last_look(tmp_path: Path) -> None:
    changes, store = Changes(tmp_path / "library.sqlite"), open_store()
    assert changes.note(store) == 0
    assert changes.listed() == []
    assert changes.note(store) == 0
    assert changes.note(changed(store)) == 3
    told = {(one.what, one.subject) for one in changes.listed()}
    assert told == {
        ("record_changed", "hub.mobio"),
        ("record_added", "hub.new"),
        ("record_removed", "hub.suwamo"),
    }
    assert set(changes.last_changed()) == {"hub.mobio", "hub.new"}


def test_the_feeds_are_xml_with_dates(tmp_path: Path) -> None:
    changes, store = Changes(tmp_path / "library.sqlite"), open_store()
    changes.note(store)
    changes.note(changed(store))
    base = "https://chat.example.jp"
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "a": "http://www.w3.org/2005/Atom"}
    pages = ElementTree.fromstring(sitemap(changed(store), changes.last_changed(), base))
    dated = {
        page.findtext("s:loc", namespaces=names)
        for page in pages.findall("s:url", names)
        if page.find("s:lastmod", names) is not None
    }
    assert dated == {
        f"{base}/knowledge",
        f"{base}/knowledge/hub.mobio",
        f"{base}/knowledge/hub.new",
    }
    feed = ElementTree.fromstring(atom(changes.listed(), base))
    titles = {
        entry.findtext("a:title", namespaces=names) for entry in feed.findall("a:entry", names)
    }
    assert "追加：新しい窓口" in titles


def test_a_watched_library_finds_what_another_process_took_in(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    library = Library(path)
    stop = library.watch(0.05)
    source = tmp_path / "案内.md"
    source.write_text("# 案内\n\n相談料は無料です。\n", "utf-8")
    ingest_file(source, Library(path))
    end = time.monotonic() + 20
    while not library.search("相談料") and time.monotonic() < end:
        time.sleep(0.05)
    found = library.search("相談料")
    stop.set()
    assert found[0].passage.text == "相談料は無料です。"


def test_a_watched_library_outlives_a_file_it_cannot_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "library.sqlite"
    path.write_text("壊れています" * 100, "utf-8")
    library = Library(path)
    stop = library.watch(0.02)
    end = time.monotonic() + 20
    while "library.sqlite を使えません" not in caplog.text and time.monotonic() < end:
        time.sleep(0.02)
    path.unlink()
    source = tmp_path / "案内.md"
    source.write_text("# 案内\n\n相談料は無料です。\n", "utf-8")
    ingest_file(source, Library(path))
    while not library.search("相談料") and time.monotonic() < end:
        time.sleep(0.02)
    stop.set()
    assert library.search("相談料")
    assert caplog.text.count("library.sqlite を使えません") == 1


def test_a_file_whose_tables_are_not_made_yet_is_an_empty_library(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    path.touch()
    library = Library(path)
    assert library.documents() == ()
    assert library.search("相談料") == []


def test_eras_are_found_by_western_years(tmp_path: Path) -> None:
    source = tmp_path / "案内.md"
    source.write_text(
        "# 受付\n\n受付は令和8年6月30日までです。\n\n# 場所\n\n本館の二階です。\n", "utf-8"
    )
    library = Library(tmp_path / "library.sqlite")
    ingest_file(source, library)
    for query in ("2026年6月はいつまで", "令和八年六月三十日の受付"):
        assert library.search(query)[0].passage.heading == "受付"


def test_the_server_never_loads_a_parser() -> None:
    parsers = (
        "pypdfium2",
        "pdfplumber",
        "pptx",
        "docx",
        "openpyxl",
        "selectolax",
        "lxml",
        "protego",
    )
    code = (
        "import sys, tsunagari.server, tsunagari.desk_setup, actions.fallback, actions.lookup\n"
        f"print([name for name in {parsers!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
