"""「制度の一覧」「神奈川の窓口は」「使える制度は」「現地のデスクは」: lists of records."""

from __future__ import annotations

from abc import ABC
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import AnsweringAction, answers
from actions.arbitration import UNSURE, asks_a_rare_property, is_about_a_fact
from actions.certainty import FOUND, SURELY_FOUND
from actions.doors_but_for import doors_but_for
from actions.fact_ranking import asked_attributes, rank_facts
from actions.follow_ups import asks_for_more
from actions.limits import not_in_material, topic_outside
from actions.lookup import found_anything, look_up
from actions.passages import subject_of_passages
from actions.patterns import pattern
from actions.phrases import phrase
from actions.plan import further_plan
from actions.profile_slots import describe
from actions.recommendations import recommendation_cards
from actions.record_lists import fits, list_of
from actions.remembering import remember, sources_of
from actions.rendering import choice, reason_point, say
from actions.subjects import subjects_of
from actions.turn import Clause, Turn, changes_of, speaks_of_itself, turn_of
from actions.unanswerable import unanswerable
from answers import Answer, Point
from knowledge.guide import Profile
from knowledge.schema import Kind
from knowledge.validity import holding_first, today

#: Share from which one fact with the asked property is meant, rather than a list.
_STANDS_OUT = 0.6
#: Move of who only wants to know whom to ask.
WHOM = "whom"
#: Kinds whose records are listed when nothing but a list is asked for.
_LISTED = frozenset({Kind.HUB, Kind.SCHEME, Kind.DESK, Kind.CASE, Kind.EVENT})
#: The wish for what fits best of a kind.
_WISH_FOR = {"hub": "find_hub", "scheme": "find_scheme", "desk": "find_desk"}


class ActionListRecords(AnsweringAction):
    """Lists the records of a kind."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_list_records"


class _ActionFind(AnsweringAction, ABC):
    """Finds what fits a place, a country or an applicant; asks for the place if unknown."""

    needed: tuple[str, ...] = ()
    #: Confidence from which facts answer at once, where nothing is known of the company.
    least: float = FOUND

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answers at once where enough is known, else begins the consultation."""
        turn = turn_of(tracker, domain)
        profile = overlay(turn.profile, turn.clauses[-1], turn)
        known = any(getattr(profile, slot) for slot in self.needed)
        whom = WHOM in turn.clauses[-1].values("move")
        known = known or (whom and _goes_on(tracker))
        beyond = any(one.values("topic") for one in turn.clauses)
        found = found_anything(turn.clauses[-1], turn, self.least) or asks_a_rare_property(
            turn.clauses[-1], turn
        )
        passages = None if known or found else subject_of_passages(turn.clauses[-1], turn)
        if passages is not None:
            say(dispatcher, passages)
            return remember(turn, [], sources_of(passages))
        elsewhere = doors_but_for(turn.clauses[-1], turn) is not None
        settled = elsewhere or unanswerable(turn.clauses[-1], turn) is not None
        if known or beyond or turn.in_consultation or found or settled:
            return super().run(dispatcher, tracker, domain)
        return [FollowupAction("consultation_form")]


class ActionFindHub(_ActionFind):
    """Finds the hubs of a place."""

    needed = ("prefecture",)
    least = SURELY_FOUND

    def name(self) -> str:
        """Name in the domain."""
        return "action_find_hub"


class ActionFindScheme(_ActionFind):
    """Finds the schemes a company can use."""

    needed = ("purpose", "industry", "business", "applicant", "country")

    def name(self) -> str:
        """Name in the domain."""
        return "action_find_scheme"


class ActionFindDesk(_ActionFind):
    """Finds the desks in a country."""

    needed = ("country",)

    def name(self) -> str:
        """Name in the domain."""
        return "action_find_desk"


def _goes_on(tracker: Tracker) -> bool:
    """True where something was said before: who begins with 「誰に聞けば」 is consulted."""
    return sum(1 for event in tracker.events if event["event"] == "user") > 1


