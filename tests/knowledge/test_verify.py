"""Verification catches every kind of wrong statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.analysis import Analyser
from knowledge.digest import (
    add_counts,
    cut_sections,
    digest_document,
    join_lines,
    read_digests,
    write_digest,
)
from knowledge.errors import KnowledgeError
from knowledge.loader import load_documents, load_knowledge
from knowledge.verify import Verification, Verifier


def _verify(folder: Path, text: str) -> Verification:
    knowledge = load_knowledge(folder)
    digest = digest_document(knowledge.documents["deck"], text, Analyser())
    for section in digest.values():
        section.text = ""
    return Verifier(knowledge, {"deck": digest}).run()


def test_right_statements_pass(folder: Path, text: str) -> None:
    result = _verify(folder, text)
    assert result.checked == 3
    assert [str(problem) for problem in result.problems] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("賃金は366米ドル", "賃金は365米ドル", ["country.thailand", "facts[1].text", "365米ドル"]),
        ("賃金は366米ドル", "賃金は366円", ["country.thailand", "facts[1].text", "366円"]),
        ("value: 366", "value: 36.6", ["country.thailand", "facts[1].value", "36.6"]),
        ("2012年3月に", "2012年6月に", ["event.conference_4", "facts[1].text", "2012-06"]),
        ("2012年3月に", "平成25年3月に", ["event.conference_4", "2013-03"]),
        ("第4回会議は2012", "第3回会議は2012", ["event.conference_4", "3回"]),
        ("ドンナイ省にあります", "ビンズオン省にあります", ["facts[2].text", "ビンズオン"]),
        ("ドンナイ省にあります", "名古屋にあります", ["facts[2].text", "名古屋"]),
        ("ドンナイ省にあります", "ドンナイ省のADBにあります", ["facts[2].text", "adb"]),
        ("      value: 366\n", "      source: 外務省調査\n      value: 366\n", ["外務省"]),
    ],
)  # fmt: skip
def test_mutations_are_caught(folder: Path, text: str, old: str, new: str, said: list[str]) -> None:
    file = folder / "records" / "all.yml"
    content = file.read_text("utf-8")
    assert content.count(old) == 1
    file.write_text(content.replace(old, new), "utf-8")
    problems = [str(problem) for problem in _verify(folder, text).problems]
    assert any(all(part in line for part in said) for line in problems), problems


def test_a_statement_from_another_section_is_caught(folder: Path, text: str) -> None:
    file = folder / "records" / "all.yml"
    file.write_text(file.read_text("utf-8").replace("'deck#s1'", "'deck#s2'"), "utf-8")
    assert _verify(folder, text).problems


def test_documents_without_digest_are_counted(folder: Path) -> None:
    result = Verifier(load_knowledge(folder), {}).run()
    assert (result.checked, result.skipped) == (0, {"deck": 3})


def test_broken_words_are_joined(text: str) -> None:
    assert "ドンナイ省" in join_lines(text)


def test_a_foreign_document_is_refused(folder: Path) -> None:
    with pytest.raises(KnowledgeError, match="会議の経過"):
        cut_sections(load_documents(folder)["deck"], "経済指標\nほか")


def test_a_digest_survives_writing(folder: Path, text: str, tmp_path: Path) -> None:
    document = load_documents(folder)["deck"]
    digest = digest_document(document, text, Analyser())
    write_digest(document, digest, tmp_path)
    assert read_digests(tmp_path) == {"deck": digest}


def test_the_repository_verifies() -> None:
    digests = read_digests()
    add_counts(digests)
    result = Verifier(load_knowledge(), digests).run()
    assert [str(problem) for problem in result.problems] == []
    assert result.checked > 500


def test_the_committed_digest_is_that_of_the_document() -> None:
    source = Path(__file__).resolve().parents[3] / "shared" / "sources" / "000_0d819cf9f4079e7c.txt"
    if not source.exists():
        pytest.skip("資料そのものがこの環境にない")
    document = load_documents()["deck2014"]
    fresh = digest_document(document, source.read_text("utf-8"), Analyser())
    assert read_digests()["deck2014"] == fresh
