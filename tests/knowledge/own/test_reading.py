"""What a centre's own documents need to be read right: headings, dates, publishers, paragraphs."""

from __future__ import annotations

from pathlib import Path

from knowledge.ingest import Options, ingest_file
from knowledge.library import Library
from knowledge.library.drafts import Drafts
from knowledge.library.excerpts import excerpt
from knowledge.library.question_words import QuestionWords
from tests.knowledge.ingest import makers
from tests.knowledge.own.evaluate_drafts import figures

NUMBERED = """= みさき補助金 募集要領
令和8年4月6日 公益財団法人みさき財団

= 3 補助の額
上限額は40万円です。

= 4 審査
書面で審査します。
"""
LEAFLET = """みさき相談室のご案内

開室時間
月曜日から金曜日の9時から17時までです。

場所
みさき市港町3-8の2階です。
"""


def test_numbered_headings_of_a_pdf_head_their_text(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.sqlite")
    (tmp_path / "要領.pdf").write_bytes(makers.pdf(NUMBERED))
    document = ingest_file(tmp_path / "要領.pdf", library, Options()).document
    assert (document.publisher, document.date) == ("公益財団法人みさき財団", "2026-04-06")
    headings = {one.text: one.heading for one in library.passages(document.id)}
    assert headings["上限額は40万円です。"] == "3 補助の額"
    assert headings["書面で審査します。"] == "4 審査"


def test_short_lines_head_the_sentences_of_a_plain_text(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.sqlite")
    (tmp_path / "相談室.txt").write_bytes(LEAFLET.encode("cp932"))
    document = ingest_file(tmp_path / "相談室.txt", library, Options()).document
    headings = [one.heading for one in library.passages(document.id)]
    assert headings[-2:] == ["開室時間", "場所"]


def test_a_sentence_speaks_of_what_the_one_before_it_does() -> None:
    text = "みさきフェアを毎年開いています。出展料は無料です。\n別の会の出展料は千円です。"
    found = excerpt(text, "質問集", (), "みさきフェアの出展料は？", ["fee"], lambda _: 1.0)
    assert found.quotes == ("出展料は無料です。",)
    assert found.asked == 1.0 and not found.missed


def test_words_of_any_question_weigh_little() -> None:
    weights = QuestionWords("何名まで定員がありますか", lambda _: 4.0).weights
    assert weights["定員"] > 3 * weights["何"]


def test_drafts_hold_what_a_person_would_take_down(tmp_path: Path) -> None:
    made = figures("second", tmp_path)
    offered, right, wanted = made.fields
    assert right >= 0.6 * offered and right >= 0.7 * wanted, made.mistakes
    drafts = {one.name: one for one in Drafts(tmp_path / "library.sqlite").listed()}
    grant = drafts["みさき市 グローバル人材育成助成金"]
    sums = [one.value for one in grant.fields if one.attribute == "amount_limit"]
    assert sums == [80_000, 15_000, 350_000]
