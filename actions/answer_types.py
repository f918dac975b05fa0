"""What kind of thing a question word asks for, and whether a record tells anything of the kind.

「どこの国」 is told by a country and 「いつ」 by a date (the answer types of Li & Roth 2002). Where
nothing told of a record is of the kind, its nearest fact would look like an answer and be none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from actions.fact_ranking import Ranking, residual
from actions.turn import Clause, Turn
from knowledge.schema import Kind, Record

_FILE = Path(__file__).with_name("answer_types.yml")
#: So many of the facts of what is asked about may hold the answer.
_LIKELIEST = 6
#: Shorter names occur in other words (インド in インドネシア is none of these).
_LEAST = 2


class AnswerType(NamedTuple):
    """One kind of thing that is asked for.

    Attributes:
        asked: The question words.
        told: What a fact that tells such a thing holds.
        names: Slot whose values are such things, if any.
        word: How it is named where it is missing.
    """

    asked: re.Pattern[str]
    told: re.Pattern[str]
    names: str | None
    word: str


def untold_type(
    ranking: Ranking, subjects: Sequence[Record], clause: Clause, turn: Turn
) -> str | None:
    """Returns the name of the kind of thing asked for, where nothing told is of the kind.

    Args:
        ranking: The facts ranked for the question.
        subjects: Records it is about.
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        None where one of the likeliest facts of the records is of the kind, another record's
        fact fits best, or no question word says what is asked for.
    """
    asked = next((one for one in _types() if one.asked.search(clause.text)), None)
    own = [one for one in ranking.facts if one.belongs == 1.0][:_LIKELIEST]
    if asked is None or not own or ranking.facts[0] is not own[0]:
        return None
    if asked.names and any(one.kind is Kind.COUNTRY for one in subjects):
        return None
    texts = [one.fact.text for one in own]
    # What became of a record stands below every answer.
    texts += [
        one.status.text
        for one in subjects
        if one.status and _speaks_of(one.status.text, clause, turn)
    ]
    return None if any(_tells(one, asked, turn) for one in texts) else asked.word


def _tells(text: str, asked: AnswerType, turn: Turn) -> bool:
    if asked.told.search(text):
        return True
    if asked.names is None:
        return False
    values = turn.knowledge.store.slot_values(asked.names)
    return any(len(one.label) >= _LEAST and one.label in text for one in values)


def _speaks_of(text: str, clause: Clause, turn: Turn) -> bool:
    """True where a text has a word of what is asked for, beside the names."""
    words = turn.knowledge.analyser.words
    return bool({*words(residual(clause))} & {*words(text)})


@cache
def _types() -> tuple[AnswerType, ...]:
    return tuple(
        AnswerType(
            re.compile(one["asked"]),
            re.compile(one["told"]),
            one.get("names"),
            one["word"],
        )
        for one in yaml.safe_load(_FILE.read_text("utf-8"))
    )
