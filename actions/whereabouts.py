"""「ジェトロは熊本にある？」「札幌からMOBIO使える？」: where a body is, and for whom."""

from __future__ import annotations

from dataclasses import replace

from actions.answering import answers_first
from actions.claims import applicants_in
from actions.fact_ranking import RankedFact, Ranking
from actions.listing import find
from actions.near_misses import attribute_missing
from actions.patterns import pattern
from actions.phrases import phrase
from actions.rendering import fact_point
from actions.self_description import applicant_of
from actions.telling import tell
from actions.turn import Clause, Turn, speaks_of_itself
from answers import Answer, Point
from knowledge.guide import Profile
from knowledge.schema import Applicant, Fact, Kind, Record

_PLACES = frozenset({"prefecture", "city"})
#: Bodies that can be somewhere, and those that are there for some companies.
_BODIES = frozenset({Kind.ORGANISATION, Kind.HUB})
_DOORS = frozenset({Kind.HUB, Kind.DESK, Kind.CASE})
#: Kinds of which one asks whether a country has one, too.
_OF_A_COUNTRY = frozenset({Kind.HUB, Kind.DESK, Kind.ORGANISATION})
#: Properties by which a body tells whom it is for.
_FOR_WHOM = ("target", "area")
#: The record that lists who may use which scheme.
_TABLE = "policy_point.oda_table"
#: The record of what ODA is.
_ODA = "policy_point.oda"
#: Longest question that leaves out which scheme it means, in characters.
_SHORT = 30


@answers_first
def is_there(clause: Clause, turn: Turn) -> Answer | None:
    """Answers whether a body is at a place; None for any other question.

    Args:
        clause: The question.
        turn: The turn it belongs to.
    """
    body = _only_record(clause, turn)
    places = [one for one in clause.entities if one["entity"] in _PLACES and one.get("text")]
    if body is None or body.kind not in _BODIES or len(places) != 1:
        return None
    if not pattern("is_there").search(clause.text):
        return None
    place = str(places[0]["text"]).rstrip("県府市")
    told = [
        RankedFact(record, fact, 1.0, 1.0, True)
        for record in _branches(body, turn)
        for fact in record.facts
        if place in fact.text
    ]
    if told:
        return _told(clause, told[:2], turn)
    if body.facts_about("location"):
        return None
    answer = attribute_missing(body, "location", turn)
    lead = turn.wording.text(
        "utter_attribute_missing", record=body.short_name, attribute=f"{places[0]['text']}の拠点"
    )
    return answer.copy(update={"lead": Point(text=lead)})


@answers_first
def is_for_whom(clause: Clause, turn: Turn) -> Answer | None:
    """Tells whom a hub, desk or company is for, where one asks whether one may use it.

    Args:
        clause: The question; None is returned for any other.
        turn: The turn it belongs to.
    """
    door = _only_record(clause, turn)
    if door is None and pattern("only_for_them").search(clause.text):
        # 「愛知県民じゃないと使えない？」 after a desk was shown.
        shown = [one for one in turn.focus[:1] if turn.knowledge.store.has_record(one)]
        door = next(map(turn.knowledge.store.record, shown), None)
    asked = pattern("may_use").search(clause.text) or pattern("only_for_them").search(clause.text)
    if door is None or door.kind not in _DOORS or not asked:
        return None
    before = clause.goes_on_from
    whole = f"{before.text if before else ''}{clause.text}"
    placed = any(one["entity"] in _PLACES for one in (before or clause).entities)
    if not placed and not speaks_of_itself(whole):
        return None
    facts = [fact for each in _FOR_WHOM for fact in door.facts_about(each)]
    if facts:
        return _told(clause, [RankedFact(door, one, 1.0, 1.0, True) for one in facts], turn)
    answer = attribute_missing(door, "target", turn)
    store = turn.knowledge.store
    where = tuple(fact_point(store, one) for one in door.facts_about("location")[:1])
    return answer.copy(update={"points": (*where, *answer.points)})


