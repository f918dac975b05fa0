"""Which of two countries, or of two shown, has more of something: both are told, nobody judges."""

from __future__ import annotations

from actions.answering import answers_first
from actions.derived import asks_for_derived
from actions.fact_ranking import asked_attributes, rank_facts
from actions.patterns import pattern
from actions.shown_before import shown_alike
from actions.side_by_side import rows_of, side_by_side
from actions.turn import Clause, Turn
from answers import Answer
from knowledge.schema import Kind, Record

_PAIR = 2
#: Confidence that a property of both countries is meant, and the least share of its facts.
_MEANT, _STANDS_OUT = 0.85, 0.25
#: Rows of prose by which a country is judged; figures are counted instead.
_PROSE = ("climate_", "reception", "support_fit", "human_base")


@answers_first
def in_what_one_is_better(clause: Clause, turn: Turn) -> Answer | None:
    """Sets side by side what 「人材はどっちが上」 asks of two countries.

    Args:
        clause: The question; the countries are named, or were shown last.
        turn: The turn it belongs to.

    Returns:
        What the material tells of both; None where no two countries are meant, a figure decides,
        or no row of theirs is surely asked for.
    """
    which = pattern("which_country").search(clause.text)
    countries = _countries(clause, turn)
    if which is None or not countries or clause.values("record") or clause.values("topic"):
        return None
    asked = asked_attributes(clause)
    if not asked and not asks_for_derived(clause.text):
        meant = _row_meant(clause, clause.text[: which.start()], countries, turn)
        asked = (meant,) if meant else ()
    prose = [one for one in asked if one.startswith(_PROSE)]
    rows = rows_of(countries, prose) if prose and len(prose) == len(asked) else []
    return side_by_side(countries, rows, turn) if rows else None


@answers_first
def which_of_those_shown(clause: Clause, turn: Turn) -> Answer | None:
    """Sets the two shown last side by side in what one is asked for by (大企業も使えるのはどっち).

    Args:
        clause: The question; one that names anything itself is left to the others.
        turn: The turn it belongs to.
    """
    asked = asked_attributes(clause)
    named = clause.values("record") or clause.values("country")
    if not asked or named or not pattern("which_of_those").search(clause.text):
        return None
    shown = shown_alike(turn, _PAIR)
    told = any(each.facts_about(one) for one in asked for each in shown)
    if len(shown) < _PAIR or shown[0].kind is Kind.COUNTRY or not told:
        return None
    return side_by_side(shown, asked, turn)


def _countries(clause: Clause, turn: Turn) -> list[Record]:
    """Both countries, where two are named or the one shown last is one of them."""
    store = turn.knowledge.store
    named = clause.values("country")
    every = store.records(Kind.COUNTRY)
    shown = bool(turn.focus) and any(one.id == turn.focus[0] for one in every)
    known = {one.id for one in every}
    if len(every) != _PAIR or not {*named} <= known:
        return []
    return list(every) if len(named) == _PAIR or (shown and not named) else []


def _row_meant(clause: Clause, words: str, countries: list[Record], turn: Turn) -> str | None:
    """The property of both countries that the words before 「どっち」 stand for."""
    for one in clause.entities:
        if one["entity"] == "country" and one.get("text"):
            words = words.replace(str(one["text"]), "", 1)
    if not turn.knowledge.analyser.words(words):
        return None
    ranking = rank_facts(Clause(words, "compare"), countries, turn)
    best = ranking.facts[0]
    attribute = best.fact.attribute
    share = sum(one.share for one in ranking.facts if one.fact.attribute == attribute)
    if ranking.confidence < _MEANT or share < _STANDS_OUT or best.record not in countries:
        return None
    return attribute if all(one.facts_about(attribute) for one in countries) else None
