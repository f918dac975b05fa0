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
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import yaml

from actions.fact_table import FactTable
from actions.patterns import pattern
from actions.turn import Clause, Turn
from conversations.telemetry import LOOK_UP, stage
from knowledge.mentions import years
from knowledge.schema import Fact, Kind, Record

WEIGHTS = Path(__file__).with_name("fact_weights.yml")
#: Signs of a fact, in the order of the columns of :func:`signs`.
SIGNS = (
    "words",
    "meaning",
    "sounds",
    "words_left",
    "meaning_left",
    "sounds_left",
    "kind_words",
    "kind_sounds",
    "sounds_of_kana",
    "kind_sounds_of_kana",
    "named",
    "both_named",
    "mentioned",
    "other",
    "asked",
    "unasked",
    "asked_named",
    "city",
    "other_country",
    "lists",
    "lists_several",
    "year",
    "other_year",
    "absent",
    "other_kind",
)
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
_KANJI = re.compile(r"[一-龠々]")
_KANA = re.compile(r"[ぁ-んァ-ヶｦ-ﾟ]{4}")
#: Fewer characters are a name.
_LEAST_KANA = 8
#: How many of the best facts are kept.
_KEPT = 60
#: Content words below which a clause says nothing without the one before it.
_LEAST_WORDS = 2
#: Attributes that say too little by themselves to choose a fact.
VAGUE_ATTRIBUTES = frozenset({"overview", "method", "judgement"})

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class RankedFact:
    """A fact with the signs that speak for it.

    Attributes:
        record: Whose fact it is.
        fact: The fact.
        share: Part of the probability that it, of all facts, is the one meant.
        belongs: 1 for a fact of a named record, less for one that mentions it, else 0.
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


def asked_attributes(clause: Clause) -> tuple[str, ...]:
    """Returns the attributes a clause asks for; vague ones only where nothing else is named."""
    named = clause.values("attribute")
    return tuple(one for one in named if one not in VAGUE_ATTRIBUTES)


def asks_for_several(text: str) -> bool:
    """True for words that ask for several things at once."""
    return bool(pattern("several").search(text))


def _asks_for_a_list(clause: Clause, subjects: Sequence[Record]) -> bool:
    """True where several things are asked for, or 「…の制度は」 of no record in particular."""
    return asks_for_several(clause.text) or (not subjects and bool(clause.values("kind")))


def is_kana(text: str) -> bool:
    """True for a text without a single kanji, whose words only its sound tells."""
    return len(text) >= _LEAST_KANA and not _KANJI.search(text) and bool(_KANA.search(text))


def residual(clause: Clause) -> str:
    """Returns the words of a clause without the names of records and countries in it."""
    text = clause.text
    for one in clause.entities:
        if one["entity"] in {"record", "country"} and one.get("text"):
            text = text.replace(one["text"], " ", 1)
    return text.strip()


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Reads the fitted weights."""
    data = yaml.safe_load(WEIGHTS.read_text("utf-8"))
    return Weights(data["signs"], data["evidence"], data["bias"])


def signs(clause: Clause, subjects: Sequence[Record], turn: Turn) -> tuple[Matrix, Matrix]:
    """Returns the signs of every fact for a question.

    Args:
        clause: The question.
        subjects: Records it is about; empty for any.
        turn: The turn it belongs to.

    Returns:
        The signs, shape (facts, len(SIGNS)), and the share of the question's word weight that
        each fact holds, shape (facts,).
    """
    table = turn.knowledge.facts
    search = turn.knowledge.search
    bare = residual(clause)
    near = search.fact_signals(_question(clause, turn))
    # Beside a long name what is asked of it hardly counts: the rest is looked at by itself too.
    left = search.fact_signals(bare) if subjects else near
    before = search.question_signals(bare)
    named = table.of_records([one.id for one in subjects])
    mentioned = np.zeros(len(table), np.float32)
    both_named = np.zeros(len(table), np.float32)
    for one in subjects:
        mentioning = table.mentioning(one)
        mentioned = np.maximum(mentioned, mentioning)
        # 「KITAはJETROと何を」: a fact of the one that tells of the other.
        both_named = np.maximum(both_named, mentioning * (named - table.of_records([one.id])))
    mentioned = mentioned * (1 - named)
    kana = np.float32(is_kana(clause.text))
    attributes = _attributes(clause, subjects, turn)
    asked = table.of_attributes(attributes)
    countries = [one for one in subjects if one.kind is Kind.COUNTRY]
    nothing = np.zeros(len(table), np.float32)
    columns = (
        near.words,
        near.meaning,
        near.sounds,
        left.words,
        left.meaning,
        left.sounds,
        before.words,
        before.sounds,
        near.sounds * kana,
        before.sounds * kana,
        named,
        both_named,
        mentioned,
        (1 - named) * (1 - mentioned) if subjects else nothing,
        asked,
        1 - asked if attributes else nothing,
        asked * named,
        table.of_cities(clause.values("city")),
        table.of_other_countries(countries) if countries else nothing,
        table.lists if _asks_for_a_list(clause, subjects) else nothing,
        table.lists if asks_for_several(clause.text) and not subjects else nothing,
        *_years(clause.text, table),
        table.absent * (1 - named),
        nothing if subjects else _of_other_kinds(clause, table),
    )
    return np.stack(columns, axis=1), near.covered


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
            belongs=float(matrix[number, _NAMED] or 0.5 * matrix[number, _NAMED + 1]),
            asked=bool(matrix[number, _ASKED]),
        )
        for number in order
    )
    return Ranking(ranked, 1 / (1 + math.exp(-logit)))


def softmax(scores: Matrix) -> Matrix:
    """Returns probabilities in proportion to the exponentials of scores."""
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum(), np.float32)


def _of_other_kinds(clause: Clause, table: FactTable) -> Matrix:
    """Marks the facts of records of another kind than the named one (「…の制度は」)."""
    kinds = clause.values("kind")
    of_kind = table.of_kinds({*kinds, Kind.POLICY_POINT.value})
    return np.asarray((1 - of_kind) if kinds else 0 * of_kind, np.float32)


def _years(text: str, table: FactTable) -> tuple[Matrix, Matrix]:
    """Marks the facts of the years a question names, and those of other years."""
    named = years(text) if any(map(str.isdigit, text)) else ()
    if named:
        return table.of_years(named)
    nothing = np.zeros(len(table), np.float32)
    return nothing, nothing


def _attributes(clause: Clause, subjects: Sequence[Record], turn: Turn) -> tuple[str, ...]:
    """The asked attributes; those no subject has say nothing about which of its facts is meant.

    Of no record in particular, but of a kind (「人材育成の区分の制度は」), those of that kind.
    """
    asked = asked_attributes(clause)
    kinds = set(clause.values("kind"))
    if kinds and not subjects and len(asked) > 1:
        declared = turn.knowledge.store.attribute
        asked = tuple(
            one for one in asked if not declared(one).kinds or kinds & set(declared(one).kinds)
        )
    held = tuple(one for one in asked if any(subject.facts_about(one) for subject in subjects))
    return held if subjects else asked


def _question(clause: Clause, turn: Turn) -> str:
    """The clause, with the one before it where it says nothing by itself (「資料だとどれ？」)."""
    before = clause.goes_on_from
    if before is None or len(turn.knowledge.analyser.words(residual(clause))) >= _LEAST_WORDS:
        return clause.text
    return f"{residual(before)}{clause.text}"
