"""Which facts answer a question: search, the named records and the asked attribute together.

No one sign suffices. The entity linker may miss the attribute, a fact about one body may
stand in another body's record (「JETROの追加調査の上限額」 is a fact of the F/S subsidy), and
search alone cannot tell Thailand's wage from Vietnam's. Each fact is therefore scored by
all three, and only facts that belong to what is named are kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from actions.turn import Clause, Turn
from knowledge.schema import Fact, Record

#: How many facts the search brings in.
_FROM_SEARCH = 150
#: Belonging of a fact that only mentions the named record, against one of the record itself.
_MENTIONED = 0.6
_WEIGHT_BELONGS = 0.6
_WEIGHT_ASKED = 0.8
#: Attributes that say too little by themselves to choose a fact.
VAGUE_ATTRIBUTES = frozenset({"overview", "method", "judgement"})


@dataclass(frozen=True)
class RankedFact:
    """A fact with the signs that speak for it.

    Attributes:
        record: Whose fact it is.
        fact: The fact.
        relevance: Search score against the best fact of the question, 0 to 1.
        confidence: Calibrated search confidence, 0 to 1.
        belongs: 1 for a fact of a named record, less for one that mentions it, else 0.
        asked: True where it has the asked attribute.
    """

    record: Record
    fact: Fact
    relevance: float
    confidence: float
    belongs: float
    asked: bool

    @property
    def score(self) -> float:
        """All signs together; only the order matters."""
        return self.relevance + _WEIGHT_BELONGS * self.belongs + _WEIGHT_ASKED * self.asked


def asked_attributes(clause: Clause) -> tuple[str, ...]:
    """Returns the attributes a clause asks for; vague ones only where nothing else is named."""
    named = clause.values("attribute")
    return tuple(one for one in named if one not in VAGUE_ATTRIBUTES)


def residual(clause: Clause) -> str:
    """Returns the words of a clause without the names of records and countries in it.

    They decide whose facts are meant; left in, they would drown what is asked.
    """
    text = clause.text
    for one in clause.entities:
        if one["entity"] in {"record", "country"} and one.get("text"):
            text = text.replace(one["text"], " ", 1)
    return text.strip()


def rank_facts(clause: Clause, subjects: Sequence[Record], turn: Turn) -> list[RankedFact]:
    """Ranks the facts that may answer a clause, best first.

    Args:
        clause: The question.
        subjects: Records it is about; empty for any.
        turn: The turn it belongs to.

    Returns:
        Facts of the subjects or mentioning them; without subjects, what the search finds.
    """
    search = turn.knowledge.search
    store = turn.knowledge.store
    query = residual(clause) if subjects else clause.text
    hits = search.facts(query or clause.text, limit=_FROM_SEARCH)
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    attributes = asked_attributes(clause)
    names = [_names(one) for one in subjects]
    ranked: dict[tuple[str, str], RankedFact] = {}
    for hit in hits:
        record = store.record(hit.record_id)
        belongs = _belongs(record, hit.fact, subjects, names)
        if subjects and not belongs:
            continue
        ranked[hit.record_id, hit.fact.text] = RankedFact(
            record=record,
            fact=hit.fact,
            relevance=max(0.0, hit.score / best),
            confidence=hit.confidence,
            belongs=belongs,
            asked=hit.fact.attribute in attributes,
        )
    for record in subjects:
        for fact in record.facts:
            unfound = RankedFact(record, fact, 0.0, 0.0, 1.0, fact.attribute in attributes)
            ranked.setdefault((record.id, fact.text), unfound)
    # Rounded and with a tie-break: sums over sets differ in the last digit between processes.
    return sorted(ranked.values(), key=lambda one: (-round(one.score, 5), *_place(one)))


def _place(one: RankedFact) -> tuple[str, int]:
    return one.record.id, one.record.facts.index(one.fact)


def _belongs(
    record: Record, fact: Fact, subjects: Sequence[Record], names: Sequence[Sequence[str]]
) -> float:
    if any(record.id == one.id for one in subjects):
        return 1.0
    text = fold(fact.text)
    return _MENTIONED if any(name in text for some in names for name in some) else 0.0


def _names(record: Record) -> tuple[str, ...]:
    names = (record.name, record.short_name, *record.aliases)
    return tuple(fold(name) for name in names if len(name) > 1)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Folds width and case for comparing names."""
    return unicodedata.normalize("NFKC", text).casefold()
