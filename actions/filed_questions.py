"""Questions filed in `knowledge/questions` and asked again in the same words.

What the staff filed under a fact is answered by that fact, however odd its words: the ranking
learns from filed questions, but words nobody knows would still outweigh them.
"""

from __future__ import annotations

import re
import unicodedata

from actions.fact_ranking import RankedFact
from actions.turn import Clause, Turn
from knowledge.store import Store

#: Fewer content words are a follow-up, whose subject is what was shown before.
_LEAST_WORDS = 3
_SILENT = re.compile(r"[\s。、.,!?！？「」]+")


def filed_facts(clause: Clause, turn: Turn) -> tuple[RankedFact, ...]:
    """Returns the facts a clause was filed under; none where it was not, or may mean others.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    places = _places(turn.knowledge.store).get(folded(clause.text))
    if places is None or len(places) > 1:
        return ()
    ((record_id, attribute),) = places
    named = clause.values("record") or clause.values("country")
    if not named and len(turn.knowledge.analyser.words(clause.text)) < _LEAST_WORDS:
        return ()
    record = turn.knowledge.store.record(record_id)
    return tuple(RankedFact(record, fact, 1.0, 1.0, True) for fact in record.facts_about(attribute))


def folded(text: str) -> str:
    """Returns a text without what differs when the same is typed: width, case, blanks, marks."""
    return _SILENT.sub("", unicodedata.normalize("NFKC", text).casefold())


Places = dict[str, set[tuple[str, str]]]
_last: tuple[Store, Places] | None = None


def _places(store: Store) -> Places:
    """Returns where each question of a store is filed; gathered once for each store."""
    global _last
    known = _last
    if known is None or known[0] is not store:
        places: Places = {}
        for question in store.questions():
            place = (question.record_id, question.attribute)
            places.setdefault(folded(question.text), set()).add(place)
        known = _last = (store, places)
    return known[1]
