"""The understanding report: figures follow from predictions, the page keeps what people wrote."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tsunagari.commands.understanding_report import renew
from tsunagari.settings import UserError
from tsunagari.understanding import accuracy, bands, confusions, predict, reliability

PARSES = {
    "a": {"intent": {"name": "greet"}, "band": "answer", "confidence": 0.95},
    "b": {"intent": {"name": "greet"}, "band": "maybe", "confidence": 0.55},
    "c": {"intent": {"name": "nlu_fallback"}, "band": "unknown", "confidence": 0.15},
}
EXAMPLES = [
    {"text": "a", "intent": "greet"},
    {"text": "b", "intent": "deny", "accept": ["thank"]},
    {"text": "c", "intent": "thank", "accept": ["greet"]},
]


def parse(text: str) -> dict:
    parsed = PARSES[text]
    best = {"name": "greet", "confidence": parsed["confidence"]}
    ranking = [best]
    if parsed["band"] == "unknown":
        ranking = [{"name": "nlu_fallback", "confidence": 0.85}, best]
    return {**parsed, "intent_ranking": ranking}


def test_predictions_are_counted() -> None:
    predictions = predict(parse, EXAMPLES)
    assert [one.right for one in predictions] == [True, False, True]
    assert [one.accepted for one in predictions] == [True, False, False]
    assert accuracy(predictions) == pytest.approx(1 / 3)
    assert [(one.name, one.size, one.right) for one in bands(predictions)] == [
        ("answer", 1, 1),
        ("maybe", 1, 0),
        ("unknown", 1, 1),
    ]
    assert [(one.size, one.accuracy) for one in reliability(predictions)] == [
        (1, 1.0),
        (1, 0.0),
        (1, 1.0),
    ]
    assert confusions(predictions) == Counter({("deny", "greet"): 1, ("thank", "nlu_fallback"): 1})


def test_only_the_generated_parts_of_a_page_change() -> None:
    page = "人が書いた\n<!-- generated: bands -->\n古い\n<!-- /generated -->\n人が書いた"
    fresh = renew(page, {"bands": r"新しい \1"})
    assert "古い" not in fresh and r"新しい \1" in fresh
    assert fresh.count("人が書いた") == 2
    assert renew(fresh, {"bands": r"新しい \1"}) == fresh
    with pytest.raises(UserError):
        renew(page, {"unheard": "x"})


def test_figures_are_small_svg_with_text_and_always_the_same(tmp_path: Path) -> None:
    # A process of its own: matplotlib is a stand-in where the bot runs.
    code = f"""
from collections import Counter
from pathlib import Path
from tsunagari import understanding_figures as figures
for name in ("one", "two"):
    folder = Path({str(tmp_path)!r}) / name
    rows = [(10, 0.5, 0.4), (20, 0.9, 0.95)]
    figures.draw_reliability(folder / "c.svg", rows, [("answer", 20, 19), ("maybe", 0, 0)], 0.05)
    pairs = Counter({{("greet", "thank"): 2}})
    figures.draw_confusions(folder / "m.svg", pairs, Counter(greet=5))
    figures.draw_invariance(folder / "i.svg", [("語順", 65, 0.98, 0.9)])
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
    for name in ("c", "m", "i"):
        one = (tmp_path / "one" / f"{name}.svg").read_bytes()
        assert one == (tmp_path / "two" / f"{name}.svg").read_bytes()
        assert len(one) < 200_000
    assert "語順（65）" in (tmp_path / "one" / "i.svg").read_text("utf-8")


def test_committed_figures_belong_to_the_page() -> None:
    docs = Path(__file__).parent.parent.parent / "docs"
    page = (docs / "understanding.md").read_text("utf-8")
    for name in ("pipeline", "calibration", "confusions", "invariance"):
        assert f"images/{name}.svg" in page
        assert (docs / "images" / f"{name}.svg").stat().st_size < 200_000
    for name in ("accuracy", "bands", "confusions", "invariance"):
        assert f"<!-- generated: {name} -->\n\n|" in page
