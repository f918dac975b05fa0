"""A venture that is over: 「10年前に中国に出て撤退した」 names no country of now, and no stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.patterns import pattern
from actions.turn import Clause, asks

#: What such a venture seems to tell of the one in question.
_OF_THE_VENTURE = frozenset({"country", "purpose", "stage"})


def without_past_ventures(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Leaves out what is told of a venture that was given up.

    Args:
        clauses: Parts of the message; the end of a venture may be told in the part behind it.
    """
    kept = list(clauses)
    for place, clause in enumerate(clauses):
        if asks(clause.text) or not pattern("given_up").search(clause.text):
            continue
        begun = place
        if not _tells(clause) and place and pattern("long_ago").search(clauses[place - 1].text):
            begun = place - 1
        if begun == place and not pattern("long_ago").search(clause.text):
            continue
        for one in (begun, place):
            told = [e for e in clauses[one].entities if e["entity"] not in _OF_THE_VENTURE]
            kept[one] = replace(clauses[one], entities=tuple(told))
    return tuple(kept)


def _tells(clause: Clause) -> bool:
    return any(clause.values(one) for one in _OF_THE_VENTURE)
