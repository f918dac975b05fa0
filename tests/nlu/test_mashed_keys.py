"""Mashed keys are told from abbreviations, names, laughter and short answers."""

from __future__ import annotations

import pytest

from nlu.mashed_keys import is_mashed


@pytest.mark.parametrize(
    "text", ["ああああ", "っっっっ", "asdfgh jkl", "zxcvbnm", "ｑｗｅｒｔｙ", "poiuy", "sdfkjhgf"]
)
def test_mashed(text: str) -> None:
    assert is_mashed(text)


@pytest.mark.parametrize(
    "text",
    [
        "JETRO",
        "NPO",
        "ODA",
        "www",
        "はい",
        "ああ",
        "human",
        "111",
        "笑笑笑",
        "PPP",
        "bye",
        "ははは",
    ],
)
def test_language(text: str) -> None:
    assert not is_mashed(text)