@answers_first
def there_too(clause: Clause, turn: Turn) -> Answer | None:
    """Tells what there is in another country (「ベトナムにもある？」) after a desk or a hub.

    Args:
        clause: The question; None is returned for any other.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus[:1] if store.has_record(one)]
    named = clause.values("record") or clause.values("attribute") or not clause.values("country")
    if named or not shown or shown[0].kind not in _OF_A_COUNTRY:
        return None
    if not pattern("there_too").search(clause.text):
        return None
    return find(replace(clause, intent="find_desk", confidence=1.0), turn)


@answers_first
def oda_for_this_company(clause: Clause, turn: Turn) -> Answer | None:
    """Finds what a company may use of the ODA, where it asks (「ODAって使えるんけ」).

    Args:
        clause: The question; None is returned for any other, and where nothing is known of the
            company.
        turn: The turn it belongs to.
    """
    body = _only_record(clause, turn)
    if body is None or body.id != _ODA or not pattern("may_use").search(clause.text):
        return None
    if turn.profile == Profile():
        return None
    named = tuple(one for one in clause.entities if one["entity"] != "record")
    return find(replace(clause, intent="find_scheme", entities=named, confidence=1.0), turn)


@answers_first
def which_are_open(clause: Clause, turn: Turn) -> Answer | None:
    """Lists what a kind of applicant may use, where nobody says which scheme is meant.

    「うちは中小企業ですけど対象になりますよね」 asks of no scheme in particular.

    Args:
        clause: The question; None is returned for any other.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus[:1] if store.has_record(one)]
    table = store.record(_TABLE)
    of_agencies = _names_agencies_only(clause, table, turn)
    named = clause.values("record") and not of_agencies
    if named or any(clause.values(one) for one in ("country", "reference", "kind")):
        return None
    if pattern("picks_one").search(clause.text):
        # 「…株式会社とありますが、どの形がいい」 asks for one of several, not for leave.
        return None
    if len(clause.text) > _SHORT or any(one.kind is Kind.SCHEME for one in shown):
        return None
    like_us = pattern("is_open_to_us").search(_with_what_leads_up(clause))
    if not (like_us and _describes(clause)) and not pattern("is_open_to").search(clause.text):
        return None
    applicant = _applicant(clause, turn)
    if applicant is None and not of_agencies:
        return None
    facts = [
        one
        for one in table.facts_about("applicants")
        if applicant is None or _is_open(one, applicant, turn)
    ]
    if not facts:
        return None
    told = _told(clause, [RankedFact(table, one, 1.0, 1.0, True) for one in facts], turn)
    lead = phrase("depends_on_scheme", text=told.lead.text)
    return told.copy(update={"lead": told.lead.copy(update={"text": lead})})


def _applicant(clause: Clause, turn: Turn) -> str | None:
    return _describes(clause) or turn.profile.applicant


def _describes(clause: Clause) -> str | None:
    """Returns the kind of applicant that the question, or what leads up to it, tells."""
    before = clause.goes_on_from
    told = (*clause.values("applicant"), *(before.values("applicant") if before else ()))
    words = _with_what_leads_up(clause)
    said = [one.value for one in applicants_in(words)]
    return next(iter((*told, *said)), applicant_of(words))


def _with_what_leads_up(clause: Clause) -> str:
    return f"{clause.goes_on_from.text if clause.goes_on_from else ''}{clause.text}"


def _names_agencies_only(clause: Clause, table: Record, turn: Turn) -> bool:
    """True where the bodies that run the schemes of the list are named, and nothing else."""
    store = turn.knowledge.store
    run_by = {
        fact.text
        for one in table.related
        if store.record(one).kind is Kind.SCHEME
        for fact in store.record(one).facts_about("operator")
    }
    named = [store.record(one) for one in clause.values("record") if store.has_record(one)]
    return bool(named) and all(
        one.kind is Kind.ORGANISATION and any(one.short_name in text for text in run_by)
        for one in named
    )


def _is_open(fact: Fact, applicant: str, turn: Turn) -> bool:
    store = turn.knowledge.store
    near = (store.record(one) for one in store.record(_TABLE).related)
    named = [one for one in near if one.kind is Kind.SCHEME and one.short_name in fact.text]
    open_to = [one for one in named if one.match and Applicant(applicant) in one.match.applicants]
    return bool(named) and len(open_to) == len(named)


def _only_record(clause: Clause, turn: Turn) -> Record | None:
    named = [one for one in clause.values("record") if turn.knowledge.store.has_record(one)]
    return turn.knowledge.store.record(named[0]) if len(named) == 1 else None


def _branches(body: Record, turn: Turn) -> list[Record]:
    """A body and those whose name begins with its own (JETRO神戸)."""
    records = turn.knowledge.store.records(body.kind)
    own = [one for one in records if one is not body and one.name.startswith(body.short_name)]
    return [*own, body]


def _told(clause: Clause, facts: list[RankedFact], turn: Turn) -> Answer:
    return tell(replace(clause, text=""), facts, Ranking(tuple(facts), 1.0), (), turn)
