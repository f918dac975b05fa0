"""The plan: where to turn first, which schemes, which desk, and why."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledgement import replacements
from actions.answering import AnsweringAction, answers, answers_first
from actions.converse import move_in, why_asked
from actions.first_step import first_step
from actions.limits import topic_outside
from actions.plan_stays import plan_stays, stays
from actions.profile_slots import REQUESTED_SLOT, describe, label_of
from actions.recommendations import recommendation_cards
from actions.remembering import remember, sources_of
from actions.rendering import choice, reason_point, say
from actions.retelling import grounds
from actions.turn import Clause, Turn, turn_of
from answers import Answer, Choice, Point

#: What is left of a question for another country (「なら何が変わる」「だったらどうなる」).
_CASE = re.compile(
    r"(?:じゃあ?|では|で|あと|ちなみに|もし)?[、\s]*(?:は|なら|だと|だったら|やったら|でも?|の場合は?|に(?:した|する)[らと]?)"
    r"[、\s]*(?:どう|何|なに|どこ)?(?:が)?(?:変わ|なる|なり|違|かわ|同じ|です)?[^。]{0,6}[?？。\s]*"
)
#: So many records shown at once are recommendations or a list.
_SEVERAL = 2
_ALWAYS_OPEN = "utter_group_national"


class ActionShowPlan(Action):
    """Shows the whole recommendation in one turn."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_show_plan"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Utters the plan, or its first step once it was shown, and remembers what it named."""
        turn = turn_of(tracker, domain)
        first = first_step(turn.clauses[-1], turn)
        if first is not None:
            say(dispatcher, first)
            return remember(turn, list(first.data["records"]), sources_of(first))
        answer = show_plan(turn)
        records: list[str] = answer.data["records"]
        if stays(records, turn):
            answer = plan_stays(records, turn)
        say(dispatcher, answer)
        return [SlotSet("plan", records), *remember(turn, records, sources_of(answer))]


class ActionExplain(AnsweringAction):
    """Answers 「なぜ？」."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_explain"


def show_plan(turn: Turn) -> Answer:
    """Builds the plan for the profile of a turn.

    Returns:
        An answer with at most three hubs, schemes and desks each, the national bodies,
        and what was refused by a gate; the profile restated, so that it can be corrected.
    """
    wording = turn.wording
    plan = turn.knowledge.guide.recommend(turn.profile)
    groups = (
        ("utter_group_find_hub", plan.hubs),
        ("utter_group_find_scheme", plan.schemes),
        ("utter_group_find_desk", plan.desks),
        (_ALWAYS_OPEN, plan.national),
    )
    cards = [
        card
        for group, recommendations in groups
        for card in recommendation_cards(
            recommendations, turn, wording.text(group), brief=group == _ALWAYS_OPEN
        )
    ]
    words = describe(turn.knowledge.store, turn.profile)
    changed = replacements(turn)
    return Answer(
        kind="plan",
        lead=Point(
            text=changed + wording.text("utter_plan", profile="・".join(words))
            if words
            else changed + wording.text("utter_plan_without_profile")
        ),
        cards=tuple(cards),
        remarks=tuple(
            reason_point(turn.knowledge.store, one) for one in (*plan.refusals, *plan.notes)
        ),
        closing=wording.text("utter_plan_closing"),
        choices=(
            *_alternatives(turn),
            choice(wording.label("utter_plan_closing", 0), "show_sheet"),
            choice(wording.label("utter_plan_closing", 1), "change_conditions"),
            choice(wording.label("utter_plan_closing", 2), "ask_why"),
            choice(wording.label("utter_plan_closing", 3), "request_human"),
        ),
        data={
            "records": [card.record for card in cards],
            "profile": {
                key: value for key, value in vars(turn.profile).items() if isinstance(value, str)
            },
        },
    )


def _alternatives(turn: Turn) -> tuple[Choice, ...]:
    """Offers the same plan for the further countries the company named."""
    store = turn.knowledge.store
    named = dict.fromkeys(turn.tracker.get_slot("alternatives") or ())
    return tuple(
        choice(
            turn.wording.text("utter_alternative", country=label_of(store, "country", one)),
            "correct",
            country=one,
        )
        for one in named
        if one != turn.profile.country
    )


