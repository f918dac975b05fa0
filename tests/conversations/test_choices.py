from __future__ import annotations

import pytest

from conversations.choices import StoredChoice, chosen_number, finalise, resolve

OFFERED = [
    StoredChoice(f"id{n:014d}", n, label, f'/inform{{"n":{n}}}')
    for n, label in enumerate(["情報収集", "計画づくり", "現地調査・F/S", "進出準備"], start=1)
]


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "２",
        "②",
        "(2)",
        "（２）",
        "⑵",
        "2.",
        "2番",
        "２番",
        "2番目",
        "二番",
        "二番目",
        "にばん",
        "二つ目",
        "2つ目",
        "ふたつめ",
        "ふたつ目",
        "2です",
        "2番で",
        "2番でお願いします",
        "二つ目がいいです",
        "2番のほう",
        " 2 ",
        "2。",
        "第2",
        "No.2",
        "二",
        "2番を",
    ],
)
def test_number_forms_mean_the_second_choice(text: str) -> None:
    assert resolve(text, OFFERED) == OFFERED[1]


@pytest.mark.parametrize(
    "text",
    [
        "2億円",
        "2社",
        "2014",
        "100万円",
        "二輪車",
        "に",
        "ご",
        "2国間協定",
        "三重",
        "一宮市",
        "2つあります",
        "二の次です",
        "九州",
        "十勝",
        "2月",
        "2-3",
    ],
)
def test_other_texts_with_numbers_are_not_choices(text: str) -> None:
    assert resolve(text, OFFERED) is None


@pytest.mark.parametrize(("text", "number"), [("十", 10), ("十二番", 12), ("二十", 20), ("11", 11)])
def test_larger_numbers(text: str, number: int) -> None:
    assert chosen_number(text) == number


def test_title_is_matched_regardless_of_width_and_blanks() -> None:
    assert resolve("現地調査・Ｆ／Ｓ", OFFERED) == OFFERED[2]
    assert resolve(" 進出準備 ", OFFERED) == OFFERED[3]


def test_id_is_matched_and_payload_is_not() -> None:
    assert resolve(OFFERED[0].id, OFFERED) == OFFERED[0]
    assert resolve(OFFERED[0].payload, OFFERED) is None


def test_number_out_of_range_is_text() -> None:
    assert resolve("9", OFFERED) is None
    assert resolve("0", OFFERED) is None


def test_finalise_numbers_over_the_turn_and_hides_payloads() -> None:
    messages, choices = finalise(
        [
            {
                "text": "A",
                "buttons": [{"title": "x", "payload": "/x"}, {"title": "y", "payload": "/y"}],
            },
            {
                "text": "B",
                "buttons": [{"title": "z", "payload": "/z"}],
                "custom": {"lead": "B", "choices": [{"label": "z", "payload": "/z"}]},
            },
        ]
    )
    assert messages[0]["text"] == "A\n\n1. x\n2. y"
    assert messages[1]["text"] == "B\n\n3. z"
    assert [choice.position for choice in choices] == [1, 2, 3]
    assert messages[1]["custom"]["choices"] == [{"label": "z", "payload": choices[2].id}]
    assert "/x" not in str(messages)
    assert "/z" not in str(messages)
    assert len({choice.id for choice in choices}) == 3


def test_choices_of_the_structured_answer_alone_are_offered_too() -> None:
    messages, choices = finalise(
        [{"text": "A", "custom": {"choices": [{"label": "はい", "payload": "/affirm"}]}}]
    )
    assert messages[0]["text"].endswith("1. はい")
    assert messages[0]["buttons"] == [{"title": "はい", "payload": choices[0].id}]
