"""Which facts answer a question: search, the named records and the asked attribute together.

No one sign suffices. The entity linker may miss the attribute, a fact about one body may
stand in another body's record (「JETROの追加調査の上限額」 is a fact of the F/S subsidy), and
search alone cannot tell Thailand's wage from Vietnam's. Every fact is scored by a weighted sum
of all signs (a conditional logit, McFadden 1974), and whether the best one answers at all by a
logistic regression. Both are fitted on the questions of ``knowledge/questions`` and
``data/outside.yml`` by ``tsunagari ranking-fit``, which writes ``fact_weights.yml``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from actions.fact_signs import (
    SIGNS,
    VAGUE_ATTRIBUTES,
    Matrix,
    asked_attributes,
    asks_for_several,
    is_kana,
    residual,
    signs,
)
from actions.turn import Clause, Turn
from conversations.telemetry import LOOK_UP, stage
from knowledge.schema import Fact, Record

__all__ = [
    "SIGNS",
    "VAGUE_ATTRIBUTES",
    "RankedFact",
    "Ranking",
    "Weights",
    "asked_attributes",
    "asks_for_several",
    "evidence",
    "rank_facts",
    "residual",
    "signs",
    "softmax",
    "weights",
]

WEIGHTS = Path(__file__).with_name("fact_weights.yml")
#: Signs that the best fact answers the question, in the order of :func:`evidence`.
EVIDENCE = (
    "score",
    "share",
    "covered",
    "words",
    "meaning",
    "sounds",
    "words_left",
    "meaning_left",
    "sounds_left",
    "kind_words",
    "kind_sounds",
    "named",
    "other",
    "asked",
    "any_asked",
    "topic",
    "outside",
    "kana",
    "sounds_of_kana",
)
_NAMED, _ASKED = SIGNS.index("named"), SIGNS.index("asked")
#: How many of the best facts are kept.
_KEPT = 60


@dataclass(frozen=True)
class RankedFact:
    """A fact with the signs that speak for it.

    Attributes:
        record: Whose fact it is.
        fact: The fact.
        share: Part of the probability that it, of all facts, is the one meant.
        belongs: 1 for a fact of a named record, else 0.
        asked: True where it has the asked attribute.
    """

    record: Record
    fact: Fact
    share: float
    belongs: float
    asked: bool


class Ranking(NamedTuple):
    """Facts for a question, best first.

    Attributes:
        facts: The best ones.
        confidence: Calibrated probability that the first ones answer the question.
    """

    facts: tuple[RankedFact, ...]
    confidence: float


class Weights(NamedTuple):
    """Fitted weights, by name of the sign."""

    signs: dict[str, float]
    evidence: dict[str, float]
    bias: float


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Reads the fitted weights."""
    data = yaml.safe_load(WEIGHTS.read_text("utf-8"))
    return Weights(data["signs"], data["evidence"], data["bias"])


def evidence(
    clause: Clause, matrix: Matrix, covered: Matrix, shares: Matrix, scores: Matrix, turn: Turn
) -> list[float]:
    """Returns what speaks for the best fact being an answer at all, in the order of EVIDENCE."""
    best = int(np.argmax(scores))
    of_best = dict(zip(SIGNS, matrix[best].tolist(), strict=True))
    family = turn.knowledge.facts.family(best)
    outside = min(max(clause.outside, 1e-3), 1 - 1e-3)
    values = {
        **of_best,
        "score": float(scores[best]),
        "share": float(shares[family].sum()),
        "covered": float(covered[best]),
        "any_asked": float(matrix[:, _ASKED].any()),
        "topic": float(bool(clause.values("topic"))),
        "kana": float(is_kana(clause.text)),
        "outside": math.log(outside / (1 - outside)),
    }
    return [values[name] for name in EVIDENCE]


@stage(LOOK_UP)
def rank_facts(clause: Clause, subjects: Sequence[Record], turn: Turn) -> Ranking:
    """Ranks the facts that may answer a clause, best first.

    Args:
        clause: The question.
        subjects: Records it is about; empty for any.
        turn: The turn it belongs to.

    Returns:
        The best facts and how sure it is that they answer.
    """
    fitted = weights()
    matrix, covered = signs(clause, subjects, turn)
    # Rounded: sums over sets differ in the last digit between processes.
    scores = np.round(matrix @ np.asarray([fitted.signs[name] for name in SIGNS], np.float32), 4)
    shares = softmax(scores)
    seen = evidence(clause, matrix, covered, shares, scores, turn)
    logit = fitted.bias + sum(
        fitted.evidence[name] * value for name, value in zip(EVIDENCE, seen, strict=True)
    )
    table = turn.knowledge.facts
    order = np.argsort(-scores, kind="stable")[:_KEPT].tolist()
    ranked = tuple(
        RankedFact(
            record=table.record(number),
            fact=table.facts[number],
            share=float(shares[number]),
            belongs=float(matrix[number, _NAMED]),
            asked=bool(matrix[number, _ASKED]),
        )
        for number in order
    )
    return Ranking(ranked, 1 / (1 + math.exp(-logit)))


def softmax(scores: Matrix) -> Matrix:
    """Returns probabilities in proportion to the exponentials of scores."""
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum(), np.float32)
