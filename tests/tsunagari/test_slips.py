"""A slip in a file an operator edits is told in one line before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsunagari import building
from tsunagari.settings import Settings, UserError
from tsunagari.slips import check_wording

_ROOT = Path(__file__).parents[2]


def test_the_words_of_the_product_are_in_order() -> None:
    check_wording(_ROOT / "actions")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [x]\nb: [y\n", r"actions/patterns\.yml: \d行目"),
        ("a:\n- '(x'\n", r"actions/patterns\.yml / a: 正規表現"),
        ("a: x\n", r"actions/patterns\.yml / a: 言い回し"),
        ("- a\n", r"actions/patterns\.yml: 「名前"),
    ],
)
def test_a_slip_in_the_words_stops_the_start(tmp_path: Path, text: str, told: str) -> None:
    folder = tmp_path / "actions"
    folder.mkdir()
    (folder / "patterns.yml").write_text(text, "utf-8")
    with pytest.raises(UserError, match=told) as caught:
        check_wording(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("data/nlu.yml", "nlu: [\n", r"data/nlu\.yml: \d行目"),
        ("domain.yml", "intents: [\n", r"domain\.yml: \d行目"),
        ("config.yml", "language: ja\npipeline: [{name: nope.Nope}]\n", "config.yml.*nope"),
    ],
)
def test_a_slip_in_what_is_trained_on_is_one_line(
    tmp_path: Path, file: str, text: str, told: str
) -> None:
    examples = "version: '3.1'\nnlu:\n- intent: a\n  examples: |\n    - b\n    - c\n"
    (tmp_path / "data").mkdir()
    (tmp_path / "config.yml").write_text("language: ja\npipeline: []\npolicies: []\n", "utf-8")
    (tmp_path / "domain.yml").write_text("version: '3.1'\nintents: [a]\n", "utf-8")
    (tmp_path / "data" / "nlu.yml").write_text(examples, "utf-8")
    (tmp_path / file).write_text(text, "utf-8")
    with pytest.raises(UserError, match=told) as caught:
        building.train_here(Settings(root=tmp_path, database_url="sqlite://"))
    assert "\n" not in str(caught.value)
