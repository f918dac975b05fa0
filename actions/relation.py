"""How what was shown and another body belong together (「この2つの関係は」「JICAは関係ある？」)."""

from __future__ import annotations

from dataclasses import replace

from actions.answering import answers_first
from actions.fact_ranking import rank_facts
from actions.lookup import look_up
from actions.near_misses import not_told
from actions.patterns import pattern
from actions.phrases import phrase
from actions.shown_before import shown_alike
from actions.turn import Clause, Turn
from answers import Answer
from knowledge.schema import Kind, Record

_BOTH = 2
#: Stands for the names of the two in a question.
_OF_BOTH = "\ue000"


@answers_first
def how_those_two_relate(clause: Clause, turn: Turn) -> Answer | None:
    """Tells what joins the two records told of last (「この2つの関係は」).

    Args:
        clause: The question; one that names anything itself is left to the others.
        turn: The turn it belongs to.
    """
    named = clause.values("record") or clause.values("country")
    if named or not pattern("of_those_two").search(clause.text):
        return None
    shown = shown_alike(turn, _BOTH)
    if len(shown) < _BOTH:
        return None
    both = tuple({"entity": "record", "value": one.id, "text": one.short_name} for one in shown)
    text = pattern("of_those_two").sub(
        "と".join(one.short_name for one in shown) + "の", clause.text
    )
    return look_up(replace(clause, text=text, entities=both), turn)


@answers_first
def how_it_relates_to_the_shown(clause: Clause, turn: Turn) -> Answer | None:
    """Tells what joins a body to what was shown last (「JICAは関係ある？」 after a city's scheme).

    Args:
        clause: The question; one that names no body, or more than one, is left to the others.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    named = clause.values("record")
    shown = [one for one in turn.focus[:1] if store.has_record(one) and one not in named]
    said = next((str(one.get("text")) for one in clause.entities if one["entity"] == "record"), "")
    if len(named) != 1 or not shown or clause.values("country"):
        return None
    left = clause.text.replace(said, "", 1)
    if not pattern("whether_related").fullmatch(left.strip()):
        return None
    both = [store.record(shown[0]), store.record(named[0])]
    if both[0].kind is Kind.COUNTRY:
        return None
    if not _mentions(*both) and not _mentions(*reversed(both)):
        near = rank_facts(clause, both[:1], turn).facts
        word = phrase("relation_with", name=both[1].short_name)
        return not_told(near, both[0], clause, turn, word)
    return _asked_of_both(both, f"{_OF_BOTH}{phrase('relation')}", clause, turn)


def _mentions(record: Record, other: Record) -> bool:
    """True where a record tells of another one by one of its names."""
    names = (other.name, other.short_name, *other.aliases)
    return any(name in fact.text for fact in record.facts for name in names)


def _asked_of_both(both: list[Record], text: str, clause: Clause, turn: Turn) -> Answer:
    """Asks of two records by name; ``text`` has a placeholder for them."""
    named = tuple({"entity": "record", "value": one.id, "text": one.short_name} for one in both)
    names = "と".join(one.short_name for one in both)
    asked = replace(
        clause, text=text.replace(_OF_BOTH, f"{names}の"), intent="ask_attribute", entities=named
    )
    return look_up(replace(asked, goes_on_from=None), turn)
