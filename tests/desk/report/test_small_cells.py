from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from desk.report.small_cells import OTHERS, cell, safe_breakdown
from desk.report.values import counted


def test_small_counts_are_not_shown() -> None:
    assert [str(cell(count)) for count in (0, 1, 2, 3, 1200)] == [
        "0", "3 未満", "3 未満", "3", "1,200",
    ]  # fmt: skip


def test_a_sentence_says_a_small_count_as_people_do() -> None:
    shown = [counted(text, "組") for text in ("12", "1,200", "3 未満", "非公表")]
    assert shown == ["12 組", "1,200 組", "3 組未満", "非公表"]


def test_one_small_value_takes_a_greater_one_with_it() -> None:
    cells = safe_breakdown({"大阪府": 9, "愛知県": 4, "島根県": 1})
    assert {value: shown.count for value, shown in cells.items()} == {"大阪府": 9, OTHERS: 5}
    cells = safe_breakdown({"大阪府": 9, "島根県": 2, "鳥取県": 1})
    assert {value: shown.count for value, shown in cells.items()} == {"大阪府": 9, OTHERS: 3}
    assert str(safe_breakdown({"島根県": 2})[OTHERS]) == "3 未満"


@given(st.dictionaries(st.text("あいうえお", min_size=1), st.integers(0, 12)))
def test_nothing_small_is_shown_or_can_be_had_by_subtracting(counts: dict[str, int]) -> None:
    cells = safe_breakdown(counts)
    total = sum(counts.values())
    shown = {value: one.count for value, one in cells.items() if one.count is not None}
    assert all(count >= 3 for count in shown.values())
    if OTHERS in shown:
        # At least two values stand behind it.
        assert len([v for v, n in counts.items() if n and v not in shown]) >= 2
        assert sum(shown.values()) == total
    elif OTHERS in cells:
        assert 0 < total < 3
    assert all(Counter(counts)[value] == count for value, count in shown.items() if value != OTHERS)
