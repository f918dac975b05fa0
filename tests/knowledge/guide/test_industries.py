from __future__ import annotations

import pytest

from knowledge.guide.industries import IndustryReader
from knowledge.store import Store

KINSHIP = {"water": ["environment"], "precision": ["manufacturing"]}


@pytest.mark.parametrize(
    ("business", "fields"),
    [
        ("金属プレス", {"manufacturing"}),
        ("水処理装置の製造", {"water", "environment", "manufacturing"}),
        ("ｼｽﾃﾑ開発", {"it"}),
        ("精密部品の切削", {"precision", "manufacturing"}),
        ("宇宙旅行の", {"services"}),
        ("ほにゃらら", set()),
        (None, set()),
    ],
)
def test_fields_of_the_company_words(
    real_store: Store, business: str | None, fields: set[str]
) -> None:
    reader = IndustryReader(real_store.slot_values("industry"), KINSHIP)
    assert reader.fields(None, business) == fields


def test_recognised_field_keeps_its_kin(real_store: Store) -> None:
    reader = IndustryReader(real_store.slot_values("industry"), KINSHIP)
    assert reader.fields("water", None) == {"water", "environment"}
