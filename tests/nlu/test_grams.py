"""N-grams as numbers are the n-grams as strings."""

from __future__ import annotations

import pytest

from nlu.grams import GramIndex, Grams

_TEXTS = ("", "^", "^$", "^タイのタイの賃金$", "ああああああ", "\ue123の\uf76f窓口\ue123")


def _plainly(text: str, shortest: int) -> set[str]:
    return {
        text[start : start + length]
        for length in range(shortest, 5)
        for start in range(len(text) - length + 1)
    }


@pytest.mark.parametrize("shortest", [1, 2])
@pytest.mark.parametrize("text", _TEXTS)
def test_grams_are_the_distinct_stretches(text: str, shortest: int) -> None:
    grams = Grams(text, shortest)
    assert set(grams) == _plainly(text, shortest)
    assert len(grams) == len(_plainly(text, shortest))


@pytest.mark.parametrize("text", _TEXTS)
def test_columns_are_those_of_the_known_grams(text: str) -> None:
    names = sorted(_plainly("^タイの窓口と\ue123の賃金$", 1))
    expected = sorted(100 + names.index(name) for name in _plainly(text, 1) & set(names))
    assert GramIndex(names, 100).columns(Grams(text, 1)).tolist() == expected


def test_an_index_gives_its_names_back_in_order() -> None:
    names = sorted(_plainly("^タイの窓口$", 1))
    assert list(GramIndex(names, 0)) == names
    assert list(GramIndex([], 0)) == []
    assert GramIndex([], 0).columns(Grams("タイ", 1)).tolist() == []


def test_letters_beyond_sixteen_bits_are_one_letter_each() -> None:
    grams = Grams("😀𠮷", 1)
    assert len(grams) == 3
    index = GramIndex(sorted(grams), 0)
    assert index.columns(Grams("😀𠮷", 1)).tolist() == [0, 1, 2]
    assert index.columns(Grams("🏭", 1)).tolist() == []
