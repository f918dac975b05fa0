"""Floors on the utterances of `unseen_utterances.tsv`, a little under what is measured."""

from __future__ import annotations

from typing import Any

from nlu.pipeline import own_training_data
from tests.nlu.unseen import by_style, read, score

# Shares: intent, expected values found, no name that was not said, all three.
FLOORS = (0.94, 0.95, 0.98, 0.90)
#: One word is a question in everybody's mouth.
_ONE_WORD = 9


def test_floors(pipeline: Any) -> None:
    outcomes = [(case, score(pipeline.parse, case)) for case in read()]
    count = len(outcomes)
    shares = (
        sum(one.intent for _, one in outcomes) / count,
        sum(not one.missing for _, one in outcomes) / count,
        sum(not one.false for _, one in outcomes) / count,
        sum(one.right for _, one in outcomes) / count,
    )
    wrong = "\n".join(f"{case.text} → {one.told}" for case, one in outcomes if not one.right)
    assert all(a >= b for a, b in zip(shares, FLOORS, strict=True)), f"{shares}\n{wrong}"
    # Kana and slips in names are what nobody may lose.
    styles = by_style(outcomes)
    for style in ("かな", "カタカナ", "名前の打ち間違い", "名前なし"):
        right = [one.right for one in styles[style]]
        assert sum(right) / len(right) >= 0.88, style


def test_the_set_is_large_and_never_trained_on() -> None:
    cases = read()
    assert len(cases) >= 350 and len({case.style for case in cases}) >= 20
    trained = {message.get("text") for message in own_training_data().intent_examples}
    known = {case.text for case in cases if case.style != "一語"} & trained
    assert all(len(text) < _ONE_WORD for text in known), known
