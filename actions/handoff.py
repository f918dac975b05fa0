"""「担当者につないで」: wish, consent and consultation sheet for a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.consultation import show_sheet
from actions.plan import show_plan
from actions.turn import Turn, turn_of
from actions.wording import Wording
from answers import to_plain_text
from conversations.ports import HandoffRequest, desk, handoff_terms

_CALLS_OFF = re.compile(
    r"^(やっぱり|もう)?[、\s]*"
    r"(やめ(る|ます|とく|ておく|て)|キャンセル|結構です|いいです|(いい|ええ|大丈夫)(わ|や|よ|です)?[。！!\s]*$)"
    r"|(助かった|助かりました|解決(した|しました)|分かった|わかった)(わ|よ|です)?[。！!\s]*$"
)
_REFUSES = frozenset({"deny", "goodbye", "start_over"})
#: Says nothing a person could take up: 「ありがとう」「はい、お願いします」.
_NO_WISH = frozenset({"thank", "affirm", "greet"})
_LONGEST_ACKNOWLEDGEMENT = 20


class ValidateHandoffForm(FormValidationAction):
    """Checks the wish and the consent."""

    def name(self) -> str:
        """Name in the domain."""
        return "validate_handoff_form"

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
        if intent in _REFUSES or _CALLS_OFF.search(str(value)):
            return {"handoff_wish": "", "handoff_consent": False}
        said = str(value).strip()
        if intent in _NO_WISH and len(said) <= _LONGEST_ACKNOWLEDGEMENT:
            misses = dict(tracker.get_slot("misses") or {})
            if not misses.get("handoff_wish"):
                # Asked once more; who only nods again simply wants to speak with somebody.
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
        dispatcher.utter_message(
            response="utter_ask_handoff_form_handoff_consent",
            sheet=to_plain_text(show_sheet(turn)),
            wish=tracker.get_slot("handoff_wish") or "",
            terms=handoff_terms(),
            hours=desk().hours_line(),
            json_message={"kind": "question", "slot": "handoff_consent"},
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
