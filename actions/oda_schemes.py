"""The schemes that use the ODA, under each other (「ODAを使った支援にはどんなのがある？」)."""

from __future__ import annotations

from actions.answering import answers_first
from actions.fact_ranking import asked_attributes
from actions.patterns import pattern
from actions.record_lists import list_of
from actions.rendering import fact_point
from actions.turn import Clause, Turn, speaks_of_itself
from answers import Answer
from knowledge.schema import Kind

_TABLE = "policy_point.oda_table"
#: Intents of whoever wants to see what there is.
_LISTING = frozenset({"list_records", "find_scheme", "ask_record", "ask_attribute"})
#: Properties that words for a whole list sound like.
_OF_THE_LIST = frozenset({"menu", "overview", "schemes"})
_NARROWED = ("applicant", "country", "prefecture", "city", "topic", "industry", "business", "stage")


@answers_first
def oda_schemes(clause: Clause, turn: Turn) -> Answer | None:
    """Lists the schemes of the ODA table.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        The list with what the table holds; None where it is not the whole of it that is wanted.
    """
    store = turn.knowledge.store
    if not pattern("of_oda_aid").search(clause.text) or clause.intent not in _LISTING:
        return None
    if pattern("schemes_set_aside").search(clause.text):
        return None
    if any(map(clause.values, _NARROWED)) or speaks_of_itself(clause.text):
        return None
    named = clause.values("record")
    if named and (named != (_TABLE,) or not clause.values("kind")):
        return None
    if {*asked_attributes(clause)} - _OF_THE_LIST or not store.has_record(_TABLE):
        return None
    table = store.record(_TABLE)
    near = map(store.record, table.related)
    answer = list_of([one for one in near if one.kind is Kind.SCHEME], turn)
    return answer.copy(update={"lead": fact_point(store, table.facts[0])})
