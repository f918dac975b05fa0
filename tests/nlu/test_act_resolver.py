"""The grammar of a clause limits its intents: questions, wishes, statements, bare names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nlu.speech_act import Act, act_of


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("利用できますか", Act.QUESTION),
        ("使えるかな", Act.QUESTION),
        ("どこにあるん", Act.QUESTION),
        ("いくらやろ", Act.QUESTION),
        ("失業率は", Act.QUESTION),
        ("始まったのはいつ", Act.QUESTION),
        ("無料なの", Act.QUESTION),
        ("場所を教えてほしい", Act.TELL),
        ("特徴を知りたいです", Act.TELL),
        ("説明してもらえると助かります", Act.TELL),
        ("工場を建てたい", Act.WISH),
        ("何か作っています", Act.STATEMENT),
        ("どこもまだ見ていません", Act.STATEMENT),
        ("ねじを作っています", Act.STATEMENT),
        ("中国とかも考えてます", Act.STATEMENT),
    ],
)
def test_act_by_grammar(tokenize: Callable[[str], list[Any]], text: str, act: Act) -> None:
    assert act_of(tokenize(text), ()) is act


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        # A look-up is answered by the same action as a question about the record.
        (
            "諏訪圏の協議会は何をしているところですか",
            {"ask_record", "ask_attribute", "find_record"},
        ),
        ("インドネシアの法人税率", {"ask_outside"}),
        ("ラオス 会社設立", {"ask_outside"}),
        ("ベトナム インフラ", {"ask_attribute"}),
        ("BOI", {"ask_record", "ask_attribute"}),
        ("神戸 窓口", {"find_hub", "list_records", "find_record"}),
        ("KITAの電話番号を教えてください", {"ask_attribute"}),
        ("海外投融資って中小でも申し込めるんですか", {"ask_attribute", "ask_record"}),
        ("タイやなくてベトナムの失業率を教えてほしいんやけど", {"ask_attribute"}),
        ("関西ビジネスデスクに行くのに予約は要りますか", {"ask_attribute", "ask_record"}),
        ("普及・実証事業、誰が実施してるか知りたい", {"ask_attribute", "ask_record"}),
        ("大学ですがニーズ調査には応募できるのでしょうか", {"ask_attribute", "ask_record"}),
        ("民間連携ボランティアの派遣中の人件費は誰が払いますか", {"ask_attribute", "ask_record"}),
        ("MOBIOと神戸のセンターはどう違う？", {"compare"}),
        ("KITAの場所", {"ask_attribute"}),
        ("ハノイのデスク、教えてくれへん？", {"ask_record", "ask_attribute", "find_desk"}),
        ("静岡県です。", {"inform"}),
        ("カンボジア", {"inform"}),
        ("水処理です", {"inform"}),
        ("販路開拓で", {"inform"}),
        ("大企業です", {"inform"}),
        ("まだ決まってません", {"skip"}),
        ("草の根の特別枠に応募したいです", {"inform", "find_scheme"}),
        ("案件化調査を利用したい", {"inform", "find_scheme", "start_consultation"}),
        ("うちは三重の食品会社です", {"inform"}),
    ],
)
def test_intent_fits_the_form(pipeline: Any, text: str, intents: set[str]) -> None:
    parsed = pipeline.parse(text)
    assert parsed["intent"]["name"] in intents
    assert parsed["band"] != "unknown"


@pytest.mark.parametrize(
    "text", ["MOBIOってありますよね。どんなもの？", "SUWAMOの話です。説明してほしい"]
)
def test_a_question_keeps_the_subject_before_it(pipeline: Any, text: str) -> None:
    parsed = pipeline.parse(text)
    assert parsed["intent"]["name"] in {"ask_record", "ask_attribute"}
    for clause in parsed.get("clauses", []):
        if clause["intent"].startswith("ask"):
            assert any(entity["entity"] == "record" for entity in clause["entities"])


@pytest.mark.parametrize(
    "text", ["連携先を見つけたいです", "神戸で介護センターを運営しています", "人材を育成したい"]
)
def test_ordinary_statements_ask_for_no_property(pipeline: Any, text: str) -> None:
    found = {entity["entity"] for entity in pipeline.parse(text).get("entities", [])}
    assert not found & {"attribute", "record"}
