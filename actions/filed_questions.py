"""Questions filed in `knowledge/questions` and asked again.

What the staff filed under a fact is answered by that fact, however odd its words: the ranking
learns from filed questions, but words nobody knows would still outweigh them.
"""

from __future__ import annotations

from actions.fact_ranking import RankedFact, Ranking
from actions.fact_table import fold
from actions.turn import EXCLUDED, Clause, Turn
from knowledge.search.filed import Likeness

#: Fewer content words are a follow-up, whose subject is what was shown before.
_LEAST_WORDS = 3
#: Least likeness of a filed question, and least lead before those filed elsewhere.
_ALIKE, _LEAD = 0.33, 0.08
#: Least share of its facts, as part of that of the best one.
_POSSIBLE = 0.2
#: Probability of a question beyond the material from which no likeness counts.
_DOUBTFUL = 0.5
#: Entities that say whom a question is about.
_NAMES = frozenset({"record", "country", "city", "prefecture"})


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


def nearly_filed(clause: Clause, ranking: Ranking, turn: Turn) -> tuple[RankedFact, ...]:
    """Returns the facts under which a question much like a clause is filed.

    It decides where the ranking wavers: among many facts that fit a little, the one people asked
    for in such words before is meant.

    Args:
        clause: The question.
        ranking: The facts ranked for it.
        turn: The turn it belongs to.

    Returns:
        The facts, the best of the ranking first; none where no filed question is like it beyond
        doubt, names what it names, and is filed under what the ranking holds possible.
    """
    likest = turn.knowledge.search.likest_filed(turn.knowledge.analyser.tokens(clause.text))
    if likest is None or likest.cosine < _ALIKE or likest.lead < _LEAD:
        return ()
    if clause.outside >= _DOUBTFUL or not _names_the_same(clause, likest):
        return ()
    record_id, attribute = likest.place
    best = ranking.facts[0]
    if best.fact.attribute == attribute and best.record.id != record_id:
        # What is asked of it is the same of any: that tells nothing of whose it is.
        return ()
    found = tuple(
        one
        for one in ranking.facts
        if one.record.id == record_id and one.fact.attribute == attribute
    )
    return found if sum(one.share for one in found) >= _POSSIBLE * best.share else ()


def _names_the_same(clause: Clause, likest: Likeness) -> bool:
    """True where whatever a clause names is named by the filed question, or is what it is of."""
    asked = fold(likest.text)
    for one in clause.entities:
        if one["entity"] not in _NAMES or one.get("value") == likest.place[0]:
            continue
        if one.get("role") == EXCLUDED or fold(str(one.get("text") or "")) not in asked:
            return False
    return True
