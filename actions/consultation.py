"""The consultation form: what a company tells, what is still asked, and changes of mind."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledgement import acknowledge, slot_label
from actions.answering import answer_questions, is_question
from actions.arbitration import names_a_fact
from actions.fact_ranking import asked_attributes
from actions.going_on import goes_on
from actions.lookup import FOUND, clearly_found, found_anything
from actions.plan import early_schemes
from actions.profile_slots import ASKED_SLOTS, PROFILE_SLOTS, label_of
from actions.profile_updates import read_update
from actions.rendering import choice, say
from actions.turn import Clause, Turn, asks, changes_of, message_id, turn_of, wonders
from answers import Answer, Point
from conversations.ports import sheet_offer

REQUESTED_SLOT = "requested_slot"
_TELLING = frozenset({"inform", "start_consultation", "correct", "ask_plan", "resume"})
MOST_MISSES = 2
#: First character of a choice taken, which has no words of its own.
_CHOICE = "/"
#: Longest text that only tells something, whatever its end (「ベトナムかな」), in characters.
_SHORT_ANSWER = 14
#: Probability of a question beyond the material from which a statement is answered as one.
_DOUBTFUL = 0.3
#: Confidence of a telling intent below which words that ask need find less in the material.
_SURE_TELLING = 0.7
_FOUND_BESIDE_UNSURE = 0.2
#: Confidence below which words without the form of a question are none.
_HARDLY_A_QUESTION = 0.5
#: Confidence from which a question beside a wish for advice is answered first.
_SURE_QUESTION = 0.8
#: Confidence from which a wish for advice is nothing else.
_SURE_OPENING = 0.9
_LIKELY_PLAN = 0.5
#: The end of what is wondered rather than asked (売れないかなって, できんやろか).
_WONDERS = re.compile(
    r"(ないか|へんか|んか|やろか|だろうか|でしょうか|かな|かしら)(な|なあ|ね|と|って|なって|なと)*"
    r"(思|考|悩|迷)?[^。]{0,10}[。！!\s]*$"
)
#: Words by which a company speaks of itself or of what it wants, rather than asks.
_STATES = re.compile(
    r"うち|弊社|当社|我が社|わが社|小社|屋|メーカー|(たい|ます|です|を|ました|ている|てる|だ|じゃ|や)[。．!！ー〜]*$"
)
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
        if update.alternatives:
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
    if len(said) < 2 or not said[-1] or said[-1].startswith(_CHOICE):
        return False
    return said[-1] == said[-2] and not asks(said[-1])


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
        questions = _told_beside(turn)
        if questions and not _already_answered(tracker):
            events += answer_questions(dispatcher, turn, questions, question_follows=True)
            events.append(SlotSet("misses", None))
        events.append(SlotSet(REQUESTED_SLOT, turn.knowledge.guide.next_question(turn.profile)))
        return events


def _already_answered(tracker: Tracker) -> bool:
    """True where the bot has spoken since the latest message: the form comes back to it."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "bot":
            return True
    return False


def _told_beside(turn: Turn) -> tuple[Clause, ...]:
    """Returns the questions in a message that the form takes as an answer or a beginning.

    A clause with an asking intent beside a telling one is such a question, and so is a
    clause that tells by its intent but asks by its words about something of the material
    or a practical topic: better to answer and ask on than to pass over it.
    """
    several = len(turn.clauses) > 1
    found = []
    for clause in turn.clauses:
        if is_question(clause):
            surely_asked = clause.confidence >= _SURE_QUESTION and asks(clause.text)
            hardly_asked = clause.confidence < _HARDLY_A_QUESTION and not asks(clause.text)
            if (
                several
                and not hardly_asked
                and (changes_of(turn.tracker) or surely_asked)
                and not clause.intent.startswith("find_h")
            ):
                found.append(clause)
        elif clause.intent in _TELLING:
            told = changes_of(turn.tracker) and clause.intent == "inform"
            doubtful = asks(clause.text) or clause.outside >= _DOUBTFUL
            if clause.values("topic") and (doubtful or not told):
                found.append(replace(clause, intent="ask_outside", confidence=1.0))
            elif _asks_of_material(clause, turn):
                found.append(replace(clause, intent="ask_attribute"))
    return tuple(found)


def _asks_of_material(clause: Clause, turn: Turn) -> bool:
    """True where a telling clause asks by its words, or says what only the material says."""
    if clause.text.startswith(_CHOICE) or _is_an_opening(clause, turn):
        return False
    told = any(clause.values(slot) for slot in PROFILE_SLOTS) and not asked_attributes(clause)
    first = turn.tracker.get_slot(REQUESTED_SLOT) is None
    if told and not first and len(clause.text) <= _SHORT_ANSWER:
        return False
    if asks(clause.text):
        least = FOUND if clause.confidence >= _SURE_TELLING else _FOUND_BESIDE_UNSURE
        return bool(asked_attributes(clause)) or found_anything(clause, turn, least)
    if not first or len(turn.clauses) > 1:
        return False
    if _STATES.search(clause.text) and not wonders(clause.text):
        return False
    return names_a_fact(clause, turn) if told else clearly_found(clause, turn)