def overlay(profile: Profile, clause: Clause, turn: Turn) -> Profile:
    """Returns the profile as a question assumes it, without changing what is known.

    Args:
        profile: What is known of the company.
        clause: The question, which may name another place, country, applicant, …
        turn: The turn it belongs to.
    """
    named: dict[str, Any] = {}
    for slot in ("prefecture", "city", "country", "industry", "purpose", "stage", "applicant"):
        values = clause.values(slot)
        if values:
            named[slot] = values[0]
    if "city" in named and "prefecture" not in named:
        places = turn.knowledge.store.prefecture_of(str(named["city"]))
        if len(places) == 1:
            named["prefecture"] = places[0]
    if not {"prefecture", "city"} & named.keys() and clause.values("region"):
        named["prefecture"] = clause.values("region")[0]
    if "prefecture" in named and "city" not in named:
        named["city"] = None
    return replace(profile, **named)


@answers("find_hub", "find_scheme", "find_desk")
def find(clause: Clause, turn: Turn) -> Answer:
    """Recommends hubs, schemes or desks for the place, country and applicant in question.

    Args:
        clause: The question; its intent says which of the three.
        turn: The turn it belongs to.
    """
    clause = _of_own_case(clause, turn)
    told = {"prefecture", "city"} & (changes_of(turn.tracker) or {}).keys()
    at_home = told or (turn.profile.prefecture and not pattern("abroad").search(clause.text))
    if at_home and clause.intent == "find_desk" and not clause.values("kind"):
        # Who wants to go there and says where he is needs his own door first.
        clause = replace(clause, intent="find_hub")
    if clause.values("record") and not clause.values("prefecture"):
        return look_up(clause, turn)
    whom = WHOM in clause.values("move")
    consults = turn.in_consultation or bool(turn.tracker.get_slot("plan"))
    own = consults and turn.profile.applicant in clause.values("applicant")
    wished = pattern("wishes_for_a_door").search(clause.text)
    own = own or bool(wished and turn.profile.prefecture)
    # Who is asked about at a place is no company of that place (「神戸の相談員は職員だけ」).
    named_there = clause.confidence < UNSURE and (
        clause.values("prefecture") or clause.values("city")
    )
    about_a_fact = is_about_a_fact(clause, turn) and not own and bool(named_there or not told)
    if not whom and (about_a_fact or asks_for_more(clause, turn)):
        return look_up(clause, turn)
    of_kind = clause.values("kind") and clause.intent != "find_desk"
    for one in turn.clauses:
        if one.values("topic") and not of_kind:
            return topic_outside(one, turn)
    if clause.intent == "find_scheme" and _asks_of_the_table(clause) and not own:
        return list_records(clause, turn) if clause.values("kind") else look_up(clause, turn)
    profile = overlay(turn.profile, clause, turn)
    if profile == turn.profile == Profile() and not whom:
        return look_up(clause, turn)
    plan = turn.knowledge.guide.recommend(profile)
    chosen = {"find_hub": plan.hubs, "find_scheme": plan.schemes, "find_desk": plan.desks}
    best = chosen[clause.intent]
    subject = "・".join(describe(turn.knowledge.store, profile))
    if not best and clause.intent == "find_hub" and profile.prefecture is None:
        lead, best = phrase("hub_of_unknown_place"), plan.national
    elif best:
        lead = turn.wording.text(f"utter_{clause.intent}", profile=subject)
    else:
        lead = turn.wording.text(f"utter_{clause.intent}_none", profile=subject)
        best = plan.national
    group = turn.wording.text(f"utter_group_{clause.intent}")
    cards = recommendation_cards(best, turn, group=group)
    if clause.intent == "find_hub" and clause.values("country") and plan.desks:
        # Who asks where to turn for a country is helped on the spot as well.
        there = turn.wording.text("utter_group_find_desk")
        cards += recommendation_cards(plan.desks, turn, group=there)
        best = (*best, *plan.desks)
    refusals = plan.refusals if clause.intent == "find_scheme" else ()
    return Answer(
        kind="list",
        lead=Point(text=lead),
        cards=cards,
        remarks=tuple(reason_point(turn.knowledge.store, one) for one in refusals),
        choices=(
            choice(turn.wording.label("utter_start"), "start_consultation"),
            choice(turn.wording.label("utter_person_can_help"), "request_human"),
        ),
        data={"records": [one.record_id for one in best]},
    )


