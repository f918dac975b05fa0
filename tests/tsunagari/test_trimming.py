"""A tracker cut short goes on as the long one would."""

from __future__ import annotations

import pytest

from tests.tsunagari.trackers import DOMAIN, add_turn
from tsunagari import light_imports

light_imports.install()

from rasa.shared.core.events import (  # noqa: E402
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

from tsunagari.trimming import KEEP_TURNS, trimmed_events  # noqa: E402


def long_tracker(*extra: Event) -> DialogueStateTracker:
    tracker = DialogueStateTracker("c", DOMAIN.slots)
    add_turn(tracker, 1)
    tracker.update_with_events(list(extra), DOMAIN)
    for number in range(2, 12):
        add_turn(tracker, number)
    return tracker


@pytest.mark.parametrize(
    "extra",
    [
        [],
        [SlotSet("country", "ベトナム")],
        [SlotSet("country", "ベトナム"), SlotSet("country", None)],
        [
            ActionExecuted("consultation_form"),
            ActiveLoop("consultation_form"),
            SlotSet("requested_slot", "country"),
        ],
        [ConversationPaused()],
    ],
)
def test_trimming_keeps_the_state(extra: list[Event]) -> None:
    tracker = long_tracker(*extra)
    events = trimmed_events(tracker, DOMAIN)
    assert len(events) < len(tracker.events)
    kept = sum(isinstance(e, UserUttered) for e in events)
    # The message that started the active form stays as well.
    assert kept == KEEP_TURNS + any(isinstance(e, ActiveLoop) for e in extra)
    trimmed = DialogueStateTracker.from_events("c", events, DOMAIN.slots)
    assert trimmed.current_slot_values() == tracker.current_slot_values()
    assert trimmed.active_loop_name == tracker.active_loop_name
    assert trimmed.is_paused() == tracker.is_paused()
    assert trimmed.latest_action_name == tracker.latest_action_name
    assert trimmed.latest_message == tracker.latest_message
    # The states policies look at are the same as far back as they look.
    looked_at = 2 * KEEP_TURNS
    assert trimmed.past_states(DOMAIN)[-looked_at:] == tracker.past_states(DOMAIN)[-looked_at:]
