"""Messages in kana and words converted wrongly are understood like their usual spelling."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from nlu.kana_lattice import KanaLattice, Word
from nlu.respelling import is_kana

_SENTENCES = [
    [Word("賃金", "名詞", "ちんぎん"), Word("は", "助詞", "は"), Word("いくら", "名詞", "いくら")],
    [Word("タイ", "名詞", "たい"), Word("の", "助詞", "の"), Word("賃金", "名詞", "ちんぎん")],
    [Word("知り", "動詞", "しり"), Word("たい", "助動詞", "たい")],
]


def _written(lattice: KanaLattice, text: str) -> str:
    return "".join(piece.written for piece in lattice.convert(text))


def test_the_words_around_decide_between_words_of_one_sound() -> None:
    lattice = KanaLattice.count(_SENTENCES * 3, [])
    assert _written(lattice, "たいのちんぎんはいくら") == "タイの賃金はいくら"
    assert _written(lattice, "しりたい") == "知りたい"
    assert [piece.known for piece in lattice.convert("ちんぎんぬ")] == [True, False]


def test_a_stored_lattice_reads_the_same() -> None:
    lattice = KanaLattice.count(_SENTENCES, [([Word("尼崎", "名詞", "あまがさき")], 0.5)])
    again = KanaLattice.restore(json.loads(json.dumps(lattice.dump())))
    for text in ("あまがさきのちんぎんは", "たいのたい", "ぬるぽ"):
        assert again.convert(text) == lattice.convert(text)


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("まどぐちは", True),
        ("ﾀｲのﾁﾝｷﾞﾝ", True),
        ("窓口は", False),
        ("MOBIO", False),
        ("あい", False),
    ],
)
def test_only_messages_without_kanji_are_kana(text: str, kana: bool) -> None:
    assert is_kana(text) is kana


def _meaning(parsed: dict[str, Any]) -> tuple[str, set[tuple[str, str, str | None]]]:
    entities = parsed.get("entities", ())
    return parsed["intent"]["name"], {
        (e["entity"], e["value"], e.get("role")) for e in entities if e["entity"] != "business"
    }


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ("べとなむのしつぎょうりつはなんぱーせんとですか", "ベトナムの失業率は何パーセントですか"),
        ("あいちけんのまどぐちをおしえて", "愛知県の窓口を教えて"),
        ("スワモハナニヲシテイマスカ", "スワモは何をしていますか"),
        ("ﾌｧｽﾄﾊﾟｽﾊﾀﾞﾚｶﾞﾂｶｴﾏｽｶ", "ファストパスは誰が使えますか"),
        ("タイトベトナムヲクラベテ", "タイとベトナムを比べて"),
        ("まだけいかくちゅうです", "まだ計画中です"),
        ("勤続加工の会社です", "金属加工の会社です"),
        ("使える保助金はありますか", "使える補助金はありますか"),
        ("相談窓ロを教えて", "相談窓口を教えて"),
        ("近機経済産業局の場所", "近畿経済産業局の場所"),
    ],
)
def test_meaning_is_that_of_the_usual_spelling(pipeline: Any, typed: str, usual: str) -> None:
    assert _meaning(pipeline.parse(typed)) == _meaning(pipeline.parse(usual))


def test_the_output_shows_what_was_typed(pipeline: Any) -> None:
    text = "おおさかのかいしゃです。べとなむのちんぎんはいくらですか"
    parsed = pipeline.parse(text)
    assert parsed["text"] == text
    assert parsed["read_as"] == "大阪の会社です。ベトナムの賃金はいくらですか"
    said = {e["value"]: e["text"] for e in parsed["entities"] if "text" in e}
    assert said["大阪府"] == "おおさか"
    assert said["country.vietnam"] == "べとなむ"
    for entity in parsed["entities"]:
        assert 0 <= entity["start"] < entity["end"] <= len(text)
        if "text" in entity:
            assert text[entity["start"] : entity["end"]] == entity["text"]
    for clause in parsed["clauses"]:
        assert text[clause["start"] : clause["end"]] == clause["text"]


def test_the_companys_own_words_stay_its_own(pipeline: Any) -> None:
    text = "うちはきんぞくかこうをやっています"
    values = [e["value"] for e in pipeline.parse(text)["entities"] if e["entity"] == "business"]
    assert all(value in text for value in values)


@pytest.mark.parametrize(
    "text",
    [
        "対象は何カ国ですか",
        "5カ年計画は",
        "公園の遊具を作っています",
        "ジャイロセンサーの会社です",
        "タイの人口は",
        "カンボジア",
    ],
)
def test_what_is_spelt_as_usual_stays(pipeline: Any, text: str) -> None:
    assert "read_as" not in pipeline.parse(text)


def test_long_messages_in_kana_take_no_longer_than_they_must(pipeline: Any) -> None:
    began = time.perf_counter()
    pipeline.parse("たいのちんぎんはいくらですか。" * 25)
    pipeline.parse("あ" * 9_000)
    assert time.perf_counter() - began < 2.0
