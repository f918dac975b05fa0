from __future__ import annotations

import pytest

from bench.report import MISSING, Table, median, number, percentile, ratio


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.12345, "0.123"), (12.345, "12.3"), (1234.5, "1,234"), (0, "0"), (None, MISSING)],
)
def test_figures_keep_three_significant_digits(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_a_figure_that_was_not_measured_is_a_dash() -> None:
    assert number(float("nan")) == MISSING
    assert ratio(None, 3.0) == ratio(3.0, None) == ratio(0, 3.0) == MISSING


def test_a_ratio_is_how_many_times_the_other_takes() -> None:
    assert ratio(2.0, 36.0) == "18.0 ×"


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert percentile(values, 95) == 95.0
    assert percentile([7.0], 95) == 7.0
    assert median([3.0, 1.0, 2.0]) == 2.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 95)


def test_columns_line_up_whatever_the_width_of_characters() -> None:
    table = Table("題", ("", "値"), notes=["備考"])
    table.add("日本語", "1")
    table.add("ascii", "22.5")
    assert table.markdown() == (
        "## 題\n\n"
        "|        |   値 |\n"
        "| ------ | ---: |\n"
        "| 日本語 |    1 |\n"
        "| ascii  | 22.5 |\n\n"
        "- 備考"
    )


def test_a_row_needs_a_cell_per_column() -> None:
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        Table("t", ("a",)).add("1", "2")
