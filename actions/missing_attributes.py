"""Which of the asked attributes the named records can have, have, or have told beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.fact_ranking import RankedFact, Ranking, asked_attributes
from actions.turn import Clause, Turn
from actions.unasked_figures import MOSTLY_OUTSIDE, has_figure
from knowledge.schema import Record

#: Share of a record's facts from which the best one is meant.
_STANDS_OUT = 0.6
#: Attributes people ask for that the material leaves out: never answered by a near fact.
EXACT_ONLY = frozenset(
    {
        "amount_limit",
        "contact",
        "costs",
        "deadline",
        "fee",
        "how_to_apply",
        "language",
        "opening_hours",
        "ownership",
        "period",
        "subsidy_rate",
        "url",
    }
)

#: Of the former, those that a scheme has for each body that runs it.
_SHARED = frozenset({"amount_limit", "costs", "subsidy_rate"})
#: So many of the best facts may tell it beside the named record.
_NEAR_BY = 5
#: A noun that goes on (無料アドバイザー), not a verb behind it (日曜開いてる).
_GOES_ON = "[一-龠ァ-ヶ](?![いえかきくけこさしすせってとまみめりるれわん])"


def fitting_attributes(clause: Clause, subjects: Sequence[Record], turn: Turn) -> list[str]:
    """Returns the asked attributes that a record of the subjects' kinds can have at all.

    The limit of a loan beyond the material is asked of a bank, though no bank can have one.
    """
    kinds = {one.kind for one in subjects}
    declared = turn.knowledge.store.attribute
    asked = asked_attributes(clause)
    fitting = [one for one in asked if not declared(one).kinds or kinds & set(declared(one).kinds)]
    if fitting or clause.outside < MOSTLY_OUTSIDE or clause.goes_on_from:
        return fitting
    return [one for one in asked if one in EXACT_ONLY]


def lacking_attributes(asked: Sequence[str], subjects: Sequence[Record]) -> list[str]:
    """Returns those of the asked attributes that no near fact answers and no subject has."""
    return [
        one
        for one in asked
        if one in EXACT_ONLY and not any(subject.facts_about(one) for subject in subjects)
    ]


def not_told_otherwise(
    lacking: Sequence[str], subjects: Sequence[Record], clause: Clause, ranking: Ranking
) -> list[str]:
    """Returns the lacking attributes that were really asked for and are told nowhere near."""
    missing = [one for one in lacking if not _is_part_of_a_word(one, clause)]
    if any(_told_beside(one, missing, subjects, clause) for one in ranking.facts[:_NEAR_BY]):
        return []
    best = ranking.facts[0]
    if missing == ["language"] and best.asked and best.share >= _STANDS_OUT:
        # 「GRIPSのフルネームは日本語で何」 names the language it wants the name in.
        return []
    return missing


def names_one(subjects: Sequence[Record], found: RankedFact) -> bool:
    """True where a fact's own words name one of the records."""
    names = (name for one in subjects for name in (one.short_name, *one.aliases))
    return any(name in found.fact.text for name in names)


def _told_beside(
    found: RankedFact, missing: Sequence[str], subjects: Sequence[Record], clause: Clause
) -> bool:
    """True where what is missing of a named record is told beside it, with its figure.

    「F/Sの補助、中小機構は上限いくら」 is told by the subsidy, which names the limit of each.
    """
    near = found.belongs or names_one(subjects, found)
    if not (near and _SHARED & set(missing) and has_figure(found.fact.text)):
        return False
    said = [one.get("text") for one in clause.entities if one.get("value") in missing]
    return found.fact.attribute in missing or any(one and one in found.fact.text for one in said)


def _is_part_of_a_word(attribute: str, clause: Clause) -> bool:
    """True for a property that is only mentioned in a longer word (「無料アドバイザー」)."""
    said = [one for one in clause.entities if one.get("value") == attribute and one.get("text")]
    return bool(said) and all(
        re.search(re.escape(one["text"]) + _GOES_ON, clause.text) for one in said
    )
