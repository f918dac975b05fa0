"""Whether a body belongs to a group whose members are listed (「JBICは支援会議に入ってる？」)."""

from __future__ import annotations

from actions.answering import answers_first
from actions.fact_ranking import RankedFact, Ranking
from actions.fact_selection import MOST_FACTS
from actions.fact_table import fold, names_of
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import citations
from actions.telling import tell
from actions.turn import Clause, Turn
from answers import Answer, Point
from knowledge.schema import Kind, Record

_PAIR = 2
_NOMINAL = frozenset({"名詞", "接尾辞", "接頭辞"})


@answers_first
def membership(clause: Clause, turn: Turn) -> Answer | None:
    """Tells whether a named body is among the members of a named group.

    Args:
        clause: The question; one that names anything else is left to the others.
        turn: The turn it belongs to.

    Returns:
        The fact that lists the body; else that the members listed do not hold it, with the lists.
    """
    if not pattern("is_member").search(clause.text) or pattern("asks_which").search(clause.text):
        return None
    store = turn.knowledge.store
    named = [store.record(one) for one in clause.values("record") if store.has_record(one)]
    groups = [one for one in named if one.facts_about("members")]
    bodies = [one for one in named if one.kind is Kind.ORGANISATION and one not in groups]
    if len(named) == 1 and named == groups:
        return _of_a_stranger(groups[0], clause, turn)
    if len(named) != _PAIR or len(groups) != 1 or len(bodies) != 1:
        return None
    (group,), (body,) = groups, bodies
    lists = [RankedFact(group, one, 1.0, 1.0, True) for one in group.facts_about("members")]
    own = [
        RankedFact(body, one, 1.0, 1.0, True)
        for one in body.facts_about("membership")
        if any(name in fold(one.text) for name in names_of(group))
    ]
    holding = [one for one in lists if any(name in fold(one.fact.text) for name in names_of(body))]
    if own or holding:
        facts = (*own, *holding)
        return tell(clause, facts[:1], Ranking(facts, 1.0), (group,), turn)
    return _is_none(body.short_name, group, lists, clause, turn)


def _of_a_stranger(group: Record, clause: Clause, turn: Turn) -> Answer | None:
    """Says that a body the material knows nowhere is no member (「経団連って…入ってますか」)."""
    said = pattern("is_said_of").match(clause.text)
    if said is None or any(one["entity"] not in ("record", "kind") for one in clause.entities):
        return None
    body = next(one for one in said.groups() if one)
    tokens = turn.knowledge.analyser.tokens(body)
    unknown = turn.knowledge.unknown_words(body)
    if not unknown or not all(one.pos in _NOMINAL for one in tokens):
        return None
    lists = [RankedFact(group, one, 1.0, 1.0, True) for one in group.facts_about("members")]
    if any(fold(body) in fold(one.fact.text) for one in lists):
        return None
    return _is_none(body, group, lists, clause, turn)


def _is_none(
    body: str, group: Record, lists: list[RankedFact], clause: Clause, turn: Turn
) -> Answer:
    told = tell(clause, lists[:MOST_FACTS], Ranking(tuple(lists), 1.0), (group,), turn)
    cites = dict.fromkeys(cite for one in lists for cite in one.fact.cite)
    lead = Point(
        text=phrase("no_member", body=body, group=group.short_name),
        citations=citations(turn.knowledge.store, cites, lists[0].fact.source),
    )
    return told.copy(update={"lead": lead, "points": (told.lead, *told.points)})
