"""Trackers of a small domain, turn by turn."""

from __future__ import annotations

from tsunagari import light_imports

light_imports.install()

from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import (  # noqa: E402
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

DOMAIN = Domain.from_dict(
    {
        "intents": ["inform"],
        "slots": {
            "country": {"type": "text", "mappings": [{"type": "custom"}]},
            "count": {"type": "float", "initial_value": 0.0, "mappings": [{"type": "custom"}]},
            "requested_slot": {"type": "text", "mappings": [{"type": "custom"}]},
        },
        "forms": {"consultation_form": {"required_slots": ["country"]}},
        "actions": ["action_x"],
    }
)


def turn_events(number: int) -> list[Event]:
    return [
        UserUttered(f"{number}回目", {"name": "inform", "confidence": 1.0}, []),
        SlotSet("count", float(number)),
        ActionExecuted("action_x"),
        BotUttered(f"答え{number}"),
        ActionExecuted("action_listen"),
    ]


def add_turn(tracker: DialogueStateTracker, number: int) -> None:
    if not tracker.events:
        tracker.update_with_events(
            [
                ActionExecuted("action_session_start"),
                SessionStarted(),
                ActionExecuted("action_listen"),
            ],
            DOMAIN,
        )
    tracker.update_with_events(turn_events(number), DOMAIN)
