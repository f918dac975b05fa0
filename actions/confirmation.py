"""「MOBIOは名古屋ですよね」「大企業でも使えるんですよね」: what is taken for granted is measured.

A yes or a no is only said where one fact decides it: the one year of a beginning, the place or
the operator of a body, who may apply, a number of the same unit, or which of two values is more.
"""

from __future__ import annotations

import re
from dataclasses import replace

from actions.answering import answers_first
from actions.claims import (
    Verdict,
    lacks_a_place,
    names_a_place,
    of_a_body,
    of_a_country,
    says_where,
)
from actions.fact_ranking import RankedFact, Ranking
from actions.near_misses import attribute_missing
from actions.patterns import pattern
from actions.phrases import phrase
from actions.telling import tell
from actions.turn import Clause, Turn
from actions.unanswerable import is_open
from answers import Answer
from knowledge.schema import Kind, Record


@answers_first
def confirmation(clause: Clause, turn: Turn) -> Answer | None:
    """Answers yes or no where a fact decides what is taken for granted, else nothing.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    if not pattern("confirms").search(clause.text) or is_open(clause.text):
        return None
    subject = _subject(clause, turn)
    if subject is None:
        return None
    where = names_a_place(clause) and says_where(clause) and _is_told_of(clause, subject)
    if where and lacks_a_place(subject):
        return attribute_missing(subject, "location", turn)
    if subject.kind is not Kind.COUNTRY and not _is_told_of(clause, subject):
        return None
    found = (
        of_a_country(clause, subject, turn)
        if subject.kind is Kind.COUNTRY
        else of_a_body(clause, subject, turn)
    )
    return _worded(clause, subject, found, turn) if found else None


def _subject(clause: Clause, turn: Turn) -> Record | None:
    store = turn.knowledge.store
    named = [one for one in clause.entities if one["entity"] in ("record", "country")]
    ids = [str(one["value"]) for one in named if store.has_record(str(one["value"]))]
    of_bodies = [one for one in ids if not one.startswith(("country.", "policy_point."))]
    chosen = next(iter(of_bodies or ids), None)
    return store.record(chosen) if chosen else None


def _is_told_of(clause: Clause, subject: Record) -> bool:
    """True where something is said of the subject (「…は大阪ですよね」)."""
    for one in clause.entities:
        if one["entity"] == "record" and one["value"] == subject.id and one.get("text"):
            said = (
                re.escape(str(one["text"])) + "[.．」』）)]?(事業|制度|さん)?(は|って|とは|も|の)"
            )
            return bool(re.search(said, clause.text))
    return False


def _worded(clause: Clause, subject: Record, found: Verdict, turn: Turn) -> Answer:
    verdict, fact = found
    store = turn.knowledge.store
    facts = [RankedFact(subject, fact, 1.0, 1.0, True)]
    if subject.kind is Kind.COUNTRY:
        others = [one for one in clause.values("country") if store.has_record(one)]
        records = [store.record(one) for one in others if one != subject.id]
        own = fact if fact in subject.facts else None
        if own is None:
            subject = next(one for one in records if fact in one.facts)
        facts = [RankedFact(subject, fact, 1.0, 1.0, True)]
        facts += [
            RankedFact(one, each, 1.0, 1.0, True)
            for one in map(store.record, others)
            for each in one.facts_about(fact.attribute)[:1]
            if one.id != subject.id
        ]
    answer = tell(replace(clause, text=""), facts, Ranking(tuple(facts), 1.0), (), turn)
    if verdict is None:
        return answer
    lead = answer.lead.copy(update={"text": phrase(verdict, text=answer.lead.text)})
    return answer.copy(update={"lead": lead})
