"""Spelling variants fold to one key and offsets lead back to the text as typed."""

from __future__ import annotations

import pytest

from nlu.folding import fold, fold_key, respell


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾍﾞﾄﾅﾑ", "ベトナム"),
        ("べとなむ", "ベトナム"),
        ("Ｙ－ＰＯＲＴ", "y-port"),
        ("V.I.T.", "VIT"),
        ("普及・実証事業", "普及実証事業"),
        ("横濱", "横浜"),
        ("センター", "センタ"),
        ("F／S 補助", "FS補助"),
    ],
)
def test_variants_fold_alike(one: str, other: str) -> None:
    assert fold_key(one) == fold_key(other)


def test_offsets_point_into_the_typed_text() -> None:
    text = "ﾀｲとﾍﾞﾄﾅﾑ"
    folded = fold(text)
    start = folded.text.index("べとなむ")
    assert text[folded.starts[start] : folded.ends[start + 3]] == "ﾍﾞﾄﾅﾑ"


def test_only_messages_wholly_in_katakana_are_respelt() -> None:
    respelt = respell("ﾓﾋﾞｵﾊﾄﾞｺﾃﾞｽｶ")
    assert respelt is not None
    assert respelt.text == "もびおはどこですか"
    assert respell("ベトナムの賃金") is None
    assert respell("ベトナム") is None
