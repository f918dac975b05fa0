"""What a subsidy leaves to the company, and which costs bring the whole of it."""

from __future__ import annotations

from actions.answering import answers_first
from actions.fact_ranking import RankedFact, Ranking
from actions.patterns import pattern
from actions.share_of_costs import LIMIT, RATE, own_share
from actions.telling import tell
from actions.turn import Clause, Turn
from answers import Answer
from knowledge.schema import Kind

_ASKED = ("up_to_the_limit", "own_share")


@answers_first
def subsidy_sums(clause: Clause, turn: Turn) -> Answer | None:
    """Works out what is asked of the one subsidy with a rate (「満額もらうには経費はいくら」).

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        The sum with the rate and the limits; None where another scheme is named, or it is not
        told of a single one.
    """
    asked = any(pattern(one).search(clause.text) for one in _ASKED)
    if not asked or not pattern("of_a_subsidy").search(clause.text):
        return None
    store = turn.knowledge.store
    holders = [one for one in store.records(Kind.SCHEME) if one.facts_about(RATE)]
    if len(holders) != 1 or _names_another(clause, turn):
        return None
    (subsidy,) = holders
    named = {*clause.values("record")} - {subsidy.id, *subsidy.related}
    if named or clause.values("country") or clause.values("prefecture") or clause.values("city"):
        return None
    facts = tuple(
        RankedFact(subsidy, fact, 1.0, 1.0, True)
        for attribute in (RATE, LIMIT)
        for fact in subsidy.facts_about(attribute)
    )
    answer = tell(clause, facts[:2], Ranking(facts, 1.0), (), turn)
    left = own_share(subsidy, store) if pattern("own_share").search(clause.text) else None
    if left is None:
        return answer
    return answer.copy(update={"lead": left, "points": (answer.lead, *answer.points)})


def _names_another(clause: Clause, turn: Turn) -> bool:
    """True where a word is left that is no part of such a sum (「ものづくり補助金」)."""
    text = clause.text
    for one in clause.entities:
        if one["entity"] == "record" and one.get("text"):
            text = text.replace(str(one["text"]), "、", 1)
    text = pattern("words_of_a_sum").sub("、", text)
    return any(one.pos == "名詞" and one.content for one in turn.knowledge.analyser.tokens(text))
