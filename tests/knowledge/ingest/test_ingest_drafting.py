"""Drafts: names, sums, rates, dates, operators and applicants, each with the words behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.analysis import Analyser
from knowledge.ingest import Options, ingest_file
from knowledge.library import Library
from knowledge.library.digests import library_digests
from knowledge.library.drafts import Draft, DraftField, Drafts
from knowledge.loader import load_knowledge
from knowledge.mentions import fold_name
from knowledge.schema import Record
from knowledge.verify import Verifier
from tests.knowledge.ingest.conftest import Take

TEXT = """# 海外つなぐ補助金 公募要領

海外つなぐ補助金は、府内の中小企業の商談会の費用を補助する制度です。令和6年度に開始しました。
補助率は3分の2以内、上限額は150万円です。
申請者は府内に本店のある中小企業に限ります。実施機関: なにわ海外支援センター

## 日程

受付期間は令和8年4月15日から令和8年6月30日までです。

## 窓口

| 窓口名 | 所在地 | 電話 |
|---|---|---|
| 堺海外相談窓口 | 堺市堺区1-2 | 072-000-0000 |
"""


@pytest.fixture
def found(take: Take, library: Library) -> dict[str, Draft]:
    take("要領.md", TEXT.encode())
    return {one.name: one for one in Drafts(library.path).listed()}


def test_fields_are_read_with_their_words(found: dict[str, Draft], library: Library) -> None:
    draft = found["海外つなぐ補助金"]
    assert draft.kind == "scheme"
    fields = {one.attribute: one for one in draft.fields}
    assert fields["amount_limit"].text == "上限額は150万円"
    assert (fields["amount_limit"].value, fields["amount_limit"].unit) == (1_500_000.0, "円")
    assert fields["subsidy_rate"].text == "補助率は3分の2以内"
    assert fields["start_year"].text == "令和6年度に開始"
    assert fields["operator"].text == "実施機関はなにわ海外支援センター"
    assert fields["applicants"].values == ("sme",)
    assert fields["deadline"].valid_until == "2026-06-30"
    for one in draft.fields:
        assert one.quote in library.passage(one.cite).text.replace("\n", "")


def test_rows_of_a_table_are_records_of_their_own(found: dict[str, Draft]) -> None:
    draft = found["堺海外相談窓口"]
    assert draft.kind == "hub"
    assert [one.text for one in draft.fields] == ["所在地は堺市堺区1-2", "連絡先は072-000-0000"]


def test_a_draft_is_a_record_once_a_person_names_it(
    found: dict[str, Draft], library: Library
) -> None:
    draft = found["海外つなぐ補助金"]
    record = Record.parse_obj(draft.as_record("scheme.tsunagu"))
    assert record.valid_until == "2026-06-30"
    assert record.match and [one.value for one in record.match.applicants] == ["sme"]
    cites = [cite for fact in record.facts for cite in fact.cite]
    registered = library.registration(draft.document, cites)
    assert {f"{registered.id}#{one.id}" for one in registered.sections} == set(cites)


def test_what_is_known_already_is_an_addition(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "要領.md"
    path.write_text(TEXT, "utf-8")
    names = {fold_name("海外つなぐ補助金"): "scheme.tsunagu"}
    ingest_file(path, library, Options(known_names=names))
    targets = {one.name: one.target for one in Drafts(library.path).listed()}
    assert targets == {"海外つなぐ補助金": "scheme.tsunagu", "堺海外相談窓口": None}


def test_deciding_happens_once(found: dict[str, Draft], library: Library) -> None:
    drafts = Drafts(library.path)
    draft = found["海外つなぐ補助金"]
    fields = (DraftField("overview", "商談会の費用の補助です", draft.fields[0].cite, "…", 1.0),)
    edited = drafts.edit(draft.id, "田中", name="つなぐ補助金", fields=fields)
    assert (edited.name, edited.fields, edited.by) == ("つなぐ補助金", fields, "田中")
    accepted = drafts.accept(draft.id, "佐藤", "scheme.tsunagu")
    assert (accepted.status, accepted.by, accepted.record_id) == (
        "accepted",
        "佐藤",
        "scheme.tsunagu",
    )
    with pytest.raises(ValueError, match="処理済み"):
        drafts.reject(draft.id, "田中", "重複")
    with pytest.raises(ValueError, match="処理済み"):
        drafts.edit(draft.id, "田中", name="x")
    assert [one.id for one in drafts.listed("accepted")] == [draft.id]
    with pytest.raises(KeyError):
        drafts.get(10_000)


def test_a_record_made_of_a_draft_is_verified_against_its_passages(
    found: dict[str, Draft], library: Library
) -> None:
    draft = found["海外つなぐ補助金"]
    record = draft.as_record("scheme.tsunagu")
    cites = [cite for fact in record["facts"] for cite in fact["cite"]]
    registered = library.registration(draft.document, cites)
    knowledge = load_knowledge()
    knowledge.documents[registered.id] = registered
    knowledge.records = {"scheme.tsunagu": Record.parse_obj(record)}
    digests = library_digests(library, [registered], Analyser())
    good = Verifier(knowledge, digests).run()
    assert (good.problems, good.checked) == ([], len(record["facts"]))
    for fact in record["facts"]:
        fact["text"] = fact["text"].replace("150万円", "510万円")
        fact.pop("value", None)
    knowledge.records = {"scheme.tsunagu": Record.parse_obj(record)}
    wrong = Verifier(knowledge, digests).run()
    assert any("510" in str(problem) for problem in wrong.problems)