def _is_an_opening(clause: Clause, turn: Turn) -> bool:
    """True where a company only says that it is lost, or wonders about itself.

    「最初に何をすればいいか分からない」 asks for guidance and 「海外で売れないかなって」 tells what
    is wanted: both are asked on, not told facts about the policy.
    """
    if any(one.values("record") for one in turn.clauses) or asked_attributes(clause):
        return False
    if clause.intent == "ask_plan":
        return clause.confidence >= _LIKELY_PLAN
    if clause.intent == "start_consultation":
        return clause.confidence >= _SURE_OPENING
    told = changes_of(turn.tracker) and clause.intent == "inform"
    return bool(told) and asks(clause.text) and not asks(_WONDERS.sub("", clause.text))


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
        dispatcher.utter_message(
            response=f"utter_ask_consultation_form_{self.slot}",
            acknowledgement=acknowledge(turn) + early_schemes(turn),
            json_message={
                "kind": "question",
                "slot": self.slot,
                "profile": {name: getattr(turn.profile, name) for name in PROFILE_SLOTS},
            },
        )
        return []


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
        events = count_miss(turn)
        declined = next((one["value"] for one in events if one["name"] == "declined"), None)
        if declined is None:
            dispatcher.utter_message(response="utter_please_choose")
        else:
            slot = str(tracker.get_slot(REQUESTED_SLOT))
            dispatcher.utter_message(response="utter_moved_on", slot=slot_label(turn, slot))
        return events


def count_miss(turn: Turn) -> list[EventType]:
    """Counts a turn in which the open question was not answered.

    Returns:
        Events; from the second miss in a row on, the question counts as declined, so that
        nobody is asked the same thing for ever.
    """
    requested = turn.tracker.get_slot(REQUESTED_SLOT)
    misses = dict(turn.tracker.get_slot("misses") or {})
    count = misses.get(requested, 0) + 1
    events: list[EventType] = [SlotSet("misses", {requested: count})]
    if requested in ASKED_SLOTS and count >= MOST_MISSES:
        events.append(SlotSet("declined", sorted({*turn.profile.declined, requested})))
    return events


class ActionChangeConditions(Action):
    """Offers every condition for change."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_change_conditions"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Utters the profile with a choice for each of its slots."""
        turn = turn_of(tracker, domain)
        sheet = _sheet(turn)
        say(
            dispatcher,
            Answer(
                kind="sheet",
                lead=Point(text=turn.wording.text("utter_change_conditions")),
                points=sheet,
                choices=tuple(
                    choice(
                        turn.wording.text("utter_change_slot", slot=slot_label(turn, slot)),
                        "reopen_slot",
                        profile_slot=slot,
                    )
                    for slot in ASKED_SLOTS
                ),
            ),
        )
        return []


class ActionShowSheet(Action):
    """Shows the consultation sheet (相談カルテ)."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_show_sheet"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Utters the profile and what was recommended, and how it can be saved."""
        sheet = show_sheet(turn_of(tracker, domain))
        offer = sheet_offer(tracker.sender_id)
        say(dispatcher, sheet.copy(update={"closing": offer}) if offer else sheet)
        return []


def show_sheet(turn: Turn) -> Answer:
    """Builds the consultation sheet: profile, and the plan if there is one."""
    store = turn.knowledge.store
    planned = tuple(turn.tracker.get_slot("plan") or ())
    names = "、".join(store.record(one).short_name for one in planned)
    points = _sheet(turn)
    if names:
        points += (Point(text=turn.wording.text("utter_sheet_plan", records=names)),)
    return Answer(
        kind="sheet",
        lead=Point(text=turn.wording.text("utter_sheet")),
        points=points,
        choices=(
            choice(turn.wording.label("utter_plan_closing", 1), "change_conditions"),
            choice(turn.wording.label("utter_plan_closing", 3), "request_human"),
        ),
        data={"profile": {name: getattr(turn.profile, name) for name in PROFILE_SLOTS}},
    )


def _sheet(turn: Turn) -> tuple[Point, ...]:
    store = turn.knowledge.store
    lines = []
    for slot in PROFILE_SLOTS:
        value = getattr(turn.profile, slot)
        if value is None and slot not in ASKED_SLOTS:
            continue
        unknown = "utter_declined" if slot in turn.profile.declined else "utter_unknown"
        shown = label_of(store, slot, value) if value else turn.wording.text(unknown)
        lines.append(Point(text=f"{slot_label(turn, slot)}: {shown}"))
    return tuple(lines)
