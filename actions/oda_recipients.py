"""「シンガポールはODAの対象になる？」: whether a country stands in the list of recipients."""

from __future__ import annotations

from actions.patterns import pattern
from actions.rendering import choice, citations, fact_point
from actions.turn import Clause, Turn
from answers import Answer, Point

_LIST = "policy_point.oda_countries"
MOST_COUNTRIES = 3


def oda_listing(clause: Clause, turn: Turn) -> Answer | None:
    """Answers whether named countries receive ODA.

    Args:
        clause: The question.
        turn: The turn it belongs to.

    Returns:
        What the list says of each; None where no country is named, something else is asked, or
        the sources do not tell.
    """
    countries = list(dict.fromkeys(clause.values("country")))[:MOST_COUNTRIES]
    asked = _LIST in clause.values("record") or pattern("of_oda_countries").search(clause.text)
    if not countries or not asked:
        return None
    store = turn.knowledge.store
    record = store.record(_LIST)
    told = []
    for country in countries:
        listed = store.is_oda_country(country)
        if listed is None:
            return None
        label = next(one.label for one in store.slot_values("country") if one.id == country)
        name = "utter_oda_listed" if listed else "utter_oda_not_listed"
        told.append(turn.wording.text(name, country=label))
    overview = record.facts[0]
    return Answer(
        kind="fact",
        lead=Point(text="\n".join(told), citations=citations(store, overview.cite)),
        points=(fact_point(store, overview),),
        choices=(choice(turn.wording.label("utter_start"), "start_consultation"),),
        data={"records": [record.id]},
    )
