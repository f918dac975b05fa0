"""「シンガポールはODAの対象になる？」: whether a country stands in the list of recipients."""

from __future__ import annotations

from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import choice, citations, fact_point
from actions.turn import EXCLUDED, Clause, Turn
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
    ruled_out = turn.in_consultation and is_ruled_out(clause)
    named = clause.values("country") or (clause.values("country", EXCLUDED) if ruled_out else ())
    countries = list(dict.fromkeys(named))[:MOST_COUNTRIES]
    listed_in = _LIST in clause.values("record")
    if not countries or not (
        ruled_out or listed_in or pattern("of_oda_countries").search(clause.text)
    ):
        return None
    store = turn.knowledge.store
    record = store.record(_LIST)
    told: list[str] = []
    for country in countries:
        listed = store.is_oda_country(country)
        if listed is None:
            return None
        label = next(one.label for one in store.slot_values("country") if one.id == country)
        name = "utter_oda_listed" if listed else "utter_oda_not_listed"
        told.append(turn.wording.text(name, country=label))
    if ruled_out:
        told.append(phrase("not_ruled_out"))
    overview = record.facts[0]
    return Answer(
        kind="fact",
        lead=Point(text="\n".join(told), citations=citations(store, overview.cite)),
        points=(fact_point(store, overview),),
        choices=(choice(turn.wording.label("utter_start"), "start_consultation"),),
        data={"records": [record.id]},
    )


def is_ruled_out(clause: Clause) -> bool:
    """True for 「台湾はだめなの？」, asked of a country and of nothing else."""
    named = [one for one in clause.entities if one["entity"] == "country"]
    if len(named) != 1 or any(clause.values(one) for one in ("record", "topic")):
        return False
    left = clause.text.replace(named[0].get("text") or "", "", 1)
    return bool(pattern("ruled_out_country").search(left.strip(" 　、。")))
