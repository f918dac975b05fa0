"""Whether a question asks for another time than a figure holds for."""

from __future__ import annotations

from actions.patterns import pattern
from actions.phrases import phrase
from actions.turn import Clause
from knowledge.mentions import years
from knowledge.schema import Fact

#: A rate of growth is itself such a change.
_GROWTH = "gdp_growth"


def asked_of_application(text: str) -> str | None:
    """Returns the property an application is asked for: its deadline, or how it is made.

    Args:
        text: The question (「今月申し込めますか」「応募要領はどこで手に入る」).
    """
    if pattern("application_papers").search(text):
        return "how_to_apply"
    return "deadline" if pattern("open_now").search(text) else None


def asks_of_the_future(text: str) -> bool:
    """True where a question asks what nobody knows yet (「十年後も伸びてますか」)."""
    return bool(pattern("future").search(text))


def time_outside(clause: Clause, fact: Fact) -> str | None:
    """Returns the time a question names, where the figure it gets is of another time.

    Args:
        clause: The question.
        fact: The fact that answers it.

    Returns:
        The time as typed (「2024年」「最新」), or that a change is asked; None where the
        times agree or none is named.
    """
    if fact.value is None or fact.as_of is None:
        return None
    told = {one[:4] for one in years(f"{fact.as_of} {fact.text}")}
    named = sorted(one[:4] for one in years(clause.text))
    if named and not told & set(named):
        # 「2012年からだっけ、2013年からだっけ」 names the right year and another one.
        return f"{named[0]}年"
    now = pattern("now").search(clause.text)
    if now:
        return now[0]
    return (
        phrase("change")
        if fact.attribute != _GROWTH and pattern("change").search(clause.text)
        else None
    )
