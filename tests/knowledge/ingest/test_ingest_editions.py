"""The same file does nothing; a changed one is a new edition; what was told of it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.ingest import Description
from knowledge.library import Library
from knowledge.library.changes import Changes
from knowledge.library.drafts import Drafts
from tests.knowledge.ingest.conftest import Take

OLD = "# つなぐ補助金\n\n上限額は100万円です。\n".encode()
NEW = "# つなぐ補助金\n\n上限額は200万円です。\n".encode()


def test_the_same_content_does_nothing(take: Take, library: Library) -> None:
    first = take("要領.md", OLD)
    again = take("要領.md", OLD)
    elsewhere = take("控え.md", OLD)
    assert [one.state for one in (first, again, elsewhere)] == ["new", "unchanged", "unchanged"]
    assert len(library.documents(current=False)) == 1


def test_a_changed_file_supersedes_the_last_edition(take: Take, library: Library) -> None:
    first = take("要領.md", OLD, description=Description(title="要領", publisher="センター"))
    second = take("要領.md", NEW)
    assert second.state == "new_edition"
    assert second.superseded == first.document.id
    assert (second.document.edition, second.document.title) == (2, "要領")
    assert second.document.publisher == "センター"
    assert library.document(first.document.id).superseded_by == second.document.id
    assert [one.id for one in library.documents()] == [second.document.id]
    found = library.search("つなぐ補助金の上限額")
    assert {hit.document.id for hit in found} == {second.document.id}
    assert "200万円" in found[0].passage.text


def test_another_file_can_take_the_place(take: Take, library: Library) -> None:
    first = take("要領.md", OLD)
    second = take("要領_改.md", NEW, replaces=first.document.id)
    assert (second.state, second.document.series) == ("new_edition", first.document.series)
    with pytest.raises(KeyError):
        take("他.md", b"# x\n\ny\n", replaces="lib_none_1")


def test_drafts_of_the_last_edition_give_way(take: Take, library: Library) -> None:
    take("要領.md", OLD)
    drafts = Drafts(library.path)
    assert [one.fields[0].text for one in drafts.listed()] == ["上限額は100万円"]
    second = take("要領.md", NEW)
    assert [(one.document, one.fields[0].text) for one in drafts.listed()] == [
        (second.document.id, "上限額は200万円")
    ]
    drafts.reject(drafts.listed()[0].id, "田中", "記録にしない")
    take("要領.md", NEW + "\n問い合わせは窓口へ。\n".encode())
    assert drafts.listed() == ()


def test_describing_and_removing(take: Take, library: Library) -> None:
    first = take("要領.md", OLD)
    described = take("要領.md", OLD, description=Description(valid_until="令和9年3月"), who="佐藤")
    assert (described.state, described.document.valid_until) == ("described", "2027-03")
    library.remove(first.document.id, "佐藤")
    assert library.documents(current=False) == ()
    assert Drafts(library.path).listed() == ()
    assert library.search("上限額") == []
    told = [(one.what, one.by) for one in Changes(library.path).listed()]
    assert told == [("removed", "佐藤"), ("described", "佐藤"), ("new_document", "")]
    with pytest.raises(KeyError):
        library.remove(first.document.id)


def test_an_edition_that_was_removed_never_gives_its_id_to_another(
    take: Take, library: Library, tmp_path: Path
) -> None:
    first = take("要領.md", OLD)
    library.remove(first.document.id)
    assert take("要領.md", OLD).document.id != first.document.id


def test_an_impossible_date_is_said(take: Take, library: Library) -> None:
    with pytest.raises(ValueError, match="日付「来月」を読めません"):
        take("要領.md", OLD, description=Description(date="来月"))
    assert library.documents() == ()


def test_an_absent_library_is_empty(tmp_path: Path) -> None:
    library = Library(tmp_path / "none.sqlite")
    assert library.documents() == ()
    assert library.search("上限額") == []
    assert not (tmp_path / "none.sqlite").exists()
