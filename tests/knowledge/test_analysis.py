"""One analyser: widths, spellings, offsets, long texts, threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.analysis import Analyser, to_hiragana

ANALYSER = Analyser()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾍﾞﾄﾅﾑのｻｰﾋﾞｽ", "ベトナムのサービス"),
        ("ＪＩＣＡの調査", "JICAの調査"),
        ("引越しの申し込み", "引っ越しの申込み"),
        ("取組を教えてください", "取り組みは？"),
    ],
)
def test_spellings_fold(one: str, other: str) -> None:
    assert ANALYSER.words(one) == ANALYSER.words(other) != []


def test_particles_and_light_verbs_are_no_content() -> None:
    assert ANALYSER.words("ベトナムに工場を出したいのですが") == ["ベトナム", "工場", "出す"]


def test_question_words_are_content() -> None:
    assert "どこ" in ANALYSER.words("窓口はどこですか")


@pytest.mark.parametrize(
    "text", ["ﾍﾞﾄﾅﾑで　ＪＩＣＡの㈱ｻｰﾋﾞｽ", "大阪で金属プレス🏭を\nやってます", "㌔と①"]
)
def test_offsets_are_of_the_text_as_typed(text: str) -> None:
    for token in ANALYSER.tokens(text):
        assert text[token.start : token.end] == token.surface


def test_words_equal_the_content_tokens() -> None:
    text = "どこの窓口で、だれに相談すればよいですか。補助率2/3、120万円。"
    assert ANALYSER.words(text) == [token.normal for token in ANALYSER.content(text)]


def test_readings_are_hiragana() -> None:
    assert ANALYSER.reading("案件化調査") == "あんけんかちょうさ"
    assert to_hiragana("ヴェトナム・サービス") == "ゔぇとなむ・さーびす"


def test_long_texts_are_cut_without_loss() -> None:
    text = "大阪の工場。" * 5_000
    tokens = ANALYSER.tokens(text)
    assert len(tokens) == 5_000 * len(ANALYSER.tokens("大阪の工場。"))
    assert text[tokens[-2].start : tokens[-2].end] == "工場"


@pytest.mark.parametrize("text", ["", "   ", "🏭🏭", "\x00\x07", "。" * 10_000])
def test_odd_input_is_harmless(text: str) -> None:
    assert isinstance(ANALYSER.words(text), list)


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"ベトナムに第{number}工場を出したい" for number in range(200)]
    expected = [ANALYSER.words(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(Analyser().words, texts)) == expected
