"""Grouping all open questions anew; groups keep their names while they keep their questions."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from desk.learning.grouping import MOST_TEXTS, group
from desk.learning.questions import Question, Questions
from knowledge.word_vectors import WordVectors


@dataclass(frozen=True)
class Regrouped:
    """What grouping came to.

    Attributes:
        questions: How many questions were put into groups.
        groups: How many groups there are.
        left_out: How many older questions were too many to look at.
    """

    questions: int
    groups: int
    left_out: int


def regroup(
    questions: Questions,
    since: float,
    vectors: WordVectors | None,
    background: Sequence[str] = (),
) -> Regrouped:
    """Put the open questions into groups and note the groups in the store.

    Args:
        questions: The store's questions.
        since: Only what was asked from then on.
        vectors: Word table.
        background: Texts that tell how common words are.
    """
    found = questions.open(since)
    kept = found[-MOST_TEXTS:]
    if not kept:
        return Regrouped(0, 0, 0)
    labels = group([one.text for one in kept], vectors, background)
    names = _names(kept, labels)
    changed = {
        question.id: names[label]
        for question, label in zip(kept, labels, strict=True)
        if question.group_key != names[label]
    }
    questions.keep_groups(changed)
    return Regrouped(len(kept), len(names), len(found) - len(kept))


def _names(questions: Sequence[Question], labels: Sequence[int]) -> dict[int, str]:
    """Name every group: after the older group most of its questions come from, else anew."""
    before: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for question, label in zip(questions, labels, strict=True):
        if question.group_key:
            before[label][question.group_key] += 1
    claims = sorted(
        ((count, name, label) for label, names in before.items() for name, count in names.items()),
        key=lambda claim: (-claim[0], claim[2]),
    )
    named: dict[int, str] = {}
    taken: set[str] = set()
    for _, name, label in claims:
        if label not in named and name not in taken:
            named[label] = name
            taken.add(name)
    for label in labels:
        if label not in named:
            named[label] = secrets.token_hex(8)
    return named
