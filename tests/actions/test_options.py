"""Short answers to an open question mean one of its values."""

from __future__ import annotations

import pytest

from actions.options import meant
from knowledge.store import open_store


@pytest.mark.parametrize(
    ("slot", "said", "value"),
    [
        ("stage", "まだ調べとるとこですわ", "collecting"),
        ("stage", "現地調査", "feasibility"),
        ("purpose", "売り込み", "sales"),
        ("applicant", "中小です", "sme"),
    ],
)
def test_the_value_is_found_however_it_is_worded(slot: str, said: str, value: str) -> None:
    assert meant(said, open_store().slot_values(slot)) == value


@pytest.mark.parametrize(
    "said", ["あ", "ところで今日はよく晴れていますね、そちらはどうでしょうか", "バナナ"]
)
def test_other_words_mean_none(said: str) -> None:
    assert meant(said, open_store().slot_values("stage")) is None
