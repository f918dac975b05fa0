from __future__ import annotations

import copy
import random
from typing import Any

from tsunagari import light_imports

light_imports.install()

from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import (  # noqa: E402
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

from tsunagari.light_tracker import LightTracker  # noqa: E402

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet, inform]
entities: [place, {thing: {influence_conversation: false}}]
slots:
  place: {type: text, influence_conversation: true, mappings: [{type: custom}]}
  note: {type: text, influence_conversation: false, mappings: [{type: custom}]}
actions: [action_a]
forms:
  form_a: {required_slots: [place]}
  form_b: {required_slots: [note]}
"""
)
ACTIONS = ["action_listen", "action_a", "form_a", "form_b"]


def random_event(chance: random.Random) -> Event:
    kind = chance.randrange(14)
    if kind < 4:
        return ActionExecuted(chance.choice(ACTIONS), hide_rule_turn=chance.random() < 0.4)
    if kind < 6:
        intent = {"name": chance.choice(["greet", "inform"]), "confidence": 1.0}
        entities: list[dict[str, Any]] = [{"entity": "place", "value": "x"}, {"entity": "thing"}]
        chosen = chance.sample(entities, chance.randrange(3))
        return UserUttered("hello", intent, chosen)
    return [
        lambda: ActiveLoop(chance.choice(["form_a", "form_b", None])),
        lambda: SlotSet(chance.choice(["place", "note"]), chance.choice(["x", None])),
        lambda: DefinePrevUserUtteredFeaturization(chance.random() < 0.3),
        lambda: ActionExecutionRejected(chance.choice(["form_a", "form_b"])),
        lambda: LoopInterrupted(True),
        lambda: chance.choice([BotUttered("hi"), FollowupAction("action_a"), AllSlotsReset()]),
        lambda: chance.choice([UserUtteranceReverted(), ActionReverted(), BotUttered("hm")]),
        lambda: (
            chance.choice([Restarted(), SessionStarted()])
            if chance.random() < 0.2
            else (FollowupAction("form_a"))
        ),
    ][kind - 6]()


def state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    loop = tracker.active_loop
    return {
        "slots": tracker.current_slot_values(),
        "set": {name: slot.has_been_set for name, slot in tracker.slots.items()},
        "loop": vars(loop) if loop else None,
        "action": tracker.latest_action,
        "followup": tracker.followup_action,
        "events": list(tracker.events),
    }


def test_states_and_applied_events_are_those_of_rasas_tracker() -> None:
    chance = random.Random(11)
    for _ in range(60):
        stock = DialogueStateTracker("one", DOMAIN.slots)
        light = LightTracker("one", DOMAIN.slots)
        for _ in range(chance.randrange(5, 40)):
            event = random_event(chance)
            stock.update(copy.deepcopy(event))
            light.update(event)
            assert light.applied_events() == stock.applied_events()
            assert state_of(light) == state_of(stock)
            for hidden in (False, True):
                data = {"rule_only_slots": ["place"], "rule_only_loops": ["form_b"]}
                expected = stock.past_states(DOMAIN, False, hidden, data)
                assert light.past_states(DOMAIN, False, hidden, data) == expected


def test_what_is_handed_out_may_be_changed() -> None:
    tracker = LightTracker("one", DOMAIN.slots)
    tracker.update(ActionExecuted("action_listen"))
    tracker.update(UserUttered("hello", {"name": "greet"}))
    tracker.past_states(DOMAIN)[-1]["user"].clear()
    tracker.applied_events().clear()
    assert tracker.past_states(DOMAIN)[-1]["user"]["intent"] == "greet"
    assert len(tracker.applied_events()) == 2


def test_a_copy_and_its_original_change_apart() -> None:
    tracker = LightTracker("one", DOMAIN.slots)
    tracker.update_with_events([SlotSet("note", "old"), ActiveLoop("form_a")], DOMAIN)
    before = copy.deepcopy(state_of(tracker))
    clone = tracker.copy()
    clone.update_with_events(
        [SlotSet("note", "new"), ActionExecutionRejected("form_a"), AllSlotsReset()], DOMAIN
    )
    assert state_of(tracker) == before
    assert clone.get_slot("note") is None
    more = tracker.with_events([SlotSet("note", "more")])
    assert (more.get_slot("note"), tracker.get_slot("note")) == ("more", "old")
