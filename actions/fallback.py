"""When nothing was understood: search, 「もしかして」, an honest no, a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import sources_of
from actions.limits import did_you_mean, person
from actions.lookup import CERTAIN, LIKELY, by_feature
from actions.rendering import choice, say
from actions.turn import Clause, Turn, turn_of
from answers import Answer, Point


class ActionFallBack(Action):
    """Searches the material for what no intent explains; never asks to reword twice."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_fall_back"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answers from the search, asks 「もしかして」, or admits it and offers a person."""
        turn = turn_of(tracker, domain)
        failures = int(tracker.get_slot("failures") or 0) + 1
        answer = fall_back(turn.clauses[-1], turn, failures)
        say(dispatcher, answer)
        events = [SlotSet("failures", 0 if answer.kind == "fact" else failures)]
        if answer.data.get("records"):
            events.append(SlotSet("focus", answer.data["records"]))
            events.append(SlotSet("sources", sources_of(answer)))
        return events


def fall_back(clause: Clause, turn: Turn, failures: int) -> Answer:
    """Chooses the fallback of the first, second and every further failure in a row.

    Args:
        clause: What was not understood.
        turn: The turn it belongs to.
        failures: How many times in a row, this one included.
    """
    hits = turn.knowledge.search.facts(clause.text, limit=3)
    if hits and hits[0].confidence >= CERTAIN:
        return by_feature(clause, turn)
    if hits and hits[0].confidence >= LIKELY:
        return did_you_mean(clause, turn, [hit.record_id for hit in hits])
    first = failures == 1
    return Answer(
        kind="not_in_material",
        lead=Point(text=turn.wording.text("utter_not_understood" if first else "utter_fall_back")),
        closing=turn.wording.text("utter_examples") if first else None,
        choices=(
            choice(turn.wording.label("utter_start"), "start_consultation"),
            *person(turn),
        ),
    )
