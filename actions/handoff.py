"""「担当者につないで」: wish, consent and consultation sheet for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import answer_questions
from actions.consultation_sheet import show_sheet
from actions.patterns import pattern
from actions.phrases import phrase
from actions.plan import show_plan
from actions.profile_slots import REQUESTED_SLOT
from actions.turn import Turn, turn_of
from actions.wording import Wording
from answers import to_plain_text
from conversations.ports import HandoffRequest, desk, handoff_terms

_REFUSES = frozenset({"deny", "goodbye", "start_over"})
#: Says nothing a person could take up: 「ありがとう」「はい、お願いします」.
_NO_WISH = frozenset({"thank", "affirm", "greet"})
_LONGEST_ACKNOWLEDGEMENT = 20


#: How many times consent is asked of who hesitates, and of who turns aside to something else.
MOST_ASKED = 2
MOST_ASKED_ASIDE = 4
_HESITATES = frozenset(
    {"inform", "correct", "skip", "resume", "ask_why", "chitchat", "nlu_fallback"}
)
_CONSENT = {"kind": "question", "slot": "handoff_consent"}
#: Intents that settle the question of consent, or leave it by rules of their own.
_SETTLES = frozenset({"affirm", "deny", "goodbye", "start_over", "delete_data", "request_human"})


class ValidateHandoffForm(FormValidationAction):
    """Checks the wish and the consent, and lets go of whoever gives none."""

    def name(self) -> str:
        """Name in the domain."""
        return "validate_handoff_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Takes what is neither yes nor no again and again as no; what it asks is answered.

        Consent that has to be asked for again and again is none, and a company that went on to
        something else wants that answered.
        """
        if not _leaves_open(tracker):
            events: list[EventType] = await super().run(dispatcher, tracker, domain)
            return events
        turn = turn_of(tracker, domain)
        asked = tuple(one for one in turn.clauses if one.intent != "ask_why")
        events = answer_questions(dispatcher, turn, asked)
        return [*events, SlotSet("handoff_consent", False)]

    def validate_handoff_wish(
        self,
        value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> dict[str, Any]:
        """Takes any words as the wish; a refusal ends the form."""
        if str(value).startswith("/"):
            # A pressed choice: what a person types never begins with a slash behind the gate.
            return {"handoff_wish": None}
        intent = ((tracker.latest_message or {}).get("intent") or {}).get("name")
        if intent in _REFUSES or pattern("calls_off").search(str(value)):
            return {"handoff_wish": "", "handoff_consent": False}
        said = str(value).strip()
        if intent in _NO_WISH and len(said) <= _LONGEST_ACKNOWLEDGEMENT:
            misses = dict(tracker.get_slot("misses") or {})
            if intent != "affirm" and not misses.get("handoff_wish"):
                # Asked once more; who only nods simply wants to speak with somebody.
                return {"handoff_wish": None, "misses": {"handoff_wish": 1}}
            return {"handoff_wish": Wording(domain).text("utter_just_talk"), "misses": None}
        return {"handoff_wish": said[:1000]}

    def validate_handoff_consent(
        self,
        value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> dict[str, Any]:
        """Takes the yes or no of the intent as it is."""
        return {"handoff_consent": value}


class ActionAskHandoffConsent(Action):
    """Shows what would be passed on, and asks for consent."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_handoff_form_handoff_consent"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Utters the sheet and the wish with the question."""
        turn = turn_of(tracker, domain)
        if _asked_for_consent(tracker):
            dispatcher.utter_message(response="utter_consent_again", json_message=dict(_CONSENT))
            return []
        dispatcher.utter_message(
            response="utter_ask_handoff_form_handoff_consent",
            sheet=_known_so_far(turn),
            wish=tracker.get_slot("handoff_wish") or "",
            terms=handoff_terms(),
            hours=desk().hours_line(),
            json_message=dict(_CONSENT),
        )
        return []


class ActionSubmitHandoff(Action):
    """Stores the request with the desk and says plainly how it is kept."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_submit_handoff"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Stores wish, consent and sheet; without consent nothing is stored."""
        cleared: list[EventType] = [SlotSet("handoff_wish", None), SlotSet("handoff_consent", None)]
        if not tracker.get_slot("handoff_consent"):
            dispatcher.utter_message(response="utter_handoff_declined")
            return cleared
        turn = turn_of(tracker, domain)
        request = desk().request(
            conversation_id=tracker.sender_id,
            reason=_reason(tracker),
            wish=tracker.get_slot("handoff_wish") or "",
            consent=True,
            sheet=_passed_on(turn),
        )
        response, values = _said(request)
        dispatcher.utter_message(response=response, receipt=request.receipt, **values)
        return cleared


def _known_so_far(turn: Turn) -> str:
    """Words the sheet without the lines that hold nothing yet."""
    sheet = show_sheet(turn)
    empty = tuple(turn.wording.text(one) for one in ("utter_unknown", "utter_declined"))
    known = tuple(point for point in sheet.points if not point.text.endswith(empty))
    if not known:
        return phrase("sheet_empty")
    return to_plain_text(sheet.copy(update={"points": known}))


def _asked_for_consent(tracker: Tracker) -> int:
    """Returns how many times consent was asked for since the form began."""
    asked = 0
    for event in reversed(tracker.events):
        if event["event"] == "active_loop":
            break
        custom = (event.get("data") or {}).get("custom") or {} if event["event"] == "bot" else {}
        asked += custom.get("slot") == _CONSENT["slot"]
    return asked


def _leaves_open(tracker: Tracker) -> bool:
    """True where a message says neither yes nor no, and consent was asked for often enough."""
    intent = ((tracker.latest_message or {}).get("intent") or {}).get("name")
    if tracker.get_slot(REQUESTED_SLOT) != _CONSENT["slot"] or intent in _SETTLES:
        return False
    most = MOST_ASKED if intent in _HESITATES else MOST_ASKED_ASIDE
    return _asked_for_consent(tracker) >= most


def _passed_on(turn: Turn) -> dict[str, Any]:
    """Returns the sheet as the desk gets it: what the company was shown, and its plan."""
    sheet = show_sheet(turn)
    shown: dict[str, Any] = {"text": to_plain_text(sheet), **sheet.data}
    lines = (point.text.partition(": ") for point in sheet.points)
    unknown = turn.wording.text("utter_unknown")
    shown["fields"] = {label: value for label, colon, value in lines if colon and value != unknown}
    if turn.tracker.get_slot("plan"):
        shown["plan_text"] = to_plain_text(show_plan(turn))
    return shown


def _reason(tracker: Tracker) -> str:
    """Returns why the company wants a person: what the bot said before it asked for one."""
    if int(tracker.get_slot("failures") or 0) > 1:
        return "fallback"
    events = list(reversed(tracker.events))
    asked = next((at for at, event in enumerate(events) if _intent(event) == "request_human"), 0)
    for event in events[asked + 1 :]:
        if event.get("event") == "user":
            break
        custom = (event.get("data") or {}).get("custom") or {} if event["event"] == "bot" else {}
        if (custom.get("data") or {}).get("high_risk"):
            return "high_risk"
    return "asked"


def _intent(event: Mapping[str, Any]) -> str | None:
    parsed = event.get("parse_data") or {} if event.get("event") == "user" else {}
    name: str | None = (parsed.get("intent") or {}).get("name")
    return name


def _said(request: HandoffRequest) -> tuple[str, dict[str, str]]:
    """Returns the response for what became of the request, and its values."""
    if request.state == "QUEUED":
        if request.expected_wait_minutes is None:
            return "utter_handoff_queued", {"position": str(request.position)}
        minutes = str(request.expected_wait_minutes)
        return "utter_handoff_queued_wait", {"position": str(request.position), "minutes": minutes}
    if request.state == "CONTACT_FORM" and request.opens_at is None:
        return "utter_handoff_unreachable", {}
    if request.state == "CONTACT_FORM":
        return "utter_handoff_closed", {"hours": desk().hours_line()}
    return "utter_handoff_stored", {}


class ActionAffirm(Action):
    """Takes 「はい」 outside a form as the answer to an offer of a person."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_affirm"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Begins what was offered last, or asks what is wanted."""
        if int(tracker.get_slot("failures") or 0) > 1:
            return [FollowupAction("handoff_form")]
        dispatcher.utter_message(response="utter_anything_else")
        return []
