"""Answers that leave the open question of the consultation unanswered, and when it is left open."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledgement import said_again, slot_label
from actions.plain_telling import taken_in
from actions.profile_slots import ASKED_SLOTS, REQUESTED_SLOT
from actions.rendering import say
from actions.turn import Turn, turn_of

MOST_MISSES = 2
#: What a message counts for that tells something, though not what was asked.
TOLD = 0.5


class ActionPleaseChoose(Action):
    """Asks to choose where an answer said nothing new; after two misses the form moves on."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_please_choose"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Utters the request, or says that the question is left open."""
        turn = turn_of(tracker, domain)
        heard = taken_in(turn)
        again = "" if heard is not None and heard.kind == "fact" else said_again(turn)
        if again:
            dispatcher.utter_message(text=again)
        elif heard is None and tracker.latest_message["intent"]["name"] == "correct":
            dispatcher.utter_message(response="utter_what_to_correct")
            return []
        if heard is not None and not again:
            say(dispatcher, heard)
            return count_miss(turn, TOLD)
        events = count_miss(turn)
        declined = next((one["value"] for one in events if one["name"] == "declined"), None)
        if declined is not None:
            slot = str(tracker.get_slot(REQUESTED_SLOT))
            dispatcher.utter_message(response="utter_moved_on", slot=slot_label(turn, slot))
        elif not again:
            dispatcher.utter_message(response="utter_please_choose")
        return events


def count_miss(turn: Turn, weight: float = 1) -> list[EventType]:
    """Counts a turn in which the open question was not answered.

    Args:
        turn: The turn.
        weight: Of this turn; at two in a row the question counts as declined.

    Returns:
        Events; nobody is asked the same thing for ever.
    """
    requested = turn.tracker.get_slot(REQUESTED_SLOT)
    misses = dict(turn.tracker.get_slot("misses") or {})
    count = misses.get(requested, 0) + weight
    events: list[EventType] = [SlotSet("misses", {requested: count})]
    if requested in ASKED_SLOTS and count >= MOST_MISSES:
        events.append(SlotSet("declined", sorted({*turn.profile.declined, requested})))
    return events
