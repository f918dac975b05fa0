"""The committed dictionary is what the knowledge base says today."""

from __future__ import annotations

from knowledge.loader import load_knowledge
from nlu import gazetteer

_HINT = "run `tsunagari nlu-eval --generate` and commit data/generated/"


def test_committed_dictionary_is_fresh() -> None:
    knowledge = load_knowledge()
    rows = gazetteer.dump_rows(gazetteer.build_rows(knowledge))
    partials = gazetteer.dump_partials(gazetteer.build_partials(knowledge))
    assert gazetteer.GAZETTEER.read_text("utf-8") == rows, _HINT
    assert gazetteer.PARTIALS.read_text("utf-8") == partials, _HINT


def test_dictionary_survives_its_file_format() -> None:
    rows = gazetteer.build_rows(load_knowledge())
    assert gazetteer.load_rows(gazetteer.dump_rows(rows)) == rows


def test_every_record_and_slot_value_can_be_named() -> None:
    knowledge = load_knowledge()
    known = {row.value for row in gazetteer.build_rows(knowledge)}
    assert set(knowledge.records) <= known
    for slot in ("prefecture", "country", "industry", "purpose", "stage", "applicant"):
        assert {value.id for value in knowledge.slots[slot]} <= known
