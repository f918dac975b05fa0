"""Whether a passage speaks of every country, place and body that a question names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from actions.turn import Clause, Turn
from knowledge.mentions import fold
from knowledge.store import Store

_TOLD: list[tuple[Store, str]] = []
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


def is_own_name(run: str, turn: Turn) -> bool:
    """Says whether a run of characters is part of no record: a name of the centre's own."""
    return run not in _told_by_records(turn.knowledge.store)


def _told_by_records(store: Store) -> str:
    """Returns everything the records say, folded; kept for the store in use."""
    if not _TOLD or _TOLD[0][0] is not store:
        texts = (t for one in store.records() for t in (one.name, *(f.text for f in one.facts)))
        _TOLD[:] = [(store, fold("。".join(texts)).lower())]
    return _TOLD[0][1]


def shared_run(question: str, text: str) -> int:
    """Returns the length of the longest run two texts share, without particles at its ends."""
    return len(longest_run(question, text))


def longest_run(question: str, text: str) -> str:
    """Returns the longest run two texts share, without particles at its ends."""
    one, other = fold(question).lower(), fold(text).lower()
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match(
        0, len(one), 0, len(other)
    )
    run = one[match.a : match.a + match.size]
    if _HIRAGANA.fullmatch(run):
        return ""
    return re.sub(r"^[のはがをにでとも、]+|[ぁ-ん？?。、]+$", "", run)
