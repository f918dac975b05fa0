"""「大阪は営業所だけで、本社は尼崎」: of several places of a company its head office counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.patterns import pattern
from actions.turn import Clause
from knowledge.guide import Profile

_PLACES = frozenset({"prefecture", "city", "region"})
#: What the word for a branch also looks like: wanting one, and a trade.
_OF_A_BRANCH = frozenset({"purpose", "industry"})
#: What ends a part of a sentence, so that each tells of one place.
_PARTS = re.compile(r"[^、。,]*?(?:[、。,]|ですが|だけど|やけど|ですけど|$)")


def without_branches(clauses: Sequence[Clause], profile: Profile) -> tuple[Clause, ...]:
    """Leaves out the places of branches where the head office is told, or was before.

    Args:
        clauses: Parts of a message.
        profile: What was known before.

    Returns:
        The same clauses, without the places that are only those of a branch.
    """
    if not any(pattern("branch_office").search(one.text) for one in clauses):
        return tuple(clauses)
    known = profile.prefecture is not None
    head = any(
        pattern("head_office").search(part) and _within(part, one)
        for one in clauses
        for part in _PARTS.findall(one.text)
    )
    if not head and not known:
        return tuple(clauses)
    return tuple(_without(one) for one in clauses)


def _without(clause: Clause) -> Clause:
    left_out: list[dict[str, Any]] = []
    for part in _PARTS.findall(clause.text):
        if pattern("head_office").search(part) or not pattern("branch_office").search(part):
            continue
        named = _within(part, clause)
        left_out += named
        if named:
            left_out += [
                one
                for one in clause.entities
                if one["entity"] in _OF_A_BRANCH and (one.get("text") or "。") in part
            ]
    return replace(clause, entities=tuple(one for one in clause.entities if one not in left_out))


def _within(part: str, clause: Clause) -> list[dict[str, Any]]:
    """Returns the places named in a part of a clause."""
    return [
        one
        for one in clause.entities
        if one["entity"] in _PLACES and (one.get("text") or "。") in part
    ]
