"""The consultation form: what a company tells, what is still asked, and changes of mind."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledgement import acknowledge
from actions.answering import answer_questions
from actions.early_answers import early_hub, early_schemes
from actions.going_on import goes_on
from actions.phrases import phrase
from actions.plain_telling import asks_the_way
from actions.profile_slots import ASKED_SLOTS, PROFILE_SLOTS, REQUESTED_SLOT
from actions.profile_updates import read_update
from actions.told_beside import told_beside
from actions.turn import CHOICE, Turn, asks, changes_of, message_id, turn_of

#: Intents that want to be asked on after the plan, too.
_BEGINNING = frozenset({"start_consultation", "resume"})
#: What is explained in brackets behind a question.
_EXPLANATION = re.compile(r"（[^）]*）\s*$")
_REMEMBERED = (
    "declined", "excluded", "alternatives", "changes", "misses", "plan", "focus", "asked",
)  # fmt: skip


class ActionExtractProfile(Action):
    """Fills the profile slots from whatever the latest message says about the company.

    All profile slots share it as their custom mapping, so it runs once a turn, before
    any policy, inside the form and outside.
    """

    def name(self) -> str:
        """Name in the domain."""
        return "action_extract_profile"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Returns the changed slots and, in ``changes``, what they were before."""
        if (tracker.active_loop or {}).get("name") == "handoff_form":
            # What is told to the staff says nothing about the company's profile.
            return []
        turn = turn_of(tracker, domain)
        if goes_on(turn):
            return [SlotSet("goes_on", True)]
        reopened = next(iter(turn.clauses[-1].values("profile_slot")), None)
        requested = tracker.get_slot(REQUESTED_SLOT) if turn.in_consultation else None
        update = read_update(turn.clauses, turn.profile, turn.knowledge.store, requested, reopened)
        events: list[EventType] = [SlotSet(name, value) for name, value in update.values.items()]
        if update.declined != turn.profile.declined:
            events.append(SlotSet("declined", sorted(update.declined)))
        if update.excluded != turn.profile.excluded:
            events.append(SlotSet("excluded", sorted(update.excluded)))
        named_before = tuple(tracker.get_slot("alternatives") or ())
        if update.alternatives and update.alternatives != named_before:
            events.append(SlotSet("alternatives", list(update.alternatives)))
        if not update.values and _says_it_again(turn, requested):
            events.append(SlotSet("declined", sorted({*update.declined, str(requested)})))
        if events:
            before = {name: getattr(turn.profile, name) for name in update.values}
            events.append(SlotSet("changes", {"message": message_id(tracker), "before": before}))
        if tracker.get_slot("goes_on"):
            events.append(SlotSet("goes_on", None))
        return events


def _says_it_again(turn: Turn, requested: str | None) -> bool:
    """True where the open question gets, once more, the words it could not use.

    Asking a third time would go on for ever: the question counts as declined.
    """
    if requested not in ASKED_SLOTS:
        return False
    said = [
        str(event.get("text") or "").strip()
        for event in turn.tracker.events
        if event["event"] == "user"
    ]
    if len(said) < 2 or not said[-1] or said[-1].startswith(CHOICE):
        return False
    named = any(one.values(slot) for one in turn.clauses for slot in (*PROFILE_SLOTS, "move"))
    return said[-1] == said[-2] and not asks(said[-1]) and not named


