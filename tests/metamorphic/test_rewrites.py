"""The rewrites themselves: each does what its name says, and only that."""

from __future__ import annotations

import unicodedata
from random import Random

import pytest

from knowledge.analysis import Analyser, to_hiragana
from tests.metamorphic.invariance import measure, seeds
from tests.metamorphic.rewrites import REWRITES, rewrites, spellings

CASES = {
    "全角英数": ("KTIの電話 2番", "ＫＴＩの電話　２番"),
    "半角カナ": ("ベトナムのデスク", "ﾍﾞﾄﾅﾑのﾃﾞｽｸ"),
    "ひらがな": ("補助金の額は", "ほじょきんのがくは"),
    "カタカナ": ("補助金の額は", "ホジョキンノガクハ"),
    "送り仮名": ("申し込みの手続きと取組", "申込みの手続と取組"),
    "敬語を上げる": ("人口は何人ですか？", "人口は何人でしょうか？"),
    "敬語を下げる": ("人口は何人ですか。", "人口は何人なの。"),
    "助詞抜き": ("タイの人口を教えて", "タイの人口教えて"),
    "同音の誤変換": ("タイの人口は", "タイの人工は"),
    "語順": ("タイの人口は何人ですか？", "何人ですか、タイの人口は"),
    "打ち間違い": ("センター", "センタ"),
}


@pytest.mark.parametrize("name", CASES)
def test_rewrite(name: str) -> None:
    text, expected = CASES[name]
    assert REWRITES[name](text, Random(1)) == expected


@pytest.mark.parametrize("name", ["言いよどみ", "絵文字", "お願いします", "記号と空白"])
def test_additions_keep_the_words(name: str) -> None:
    rewritten = REWRITES[name]("タイの人口は、何人ですか", Random(1)) or ""
    kept = rewritten.translate({ord(mark): None for mark in "、。　 "})
    assert "タイの人口は" in kept and "何人ですか" in kept and len(rewritten) > 12


def test_width_changes_nothing_else() -> None:
    for name in ("全角英数", "半角カナ"):
        rewritten = REWRITES[name]("ガス・プレス JICA(ODA) 2/3", Random(1)) or ""
        assert unicodedata.normalize("NFKC", rewritten) == "ガス・プレス JICA(ODA) 2/3"


def test_homophones_sound_alike() -> None:
    analyser = Analyser()
    # Sudachi reads these spellings of one sound character by character.
    known = {"海外東遊史", "技述", "天ヶ崎"}
    for written, other in spellings()["homophones"]:
        if other not in known:
            assert to_hiragana(analyser.reading(other)) == analyser.reading(written), other


def test_no_thanks_after_words_that_would_change() -> None:
    assert "お願いします" not in dict(rewrites("いいえ", "deny"))
    assert "お願いします" in dict(rewrites("タイの人口は", "ask_attribute"))


def test_seeds_cover_every_intent_and_stay_the_same() -> None:
    chosen = seeds()
    assert len(chosen) >= 120 and len({seed["intent"] for seed in chosen}) >= 36
    assert [seed["id"] for seed in chosen] == [seed["id"] for seed in seeds()]


def test_measure_finds_a_broken_parser() -> None:
    seed = {"text": "タイの人口は何人ですか", "intent": "ask_attribute", "entities": []}
    parsed = {"intent": {"name": "ask_attribute"}, "entities": []}
    country = {"entity": "country", "value": "country.thailand"}

    def only_the_original(text: str) -> dict:
        if text == seed["text"]:
            return {**parsed, "entities": [country]}
        return {"intent": {"name": "chitchat"}, "entities": []}

    steady = measure(lambda text: parsed, [seed])
    assert all(one.intent == one.entities == one.pairs for one in steady.values())
    broken = measure(only_the_original, [seed])
    assert broken.keys() == steady.keys() and len(broken) >= 10
    assert all(one.intent == one.entities == 0 for one in broken.values())
