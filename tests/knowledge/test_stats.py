"""Counts, coverage and the list in the README."""

from __future__ import annotations

from knowledge.loader import ROOT, load_knowledge
from knowledge.stats import README_BEGIN, README_END, by_section, stats


def test_every_slide_has_records() -> None:
    counts = stats(load_knowledge())
    assert counts.sections["deck2014"] == (16, 16)
    assert not [name for name in counts.uncovered if name.startswith("deck2014#")]


def test_every_fact_is_cited() -> None:
    counts = stats(load_knowledge())
    assert counts.cited == counts.all_facts > 0


def test_the_list_in_the_readme_is_current() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    listed = text.split(README_BEGIN)[1].split(README_END)[0].strip()
    assert listed == by_section(load_knowledge(), "deck2014").strip(), (
        "tsunagari knowledge stats --by-section の出力を README に写してください"
    )