class ValidateConsultationForm(Action):
    """Chooses the next question, and answers questions told in the same breath."""

    def name(self) -> str:
        """Name in the domain."""
        return "validate_consultation_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Returns this turn's changes again, so that the form sees it was answered.

        Without a change only the next question is returned: the form then rejects the
        turn and the rules for digressions take it.
        """
        turn = turn_of(tracker, domain)
        events: list[EventType] = []
        before = changes_of(tracker)
        if before is not None:
            events += [SlotSet(name, tracker.get_slot(name)) for name in before]
            events.append(SlotSet("declined", sorted(turn.profile.declined)))
        questions = told_beside(turn)
        if questions and not _already_answered(tracker):
            events += answer_questions(dispatcher, turn, questions, question_follows=True)
            events.append(SlotSet("misses", None))
        events.append(SlotSet(REQUESTED_SLOT, _next_question(turn)))
        return events


def _next_question(turn: Turn) -> str | None:
    """Returns what is asked next; nothing of its own accord once the plan was shown.

    Whoever wanted the plan before every question was asked is not asked on: a correction or the
    same wish again brings the plan anew.
    """
    slot = turn.knowledge.guide.next_question(turn.profile)
    if slot is None or not turn.tracker.get_slot("plan"):
        return slot
    wanted = {turn.tracker.get_slot(REQUESTED_SLOT), *turn.clauses[-1].values("profile_slot")}
    begins = any(one.intent in _BEGINNING for one in turn.clauses)
    return slot if begins or slot in wanted else None


def _already_answered(tracker: Tracker) -> bool:
    """True where the bot has spoken since the latest message: the form comes back to it."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "bot":
            return True
    return False


class _AskSlot(Action, ABC):
    """Asks one question of the form, after saying what was just understood."""

    @property
    @abstractmethod
    def slot(self) -> str:
        """The slot it asks for."""

    def name(self) -> str:
        """Name in the domain."""
        return f"action_ask_consultation_form_{self.slot}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Utters the question of the domain with an acknowledgement before it."""
        turn = turn_of(tracker, domain)
        acknowledgement = acknowledge(turn) + early_hub(turn) + early_schemes(turn)
        if not acknowledgement and asks_the_way(turn) and not _was_just_asked(tracker, self.slot):
            acknowledgement = phrase("begins_lost") + "\n"
        told = {
            "kind": "question",
            "slot": self.slot,
            "profile": {name: getattr(turn.profile, name) for name in PROFILE_SLOTS},
        }
        name = f"utter_ask_consultation_form_{self.slot}"
        if not acknowledgement and _was_just_asked(tracker, self.slot):
            # The explanation stands a few lines above; the choices are shown in one line.
            question = turn.wording.text(name, acknowledgement="")
            dispatcher.utter_message(
                text=_EXPLANATION.sub("", question),
                buttons=turn.wording.buttons(name),
                json_message={**told, "again": True},
            )
            return []
        dispatcher.utter_message(response=name, acknowledgement=acknowledgement, json_message=told)
        return []


def _was_just_asked(tracker: Tracker, slot: str) -> bool:
    """True where the same question was the last thing said before this message."""
    spoken = [event for event in tracker.events if event["event"] in ("user", "bot")]
    while spoken and spoken[-1]["event"] == "bot":
        spoken.pop()
    before = spoken[:-1]
    if not before or before[-1]["event"] != "bot":
        return False
    custom = (before[-1].get("data") or {}).get("custom") or {}
    return custom.get("kind") == "question" and custom.get("slot") == slot


class AskPrefecture(_AskSlot):
    """Asks where the company is."""

    slot = "prefecture"


class AskCity(_AskSlot):
    """Asks for the municipality, where a prefecture has hubs of its cities."""

    slot = "city"


class AskBusiness(_AskSlot):
    """Asks what the company makes or does."""

    slot = "business"


class AskCountry(_AskSlot):
    """Asks for the country."""

    slot = "country"


class AskPurpose(_AskSlot):
    """Asks what the company wants there."""

    slot = "purpose"


class AskStage(_AskSlot):
    """Asks how far the company has come."""

    slot = "stage"


class AskApplicant(_AskSlot):
    """Asks who the applicant is."""

    slot = "applicant"


class ActionStartOver(Action):
    """Forgets the profile and begins anew."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_start_over"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Clears the profile and what was shown."""
        dispatcher.utter_message(response="utter_start_over")
        cleared = (*PROFILE_SLOTS, *_REMEMBERED)
        return [SlotSet(name, None) for name in cleared]
