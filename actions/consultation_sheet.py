"""The consultation sheet (相談カルテ), and the choice of what to change in it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledgement import slot_label
from actions.phrases import phrase
from actions.profile_slots import ASKED_SLOTS, PROFILE_SLOTS, label_of
from actions.rendering import choice, say
from actions.turn import Turn, turn_of
from actions.unanswerable import unanswerable
from answers import Answer, Point
from conversations.ports import sheet_offer


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
        turn = turn_of(tracker, domain)
        refused = unanswerable(turn.clauses[-1], turn)
        if refused is not None:
            # 「昨日来た人の相談カルテ」 is not the company's own.
            say(dispatcher, refused)
            return []
        sheet = show_sheet(turn)
        by_mail = "by_mail" in turn.clauses[-1].values("move")
        offer = sheet_offer(tracker.sender_id) or (phrase("sheet_by_mail") if by_mail else "")
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
