"""What is said before all of the profile is known: the schemes and the hub asked for at once."""

from __future__ import annotations

from actions.certainty import CERTAIN
from actions.fact_ranking import rank_facts
from actions.phrases import phrase
from actions.rendering import citations
from actions.turn import Turn, changes_of
from answers import Answer, Point, to_plain_text

#: Purposes whose schemes are hinted at as soon as they are told.
_NEEDS = frozenset({"problem_solving", "infrastructure"})


def early_schemes(turn: Turn) -> str:
    """Names the schemes that fit a need just told, before all of the profile is known.

    Only a need that a technique meets abroad is worth it: whoever wants to try his technique in a
    developing country should hear at once that there are schemes for it, and first of the one
    that comes nearest to his words.

    Returns:
        A line with its sources and line break; empty where no such need was told just now.
    """
    told = changes_of(turn.tracker) or {}
    if "purpose" not in told or turn.profile.purpose not in _NEEDS or told["purpose"]:
        return ""
    store = turn.knowledge.store
    guide = turn.knowledge.guide
    schemes = guide.recommend(turn.profile).schemes
    if not schemes:
        return ""
    fitting = [one.record_id for one in (*schemes, *guide.further(turn.profile).schemes)]
    told_in = next((one for one in turn.clauses if one.values("purpose")), turn.clauses[-1])
    ranking = rank_facts(told_in, (), turn)
    near = [one.record.id for one in ranking.facts if one.record.id in fitting]
    sure = ranking.confidence >= CERTAIN
    named = dict.fromkeys((*near[:sure], *fitting))
    records = [store.record(one) for one in list(named)[: len(schemes)]]
    cites = dict.fromkeys(cite for one in records for cite in one.facts[0].cite)
    point = Point(
        text=phrase("early_schemes", schemes="、".join(f"「{one.short_name}」" for one in records)),
        citations=citations(store, cites),
    )
    return to_plain_text(Answer(lead=point)) + "\n"


def early_hub(turn: Turn) -> str:
    """Names the first place to turn to where that is asked while the company introduces itself.

    Returns:
        A line with its sources and line break; empty where it is not asked or the place unknown.
    """
    asked = any(one.intent == "find_hub" for one in turn.clauses)
    if not asked or not changes_of(turn.tracker) or not turn.profile.prefecture:
        return ""
    store = turn.knowledge.store
    hubs = turn.knowledge.guide.recommend(turn.profile).hubs
    if not hubs:
        return ""
    records = [store.record(one.record_id) for one in hubs]
    point = Point(
        text=phrase("early_hub", hubs="、".join(f"「{one.short_name}」" for one in records)),
        citations=citations(
            store, dict.fromkeys(c for one in hubs for r in one.reasons for c in r.cite)
        ),
    )
    return to_plain_text(Answer(lead=point)) + "\n"