def further_plan(clause: Clause, turn: Turn) -> Answer | None:
    """Answers 「他には？」 after recommendations: what fits next best, of the kinds shown.

    Args:
        clause: The question; a ``kind`` in it narrows the answer (「他の制度は？」).
        turn: The turn it belongs to.

    Returns:
        The next ones, or that there are none; None where no recommendations were shown last.
    """
    wording, store = turn.wording, turn.knowledge.store
    plan, more = (
        find(turn.profile)
        for find in (turn.knowledge.guide.recommend, turn.knowledge.guide.further)
    )
    shown = set(turn.focus)
    if len(shown) < _SEVERAL or not shown <= {*plan.record_ids(), *more.record_ids()}:
        return None
    kinds = clause.values("kind") or {store.record(one).kind.value for one in shown}
    groups = (
        ("hub", more.hubs),
        ("scheme", more.schemes),
        ("desk", more.desks),
    )
    cards = [
        card
        for kind, found in groups
        if kind in kinds and not shown & {one.record_id for one in found}
        for card in recommendation_cards(
            found, turn, wording.text(f"utter_group_find_{kind}"), brief=True
        )
    ]
    lead = "utter_others" if cards else "utter_no_others"
    cards = cards or list(
        recommendation_cards(plan.national, turn, wording.text(_ALWAYS_OPEN), brief=True)
    )
    return Answer(
        kind="list",
        lead=Point(text=wording.text(lead)),
        cards=tuple(cards),
        choices=(
            choice(wording.label("utter_plan_closing", 1), "change_conditions"),
            choice(wording.label("utter_plan_closing", 3), "request_human"),
        ),
        data={"records": [card.record for card in cards]},
    )


@answers_first
def another_case(clause: Clause, turn: Turn) -> Answer | None:
    """Shows the plan as it would be for another country (「アメリカは？」), changing nothing.

    Args:
        clause: The question, right after a plan.
        turn: The turn it belongs to.
    """
    countries = clause.values("country")
    planned = set(turn.tracker.get_slot("plan") or ())
    follows = planned and not turn.asked and len(turn.focus) >= _SEVERAL
    if not follows or turn.in_consultation or len(countries) != 1:
        return None
    names = [one.get("text") or "" for one in clause.entities if one["entity"] == "country"]
    left = clause.text
    for name in names:
        left = left.replace(name, "", 1)
    if len(clause.entities) > len(names) or not _CASE.fullmatch(left.strip()):
        return None
    return show_plan(replace(turn, profile=replace(turn.profile, country=countries[0])))


@answers("ask_why")
def explain(clause: Clause, turn: Turn) -> Answer:
    """Says why records are recommended, or why not.

    Args:
        clause: 「なぜ？」, perhaps with the record in question.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    planned = tuple(turn.tracker.get_slot("plan") or ())
    asked = clause.values("record") or planned[:3] or turn.focus[:1]
    waits = turn.in_consultation and bool(turn.tracker.get_slot(REQUESTED_SLOT))
    if waits and (move_in(clause) == "why_asked" or not asked):
        return why_asked(turn)
    before = clause.goes_on_from
    if not asked and before and before.values("topic"):
        # 「…許可を取れと言われました。根拠は」 asks for no reason of ours.
        return topic_outside(before, turn)
    of_what_was_told = None if planned or clause.values("record") else grounds(clause.text, turn)
    if of_what_was_told is not None:
        return of_what_was_told
    if not asked:
        return Answer(
            kind="reasons",
            lead=Point(text=turn.wording.text("utter_nothing_to_explain")),
            choices=(choice(turn.wording.label("utter_start"), "start_consultation"),),
        )
    points = []
    for record_id in asked:
        name = store.record(record_id).short_name
        for reason in turn.knowledge.guide.explain(turn.profile, record_id):
            point = reason_point(store, reason)
            points.append(Point(text=f"{name}：{point.text}", citations=point.citations))
    return Answer(
        kind="reasons",
        lead=Point(text=turn.wording.text("utter_reasons")),
        points=tuple(points),
        choices=(
            choice(turn.wording.label("utter_plan_closing", 1), "change_conditions"),
            choice(turn.wording.label("utter_plan_closing", 3), "request_human"),
        ),
        data={"records": list(asked)},
    )
