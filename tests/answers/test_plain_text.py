"""The reference rendering: complete, cited, readable."""

from __future__ import annotations

from answers import (
    Answer,
    Card,
    Citation,
    Point,
    StatusNote,
    Table,
    number_choices,
    to_plain_text,
)

DECK = Citation(document="deck", section="s05", title="『資料』（2014年）", heading="事例")
DECK_8 = Citation(document="deck", section="s08", title="『資料』（2014年）", heading="比較")
SOURCED = Citation(
    document="deck", section="s08", title="『資料』（2014年）", heading="比較", source="出所: 統計"
)
BUREAUS = Citation(document="meti", section="kinki", title="管轄区域", heading="近畿")


def test_statements_in_a_row_share_their_source() -> None:
    answer = Answer(
        lead=Point(text="大阪府です。", citations=(DECK,)),
        points=(
            Point(text="研究会を開きます。", citations=(DECK,)),
            Point(text="人口です。", citations=(DECK_8,)),
        ),
    )
    assert to_plain_text(answer) == (
        "大阪府です。\n"
        "・研究会を開きます。〔出典: 『資料』（2014年）「事例」〕\n"
        "・人口です。〔出典: 同資料「比較」〕"
    )


def test_same_document_is_only_the_one_named_last() -> None:
    answer = Answer(lead=Point(text="窓口です。", citations=(DECK, BUREAUS, DECK_8)))
    assert to_plain_text(answer) == (
        "窓口です。〔出典: 『資料』（2014年）「事例」、"
        "管轄区域「近畿」、『資料』（2014年）「比較」〕"
    )


def test_a_section_is_not_named_again_beside_its_own_source() -> None:
    answer = Answer(lead=Point(text="52.7%です。", citations=(DECK, DECK_8, SOURCED)))
    assert to_plain_text(answer) == (
        "52.7%です。〔出典: 『資料』（2014年）「事例」、同資料「比較」（出所: 統計）〕"
    )


def test_a_card_says_why_and_what_became_of_it() -> None:
    card = Card(
        group="まず相談する先",
        record="hub.mobio",
        kind="hub",
        title="MOBIO",
        summary=Point(text="大阪府の拠点です。", citations=(DECK,)),
        reasons=(Point(text="所在地が大阪府", citations=(DECK,)), Point(text="目的が現地生産")),
        status=StatusNote(
            subject="MOBIO",
            text="続いているとみられます（要確認）。",
            confidence="medium",
            publisher="地元紙、2024",
        ),
    )
    answer = Answer(
        kind="plan",
        lead=Point(text="ご案内します。"),
        cards=(card,),
        remarks=(Point(text="無償資金協力は相手国の要請による", citations=(DECK_8,)),),
        closing="窓口で確かめてください。",
    )
    assert to_plain_text(answer).splitlines() == [
        "ご案内します。",
        "",
        "【まず相談する先】",
        "◆ MOBIO",
        "　大阪府の拠点です。",
        "　理由: 所在地が大阪府、目的が現地生産",
        "　〔出典: 『資料』（2014年）「事例」〕",
        "　現況: 続いているとみられます（要確認）。（地元紙、2024）",
        "",
        "※ 無償資金協力は相手国の要請による〔出典: 同資料「比較」〕",
        "",
        "窓口で確かめてください。",
    ]


def test_a_table_names_each_cell() -> None:
    table = Table(
        caption="タイとベトナム",
        header=("", "タイ", "ベトナム"),
        rows=(("人口", "6,678万人", "8,877万人"),),
        citations=(DECK_8,),
    )
    text = to_plain_text(Answer(kind="comparison", lead=Point(text="比較です。"), table=table))
    assert "・人口 … タイ: 6,678万人／ベトナム: 8,877万人" in text
    assert text.endswith("〔出典: 『資料』（2014年）「比較」〕")


def test_numbers_run_on_over_messages() -> None:
    assert number_choices(["はい", "いいえ"], start=3) == "3. はい\n4. いいえ"
