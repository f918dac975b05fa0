"""Passages: no text is lost, none is too long, headings and pages stay with their text."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.ingest.content import Block
from knowledge.ingest.passages import MOST, cut
from knowledge.ingest.tables import table_lines

TEXT = st.text("あいう漢字カナ、。\n 0123456789ABC", min_size=1, max_size=1500)
BLOCKS = st.lists(
    st.one_of(
        st.builds(lambda t, p: Block("text", t, p), TEXT, st.integers(1, 3)),
        st.builds(lambda t, p: Block("table", t, p), TEXT, st.integers(1, 3)),
        st.builds(
            lambda t, p, level: Block("heading", t, p, level),
            st.text("見出し章節一二", min_size=1, max_size=100),
            st.integers(1, 3),
            st.integers(1, 4),
        ),
    ),
    max_size=12,
)


def squashed(text: str) -> str:
    return re.sub(r"\s", "", text)


@settings(max_examples=150, deadline=None)
@given(BLOCKS)
def test_nothing_is_lost_and_nothing_is_too_long(blocks: list[Block]) -> None:
    made = list(cut(blocks))
    body = [block for block in blocks if block.kind != "heading" or len(block.text) > 80]
    assert squashed("".join(one.text for one in made)) == squashed(
        "".join(block.text for block in body)
    )
    # Lines are joined by line breaks, which the limit does not count.
    assert all(len(one.text.replace("\n", "")) <= MOST for one in made)
    assert all(one.text.strip() for one in made)
    assert {one.page for one in made} <= {block.page for block in blocks}


@settings(max_examples=150, deadline=None)
@given(BLOCKS)
def test_a_passage_stands_under_the_headings_above_it(blocks: list[Block]) -> None:
    names = {" ".join(block.text.split()) for block in blocks if block.kind == "heading"}
    for one in cut(blocks):
        assert set(one.path) <= names
        assert len(one.path) <= 4


def test_a_long_text_is_cut_at_sentences() -> None:
    sentences = [f"これは{n}番目の文で、それなりの長さがあります。" for n in range(60)]
    made = list(cut([Block("text", "".join(sentences), 1)]))
    assert len(made) > 1
    assert all(one.text.endswith("。") for one in made)


@given(st.lists(st.lists(st.text("あ1万円／ ", max_size=6), min_size=1, max_size=4), max_size=5))
def test_every_cell_of_a_table_is_told(rows: list[list[str]]) -> None:
    told = squashed("".join(table_lines(rows)))
    filled = [row for row in rows if squashed("".join(row))]
    # The first row names the columns: a name without values is not told.
    for row in filled[1:]:
        assert all(squashed(cell) in told for cell in row)
