"""What a message says about the company: changes of the profile, slot by slot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from actions.head_office import given_up, without_sites
from actions.meant_values import meant_values, sends_goods, wanted_values
from actions.past_ventures import without_past_ventures
from actions.patterns import pattern
from actions.plain_telling import tells_plainly, thinks_of_country
from actions.profile_slots import PROFILE_SLOTS
from actions.regional_trades import regional_values
from actions.self_description import applicant_of, corrects_people, people_of
from actions.told_values import (
    answers_another,
    answers_question,
    chosen_value,
    is_no_part,
    named_values,
    open_value,
    own_place,
    plausible_values,
    slots_together,
)
from actions.trades import trade_alone, trade_listed
from actions.turn import EXCLUDED, Clause, asks
from actions.world_regions import world_region
from knowledge.guide import Profile
from knowledge.store import Store

INFORMING = frozenset(
    {
        "inform",
        "correct",
        "start_consultation",
        "ask_plan",
        "greet",
        "resume",
        "affirm",
        "deny",
        "request_human",
    }
)
FINDING = frozenset({"find_hub", "find_scheme", "find_desk"})
#: Kinds of applicants that a number of people tells.
_BY_SIZE = frozenset({"sme", "large"})
#: What is left open is the country, whatever was asked.
_OF_COUNTRY = re.compile(r"国(は|が|かは|って|も)")


@dataclass(frozen=True)
class Update:
    """Changes one message makes.

    Attributes:
        values: Slot to new value; None takes a value back.
        declined: Asked slots the company would not or could not tell, after this message.
        alternatives: Further countries it named beside the one taken.
        excluded: Values it ruled out so far.
    """

    values: dict[str, str | None] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    alternatives: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()


def read_update(
    clauses: Sequence[Clause],
    profile: Profile,
    store: Store,
    requested: str | None,
    reopened: str | None = None,
) -> Update:
    """Reads what a message changes.

    A statement sets what it names. A question that looks for hubs, schemes or desks only
    fills what is still open, so that asking for another place does not move the company.
    Any other question changes nothing.

    Args:
        clauses: Parts of the message.
        profile: What was known before.
        store: Knows which prefecture a municipality is in.
        requested: Slot the form is waiting for, or None.
        reopened: Slot the company wants to answer anew, or None.

    Returns:
        Only real changes: a value said again is none.
    """
    values: dict[str, str | None] = dict(given_up(clauses, profile))
    clauses = without_past_ventures(without_sites(clauses, profile))
    alternatives: tuple[str, ...] = ()
    declined = set(profile.declined)
    excluded = set(profile.excluded)
    for clause, following in zip_longest(clauses, clauses[1:]):
        if _is_not_of_itself(clause, following, profile, values):
            continue
        counts = requested != "applicant" and people_of(clause.text, asked=True) is not None
        chosen = {} if counts else chosen_value(clause, requested, store)
        stated = bool(chosen) or _is_stated(clause, profile, requested)
        values |= _applicant_told(clause, profile, requested)
        if (stated or requested) and world_region(clause) and not profile.country:
            # Which country of 東南アジア may stay open: schemes and hubs are found without.
            declined.add("country")
        located = {} if stated else own_place(clause, profile)
        if not stated and clause.intent not in FINDING:
            values |= located
            continue
        named = plausible_values(named_values(clause), clause, profile, requested, store) | chosen
        named = meant_values(named, chosen, stated, clause, profile, requested)
        if (profile.country or values.get("country")) and _is_also_named(clause):
            further = named.pop("country", None)
            alternatives += (further,) if further else ()
        named |= regional_values(clause, profile, named)
        wanting = bool(profile.purpose or values.get("purpose"))
        known = {slot: getattr(profile, slot) for slot in PROFILE_SLOTS} | values | named
        if not wanting and stated and sends_goods(clause, known):
            named["purpose"] = "sales"
        named = wanted_values(named, clause, following, wanting)
        if named.get("prefecture") and not named.get("city"):
            # The municipality told before belongs to the place told before.
            values.pop("city", None)
        values |= named
        alternatives += clause.values("country")[1:]
        for slot in PROFILE_SLOTS:
            ruled_out = clause.values(slot, EXCLUDED)
            excluded |= set(ruled_out)
            if getattr(profile, slot) in ruled_out and slot not in named:
                values[slot] = None
                declined.discard(slot)
    if not {"business", "industry"} & values.keys():
        words = _trade_told(clauses, profile, requested, moves=bool(values.get("prefecture")))
        if words:
            values["business"] = words
    declined |= _left_open(clauses, profile, requested, values)
    if reopened:
        values |= dict.fromkeys(slots_together(reopened))
        declined.discard(reopened)
    _keep_place_consistent(values, profile, store)
    _leave_out_who_speaks_for_it(values, clauses)
    declined -= {slot for slot, value in values.items() if value is not None}
    changed = {slot: one for slot, one in values.items() if getattr(profile, slot) != one}
    excluded -= set(values.values())
    return Update(changed, frozenset(declined), alternatives, frozenset(excluded))


def _is_not_of_itself(
    clause: Clause,
    following: Clause | None,
    profile: Profile,
    values: Mapping[str, str | None],
) -> bool:
    """True for what a message says of a country, of other sites or of another company."""
    if following is not None and _is_of_the_country(clause, following):
        return True
    if any(pattern(one).search(clause.text) for one in ("also_there", "only_for_them")):
        return True
    return _is_of_another_company(clause, profile, values)


def _is_stated(clause: Clause, profile: Profile, requested: str | None) -> bool:
    """True for what is told or answers a question, not for what only asks."""
    return (
        clause.intent in INFORMING
        or answers_question(clause, requested)
        or answers_another(clause, requested)
        or (bool(requested) and tells_plainly(clause))
        or thinks_of_country(clause, profile, requested)
    )


def _applicant_told(
    clause: Clause, profile: Profile, requested: str | None
) -> dict[str, str | None]:
    """Returns the kind of applicant that a description or a number of people tells, if any."""
    answering = bool(requested) or clause.intent == "inform"
    described = None if asks(clause.text) else applicant_of(clause.text, answering)
    asking = clause.intent.startswith("ask_") and not (requested or tells_plainly(clause))
    if asking and described != "municipality":
        # Numbers of people are asked about, too; whose official one is, only told.
        described = None
    named_itself = clause.values("applicant") and not is_no_part(clause)
    if described and (not named_itself or described == "municipality"):
        return {"applicant": described}
    if corrects_people(clause.text) and profile.applicant in _BY_SIZE:
        # 「80じゃなくて800人」 settles no size by itself.
        return {"applicant": None}
    return {}


def _trade_told(
    clauses: Sequence[Clause], profile: Profile, requested: str | None, moves: bool
) -> str | None:
    """Returns the trade in words of the company's own, where no known one is named.

    Args:
        clauses: Parts of the message.
        profile: What was known before.
        requested: Slot the form is waiting for, or None.
        moves: Whether the message also names a place.
    """
    words = open_value(clauses) if requested == "business" else None
    if words is None and requested and not (profile.business or profile.industry):
        words = trade_alone(clauses)
    elif words is None and not (requested or profile.business or profile.industry):
        words = trade_listed(clauses)
    elif words is None and requested and profile.business:
        alone = trade_alone(clauses)
        words = alone if alone and profile.business in alone else None
    if words is None and profile.business and moves:
        # Who tells another place and another trade speaks of another company.
        words = trade_alone(clauses, places=True)
    return words


def _left_open(
    clauses: Sequence[Clause],
    profile: Profile,
    requested: str | None,
    values: Mapping[str, str | None],
) -> set[str]:
    """Returns the slots that the company would not or could not tell in this message."""
    declined: set[str] = set()
    skips = any(
        (clause.intent == "skip" or pattern("wants_none").fullmatch(clause.text.strip()))
        and not answers_another(clause, requested)
        for clause in clauses
    )
    still_open = any(pattern("country_open").search(one.text) for one in clauses)
    of_another = still_open and requested != "country"
    if requested and skips and requested not in values and not of_another:
        of_country = any(_OF_COUNTRY.search(clause.text) for clause in clauses)
        declined.add("country" if of_country and not profile.country else requested)
    if requested and still_open and not (profile.country or values.get("country")):
        declined.add("country")
    return declined


def _is_of_the_country(clause: Clause, following: Clause) -> bool:
    """True for what is said of a country before it is asked about (「タイは暑いけど、…」).

    So is what one has heard of it, whatever else it names (「タイはインフラがいいと聞きました」).
    """
    told = [one for one in clause.entities if one["entity"] in PROFILE_SLOTS]
    asked = following.intent.startswith("ask_") or asks(following.text)
    kinds = [one["entity"] for one in told]
    heard = bool(kinds) and bool(pattern("hearsay").search(clause.text))
    if not asked or kinds[:1] != ["country"] or (len(kinds) > 1 and not heard):
        return False
    if pattern("plans").search(clause.text):
        return False
    name = re.escape(str(told[0].get("text") or "。"))
    return bool(re.search(name + pattern("of_the_country").pattern, clause.text))


def _is_of_another_company(
    clause: Clause, profile: Profile, values: Mapping[str, str | None]
) -> bool:
    """True for 「あと弟の会社が福島で…」 beside what was told of the company itself."""
    known = profile.prefecture or profile.business or values.get("prefecture")
    return bool(known) and bool(pattern("of_another_company").search(clause.text))


def _is_also_named(clause: Clause) -> bool:
    """True for 「サモアもあり」: a country beside the one taken."""
    named = [one.get("text") or "" for one in clause.entities if one["entity"] == "country"]
    behind = clause.text.partition(named[0])[2] if named and named[0] else ""
    return bool(pattern("also_a_country").search(behind))


def _leave_out_who_speaks_for_it(values: dict[str, str | None], clauses: Sequence[Clause]) -> None:
    """Whoever tells of a client's or a father's company is not the one that applies."""
    serves = any(pattern("of_a_clients_venture").search(clause.text) for clause in clauses)
    if serves and values.get("applicant") == "organisation":
        values.pop("applicant")


def _keep_place_consistent(values: dict[str, str | None], profile: Profile, store: Store) -> None:
    """A municipality brings its prefecture; a new prefecture drops the old municipality."""
    city = values.get("city")
    if city and values.get("prefecture") not in (None, *store.prefecture_of(city)):
        # Of two places told at once the more exact one counts.
        values.pop("prefecture")
    if city and "prefecture" not in values:
        places = store.prefecture_of(city)
        if len(places) == 1:
            values["prefecture"] = places[0]
        elif profile.prefecture not in places:
            values["prefecture"] = None
    moved = values.get("prefecture")
    if moved and moved != profile.prefecture and not city and profile.city:
        values["city"] = None
