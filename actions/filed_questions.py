"""Questions filed in `knowledge/questions` and asked again.

What the staff filed under a fact is answered by that fact, however odd its words: the ranking
learns from filed questions, but words nobody knows would still outweigh them.
"""

from __future__ import annotations

from actions.fact_ranking import RankedFact
from actions.turn import Clause, Turn

#: Fewer content words are a follow-up, whose subject is what was shown before.
_LEAST_WORDS = 3


def filed_facts(clause: Clause, turn: Turn) -> tuple[RankedFact, ...]:
    """Returns the facts a clause was filed under; none where it was not, or may mean others.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    words = turn.knowledge.analyser.words(clause.text)
    places = turn.knowledge.search.filed(clause.text, words)
    named = clause.values("record") or clause.values("country")
    if len(places) != 1 or (not named and len(words) < _LEAST_WORDS):
        return ()
    ((record_id, attribute),) = places
    record = turn.knowledge.store.record(record_id)
    return tuple(RankedFact(record, fact, 1.0, 1.0, True) for fact in record.facts_about(attribute))
