"""Schemes elsewhere (「ODA以外の支援は」「JICA以外で使える制度は」): all but those set aside."""

from __future__ import annotations

from actions.answering import answers_first
from actions.fact_table import fold, names_of
from actions.patterns import pattern
from actions.phrases import phrase
from actions.record_lists import list_of
from actions.turn import Clause, Turn
from answers import Answer, Point
from knowledge.schema import Kind, Record
from knowledge.validity import holding_first, today

#: Intents of whoever wants to see what there is.
_LISTING = frozenset({"list_records", "find_scheme", "find_record", "ask_record", "ask_attribute"})
#: What narrows a list down to what a company needs.
_NARROWED = ("prefecture", "city", "country", "topic", "industry", "business", "stage")
_OPERATOR = "operator"


@answers_first
def schemes_but_for(clause: Clause, turn: Turn) -> Answer | None:
    """Lists the schemes of the material that are not those of the body, or of the ODA, set aside.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        The list; None where nothing of the kind is set aside, or no list of schemes is wanted.
    """
    marker = pattern("schemes_set_aside").search(clause.text)
    if marker is None or clause.intent not in _LISTING or any(map(clause.values, _NARROWED)):
        return None
    before, rest = clause.text[: marker.start()], clause.text[marker.end() :]
    if not pattern("any_scheme").match(rest):
        return None
    schemes = turn.knowledge.store.records(Kind.SCHEME)
    of_oda = pattern("the_oda").search(before)
    named = [one for one in _named(clause, turn) if any(n in fold(before) for n in names_of(one))]
    if of_oda:
        said, left = of_oda[0], [one for one in schemes if not _uses_oda(one)]
    elif any(fold(before).endswith(names_of(one)) for one in named):
        said = "と".join(one.short_name for one in named)
        left = [one for one in schemes if not any(_is_run_by(one, body) for body in named)]
    else:
        return None
    if not left or len(left) == len(schemes):
        return None
    listed = list_of(holding_first(left, today()), turn)
    lead = Point(text=phrase("schemes_but_for", said=said, count=str(len(left))))
    return listed.copy(update={"lead": lead})


def _named(clause: Clause, turn: Turn) -> list[Record]:
    store = turn.knowledge.store
    named = (*clause.values("record"), *clause.values("record", "excluded"))
    return [store.record(one) for one in named if store.has_record(one)]


def _uses_oda(scheme: Record) -> bool:
    """True for a scheme of developing countries alone, and one told of as a use of the ODA."""
    alone = scheme.match is not None and scheme.match.developing_country_only
    return alone or bool(pattern("the_oda").search(scheme.summary))


def _is_run_by(scheme: Record, body: Record) -> bool:
    """True where a body is named among those that run a scheme."""
    told = [fold(one.text) for one in scheme.facts_about(_OPERATOR)]
    return any(name in text for name in names_of(body) for text in told)