def _of_own_case(clause: Clause, turn: Turn) -> Clause:
    """Reads 「ODAの制度でうちが使えるものは」 as a wish, not as a question about the table."""
    store = turn.knowledge.store
    named = [one for one in clause.entities if one["entity"] == "record"]
    if clause.intent != "find_scheme" or not named or not speaks_of_itself(clause.text):
        return clause
    if turn.profile == Profile() or any(
        store.record(one["value"]).kind is not Kind.POLICY_POINT for one in named
    ):
        return clause
    words = "".join(one.get("text") or "" for one in named)
    wished = [
        {"entity": "purpose", "value": value.id}
        for value in store.slot_values("purpose")
        if any(name in words for name in value.aliases)
    ]
    kept = (one for one in clause.entities if one["entity"] not in {"record", "attribute"})
    return replace(clause, entities=(*kept, *wished[:1]))


def _asks_of_the_table(clause: Clause) -> bool:
    """True for 「中小企業しか使えない制度は」: a condition of the schemes, no company's case."""
    case = ("country", "prefecture", "city", "industry", "business", "purpose", "stage")
    return bool(clause.values("applicant")) and not any(clause.values(one) for one in case)


@answers("find_record")
def find_record(clause: Clause, turn: Turn) -> Answer:
    """Answers a reverse look-up: a kind with a condition is a list, a feature a fact."""
    wished = _WISH_FOR.get(next(iter(clause.values("kind")), ""))
    if wished and turn.profile != Profile() and pattern("best_fit").search(clause.text):
        return find(replace(clause, intent=wished), turn)
    narrowed = any(clause.values(one) for one in ("applicant", "prefecture"))
    best = rank_facts(clause, subjects_of(clause, turn), turn).facts[0]
    particular = bool(asked_attributes(clause)) and best.asked and best.share >= _STANDS_OUT
    if clause.values("kind") and narrowed and not clause.values("record") and not particular:
        return list_records(clause, turn)
    return look_up(clause, turn)


@answers("list_records")
def list_records(clause: Clause, turn: Turn) -> Answer:
    """Lists the records of the kind in question, narrowed by what else is named.

    Args:
        clause: The question; ``kind`` picks the records, ``applicant``, ``country`` and
            ``prefecture`` narrow them.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    kinds = clause.values("kind") or _kind_shown(clause, turn)
    recommended = further_plan(clause, turn) if asks_for_more(clause, turn) else None
    if recommended is not None:
        return recommended
    of_one = bool(kinds) and kinds[0] == Kind.COUNTRY.value and bool(clause.values("record"))
    if of_one or (kinds and is_about_a_fact(clause, turn)):
        # 「日本センターがある国を全部」 asks of the centre, not for the countries there are.
        return look_up(clause, turn)
    if not kinds:
        return look_up(clause, turn) if clause.text else not_in_material(clause, turn)
    found = [one for one in store.records(Kind(kinds[0])) if fits(one, clause)]
    listed = [one for one in found if not one.id.startswith("hub.bureau_")] or found
    listed = holding_first(listed, today())
    if not listed:
        return look_up(clause, turn)
    return list_of(listed, turn)


def _kind_shown(clause: Clause, turn: Turn) -> tuple[str, ...]:
    """Returns the kind of what was shown last where a bare 「一覧でください」 names none."""
    store = turn.knowledge.store
    if clause.entities or clause.goes_on_from or not turn.focus:
        return ()
    kind = store.record(turn.focus[0]).kind if store.has_record(turn.focus[0]) else None
    return (kind.value,) if kind in _LISTED and pattern("several").search(clause.text) else ()
