"""Whether a passage speaks of every country, place and body that a question names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from actions.turn import Clause, Turn
from knowledge.mentions import fold

_HIRAGANA = re.compile(r"[ぁ-ん]+")


def names_all(clause: Clause, turn: Turn, text: str) -> bool:
    """Says whether a passage names every country, place and body the question names."""
    folded = fold(text)
    return all(any(fold(name) in folded for name in names) for names in _names_of(clause, turn))


def _names_of(clause: Clause, turn: Turn) -> Iterable[list[str]]:
    """Yields the ways to name each thing a question names."""
    store = turn.knowledge.store
    for one in clause.entities:
        value, typed = str(one["value"]), str(one.get("text") or one["value"])
        if one["entity"] == "country":
            label = store.slot_value("country", value)
            yield [typed, *((label.label, *label.aliases) if label else ())]
        elif one["entity"] in {"prefecture", "city"}:
            yield [typed, value, re.sub(r"[都府県市区町村]$", "", value)]
        elif one["entity"] == "record" and store.has_record(value):
            record = store.record(value)
            yield [typed, record.name, record.short_name, *record.aliases]


def shared_run(question: str, text: str) -> int:
    """Returns the length of the longest run two texts share, without particles at its ends."""
    one, other = fold(question).lower(), fold(text).lower()
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match(
        0, len(one), 0, len(other)
    )
    run = one[match.a : match.a + match.size]
    if _HIRAGANA.fullmatch(run):
        return 0
    return len(re.sub(r"^[のはがをにでとも、]+|[ぁ-ん？?。、]+$", "", run))
