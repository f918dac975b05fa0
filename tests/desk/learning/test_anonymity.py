"""The rule of docs/knowledge.md: what may be shown of a question, and when."""

from __future__ import annotations

import pytest

from actions.resources import knowledge
from desk.learning.anonymity import LONGEST, Anonymiser, K, folded
from desk.learning.questions import Question
from knowledge.word_vectors import open_word_vectors

PERSONAL = "東大阪のヤマダ精機の山田です。バネ鋼線SWP-B3000本の関税は何パーセントですか"


def asked(*texts: str, same: bool = False) -> list[Question]:
    return [
        Question(
            number, f"web:{0 if same else number}", text, 0.0, "web", "honest", False, None, "g"
        )
        for number, text in enumerate(texts)
    ]


def anonymiser(questions: list[Question]) -> Anonymiser:
    vectors = open_word_vectors()
    return Anonymiser(
        questions, knowledge().search.knows, lambda word: vectors is not None and word in vectors
    )


def test_a_question_of_one_company_does_not_tell_who_asked() -> None:
    questions = asked(PERSONAL)
    (example,) = anonymiser(questions).examples(questions, 5)
    assert not example.verbatim
    assert "関税" in example.text and "〔数〕" in example.text
    assert not [word for word in ("ヤマダ", "山田", "3000", "東大阪") if word in example.text]


def test_what_enough_conversations_ask_is_shown_as_typed() -> None:
    few = asked(*["タイでヤマダ法は使えますか"] * (K - 1))
    assert anonymiser(few).examples(few, 5)[0].text == "タイで〔名称〕法は使えますか"
    many = asked(*["タイでヤマダ法は使えますか"] * (K - 1), "タイで ヤマダ法は使えますか？")
    (example,) = anonymiser(many).examples(many, 5)
    assert (example.verbatim, example.conversations) == (True, K)
    assert "ヤマダ法" in example.text


def test_one_company_that_asks_again_and_again_stays_one() -> None:
    again = asked(*["ヤマダ法は使えますか"] * (K + 2), same=True)
    (example,) = anonymiser(again).examples(again, 5)
    assert (example.verbatim, example.conversations) == (False, 1)
    assert "ヤマダ" not in example.text


@pytest.mark.parametrize(
    "text",
    [
        "うちは日本で唯一の手彫り刻印をやっていますが、輸出の保険は？",
        "弊社は手彫り刻印の会社です。輸出の保険は？",
        "手彫り刻印の会社ですが、輸出の保険は？",
    ],
)
def test_what_a_company_says_of_itself_is_left_out(text: str) -> None:
    shown = anonymiser(asked(text)).generalised(text)
    assert "刻印" not in shown and "輸出の保険は" in shown


def test_masks_stay_and_long_texts_are_cut() -> None:
    text = "〔氏名〕の〔電話番号〕に、" + "とても" * 40 + "電話してください"
    shown = anonymiser(asked(text)).generalised(text)
    assert shown.startswith("〔氏名〕の〔電話番号〕")
    assert len(shown) == LONGEST + 1


def test_the_same_typed_otherwise_is_the_same() -> None:
    assert folded("ＭＯＢＩＯ の 場所は？") == folded("mobioの場所は")
