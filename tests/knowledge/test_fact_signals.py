"""The signs of a fact: words, meaning and sound."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.analysis import tokens_of
from knowledge.search import Search
from knowledge.search.cosine import CosineIndex
from knowledge.search.facts import sound_grams
from knowledge.store import open_store


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(open_store())


def best(search: Search, column: str, question: str) -> tuple[str, str]:
    signals = search.fact_signals(question)
    stored = open_store().facts()[int(np.argmax(getattr(signals, column)))]
    return stored.record_id, stored.fact.attribute


def test_cosine_is_one_for_the_same_features_and_zero_for_none() -> None:
    index = CosineIndex([["a", "b"], ["b", "c"], []])
    cosines = index.cosines(["b", "a"])
    assert cosines[0] == pytest.approx(1.0, abs=1e-6)
    assert 0 < cosines[1] < 1
    assert cosines[2] == 0
    assert not index.cosines(["z"]).any()


def test_unknown_words_lessen_the_cosine_and_the_cover() -> None:
    index = CosineIndex([["a", "b"], ["c", "d"]])
    assert index.cosines(["a", "b", "z"])[0] < index.cosines(["a", "b"])[0]
    assert index.covered(["a", "z"])[0] < 1 == index.covered(["a", "b"])[0]


@pytest.mark.parametrize(
    "question",
    ["たいのしつぎょうりつ", "タイノシツギョウリツ", "タイの失業立", "タイの失業率"],
)
def test_sound_finds_what_is_typed_in_kana_or_with_a_wrong_homophone(
    search: Search, question: str
) -> None:
    assert best(search, "sounds", question) == ("country.thailand", "unemployment")


def test_a_question_without_words_has_no_signs(search: Search) -> None:
    signals = search.fact_signals("！？")
    assert not signals.words.any()
    assert not signals.meaning.any()
    assert not signals.covered.any()


def test_long_vowels_and_marks_are_silent() -> None:
    spoken = [sound_grams(tokens_of(text)) for text in ("メーカー", "メカ、")]
    assert spoken[0] == spoken[1]
