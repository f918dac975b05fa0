"""Whether there is any money, asked of nothing in particular (「お金は出るの？」)."""

from __future__ import annotations

from dataclasses import replace

from actions.answering import answers_first
from actions.fact_ranking import rank_facts
from actions.open_lookup import about_anything
from actions.patterns import pattern
from actions.phrases import phrase
from actions.turn import Clause, Turn
from answers import Answer

#: Properties by which a record pays.
_PAYING = ("amount_limit", "subsidy_rate", "costs")


@answers_first
def what_pays(clause: Clause, turn: Turn) -> Answer | None:
    """Tells what pays anything, where what was shown last pays nothing.

    Args:
        clause: The question; one that names a record is left to the others.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus[:1] if store.has_record(one)]
    if clause.values("record") or any(one.facts_about(each) for one in shown for each in _PAYING):
        return None
    if not pattern("bare_money").fullmatch(clause.text.strip()):
        return None
    asked = replace(clause, text=phrase("what_pays"), entities=(), goes_on_from=None, outside=0.0)
    return about_anything(asked, rank_facts(asked, (), turn), turn)


@answers_first
def for_whom_they_are(clause: Clause, turn: Turn) -> Answer | None:
    """Tells whom the schemes are for, where somebody fears for large companies only.

    Args:
        clause: The question or complaint; one that names a record is left to the others.
        turn: The turn it belongs to.
    """
    if clause.values("record") or not pattern("only_for_the_large").search(clause.text):
        return None
    asked = replace(clause, text=phrase("for_whom"), entities=(), goes_on_from=None, outside=0.0)
    return about_anything(asked, rank_facts(asked, (), turn), turn)
