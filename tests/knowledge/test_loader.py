"""The loader names file, record and field of everything that is wrong, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.loader import load_knowledge, load_records


def _change(folder: Path, old: str, new: str) -> None:
    file = folder / "records" / "all.yml"
    content = file.read_text("utf-8")
    assert old in content
    file.write_text(content.replace(old, new), "utf-8")


def test_the_repository_loads() -> None:
    assert len(load_records()) > 100


def test_a_valid_folder_loads(folder: Path) -> None:
    assert list(load_records(folder)) == ["country.thailand", "event.conference_4"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("attribute: wage", "attribute: wages", ["all.yml", "facts[1].attribute", "wages"]),
        ("'deck#s1'", "'deck#s9'", ["country.thailand", "facts[1].cite", "deck#s9"]),
        ("related: [country.thailand]", "related: [country.siam]", ["related", "country.siam"]),
        ("id: event.conference_4", "id: meeting.conference_4", ["kind", "event."]),
        ("  summary: 製造業の集積がある国です。\n", "", ["country.thailand", "summary", "必須"]),
        ("short_name: タイ", "shortname: タイ", ["country.thailand", "shortname", "つづり"]),
        ("short_name: タイ", f"short_name: {'長' * 21}", ["short_name", "20文字"]),
        ("kind: event", "kind: meeting", ["event.conference_4", "kind", "hub"]),
        ("value: 366", "value: 三百", ["facts[1].value", "型"]),
    ],
)  # fmt: skip
def test_an_error_names_the_place(folder: Path, old: str, new: str, said: list[str]) -> None:
    _change(folder, old, new)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    lines = str(caught.value).splitlines()
    assert any(all(part in line for part in said) for line in lines), lines


def test_a_duplicate_id_names_both_files(folder: Path) -> None:
    content = (folder / "records" / "all.yml").read_text("utf-8")
    (folder / "records" / "more.yml").write_text(content, "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    said = str(caught.value.problems[0])
    assert all(part in said for part in ("more.yml", "all.yml", "country.thailand", "重複"))


def test_all_errors_are_collected(folder: Path) -> None:
    _change(folder, "attribute: wage", "attribute: wages")
    _change(folder, "related: [country.thailand]", "related: [country.siam]")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("spoilt", ["  summary: 製造業の集積がある国です。\n", "- id: country"])
def test_what_names_the_spoilt_does_not_bury_it(folder: Path, spoilt: str) -> None:
    """Another record relates to it, and a question is filed under it."""
    (folder / "questions").mkdir()
    asked = "- {record: country.thailand, attribute: wage, ask_attribute: [タイの賃金は]}\n"
    (folder / "questions" / "countries.yml").write_text(asked, "utf-8")
    load_knowledge(folder)
    _change(folder, spoilt, "" if "summary" in spoilt else "- id: [country")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    (problem,) = caught.value.problems
    assert problem.file == "records/all.yml"


def test_broken_yaml_names_the_line(folder: Path) -> None:
    (folder / "records" / "all.yml").write_text("- id: [\n", "utf-8")
    with pytest.raises(KnowledgeError, match=r"all\.yml: \d行目"):
        load_knowledge(folder)


def test_a_missing_document_register_is_named(folder: Path) -> None:
    (folder / "documents.yml").unlink()
    with pytest.raises(KnowledgeError, match=r"documents\.yml: ファイルがありません"):
        load_knowledge(folder)


def test_a_draft_keeps_what_is_right(folder: Path) -> None:
    _change(folder, "value: 366", "value: 三百")
    knowledge = load_knowledge(folder, strict=False)
    assert list(knowledge.records) == ["event.conference_4"]
    assert knowledge.problems


QUESTIONS = """\
- record: country.thailand
  attribute: wage
  ask_attribute: [タイの給料は, "タイで人を雇うといくら"]
  unlabelled: [給料の話]
"""


def test_questions_are_filed_under_what_answers_them(folder: Path) -> None:
    _write_questions(folder, QUESTIONS)
    (group,) = load_knowledge(folder).questions
    assert (group.record, group.attribute) == ("country.thailand", "wage")
    assert ("ask_attribute", "タイの給料は") in group.texts()
    assert ("unlabelled", "給料の話") in group.texts()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("country.thailand", "country.siam", ["more.yml", "country.siam", "レコード"]),
        ("attribute: wage", "attribute: date", ["country.thailand", "attribute", "wage"]),
        ("  attribute: wage\n", "", ["1件目", "country.thailand", "attribute", "必須"]),
        ("[給料の話]", "給料の話", ["1件目", "unlabelled"]),
        ("[給料の話]", "[タイの給料は]", ["タイの給料は", "一方だけ"]),
        (QUESTIONS, "record: country.thailand\n", ["more.yml", "一覧"]),
    ],
)
def test_an_error_in_the_questions_names_the_place(
    folder: Path, old: str, new: str, said: list[str]
) -> None:
    _write_questions(folder, QUESTIONS.replace(old, new))
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    lines = str(caught.value).splitlines()
    assert any(all(part in line for part in said) for line in lines), lines


def test_a_group_without_questions_is_named(folder: Path) -> None:
    _write_questions(folder, "- record: country.thailand\n  attribute: wage\n")
    with pytest.raises(KnowledgeError, match="質問がありません"):
        load_knowledge(folder)


def _write_questions(folder: Path, content: str) -> None:
    (folder / "questions").mkdir()
    (folder / "questions" / "more.yml").write_text(content, "utf-8")
