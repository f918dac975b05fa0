"""Whether a practical topic that a question names is told of after all by what it is about."""

from __future__ import annotations

import re

from actions.fact_ranking import Ranking
from actions.turn import Clause

#: What stands between two answers that a question offers.
_OFFERS = re.compile("[?？、か・]+")


def topic_is_told(clause: Clause, ranking: Ranking) -> bool:
    """True where the words of a practical topic are those of the best fact of what is named.

    「海外投融資は融資だけですか」 names the topic of loans, and asks what the record says.

    Args:
        clause: The question.
        ranking: The facts ranked for what it names.
    """
    best = ranking.facts[0]
    words = [one.get("text") for one in clause.entities if one["entity"] == "topic"]
    places = [one.get("text") for one in clause.entities if one["entity"] == "country"]
    of_it = (
        best.belongs == 1.0
        or {*clause.values("record")} & {*best.record.related}
        or any(place and place in best.record.name for place in places)
    )
    return bool(of_it) and all(word and _tells_either(best.fact.text, word) for word in words)


def _tells_either(told: str, said: str) -> bool:
    """True where a fact tells what was said, or one of two that it offers (「北部？南部？」)."""
    return any(part and part in told for part in _OFFERS.split(said))
