from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from tsunagari import light_imports

light_imports.install()

import rasa.core.actions.action as rasa_actions  # noqa: E402
from rasa.core.nlg import TemplatedNaturalLanguageGenerator  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from rasa_sdk import Action, Tracker  # noqa: E402
from rasa_sdk.events import SlotSet as SdkSlotSet  # noqa: E402

from channels.collector import TurnCollector  # noqa: E402
from tsunagari import in_process_actions  # noqa: E402

DOMAIN = Domain.from_dict(
    {
        "intents": ["inform"],
        "entities": ["country"],
        "slots": {"country": {"type": "text", "mappings": [{"type": "custom"}]}},
        "responses": {"utter_x": [{"text": "定型 {country}"}]},
        "actions": ["action_probe", "action_missing"],
    }
)


class Probe(Action):
    seen: dict[str, Any] = {}  # noqa: RUF012

    def name(self) -> str:
        return "action_probe"

    async def run(self, dispatcher: Any, tracker: Tracker, domain: dict[str, Any]) -> Any:
        Probe.seen = {
            "slot": tracker.get_slot("country"),
            "text": tracker.latest_message["text"],
            "entity": next(tracker.get_latest_entity_values("country"), None),
            "events": [event["event"] for event in tracker.events],
            "channel": tracker.get_latest_input_channel(),
            "slots_to_validate": tracker.slots_to_validate(),
            "domain": domain["intents"],
        }
        dispatcher.utter_message(
            text="答え",
            buttons=[{"title": "はい", "payload": "/affirm"}],
            json_message={"lead": "x"},
        )
        dispatcher.utter_message(response="utter_x")
        return [SdkSlotSet("country", "country.thailand")]


@pytest.fixture
def package() -> Iterator[str]:
    module = types.ModuleType("probe_actions")
    sys.modules["probe_actions"] = module
    real = rasa_actions.RemoteAction
    previous = in_process_actions._registry
    in_process_actions.install("probe_actions")
    yield "probe_actions"
    in_process_actions._registry = previous
    rasa_actions.RemoteAction = real
    del sys.modules["probe_actions"]


@pytest.fixture
def tracker() -> DialogueStateTracker:
    return DialogueStateTracker.from_events(
        "c",
        [
            UserUttered(
                "ベトナム",
                {"name": "inform", "confidence": 1.0},
                [{"entity": "country", "value": "country.vietnam"}],
                input_channel="rest",
            ),
            SlotSet("country", "country.vietnam"),
        ],
        DOMAIN.slots,
    )


async def test_an_action_sees_and_returns_what_it_would_over_http(
    package: str, tracker: DialogueStateTracker
) -> None:
    action = rasa_actions.action_for_name_or_text("action_probe", DOMAIN, None)
    collector = TurnCollector("rest")
    generator = TemplatedNaturalLanguageGenerator(DOMAIN.responses)
    events = await action.run(collector, generator, tracker, DOMAIN)

    served = Tracker.from_dict(tracker.current_state(rasa_actions_verbosity()))
    assert Probe.seen == {
        "slot": served.get_slot("country"),
        "text": "ベトナム",
        "entity": "country.vietnam",
        "events": [event["event"] for event in served.events],
        "channel": "rest",
        "slots_to_validate": served.slots_to_validate(),
        "domain": ["inform"],
    }
    assert isinstance(events[0], BotUttered)
    assert events[0].message()["buttons"] == [{"title": "はい", "payload": "/affirm"}]
    assert events[0].message()["custom"] == {"lead": "x"}
    assert events[1].text == "定型 country.vietnam"
    assert events[2] == SlotSet("country", "country.thailand")

    for event in events[:2]:
        await collector.send_response("c", event.message())
    assert [set(message) for message in collector.messages] == [
        {"text", "buttons", "custom"},
        {"text"},
    ]


def rasa_actions_verbosity() -> Any:
    from rasa.shared.core.trackers import EventVerbosity

    return EventVerbosity.ALL


async def test_an_unknown_action_is_an_error_not_silence(
    package: str, tracker: DialogueStateTracker
) -> None:
    action = rasa_actions.action_for_name_or_text("action_missing", DOMAIN, None)
    with pytest.raises(KeyError, match="action_missing"):
        await action.run(TurnCollector("rest"), None, tracker, DOMAIN)


def test_an_actions_changes_to_its_view_do_not_reach_the_tracker(
    tracker: DialogueStateTracker,
) -> None:
    view = in_process_actions.sdk_tracker(tracker)
    view.slots["country"] = "changed"
    view.add_slots([SdkSlotSet("country", "x")])
    assert tracker.get_slot("country") == "country.vietnam"
    assert len(tracker.events) == 2
    assert view.copy().events == [event.as_dict() for event in tracker.events] + [
        SdkSlotSet("country", "x")
    ]
