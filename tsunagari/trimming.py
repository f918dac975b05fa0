"""Shortening a tracker's history to an equivalent one.

Rasa replays and re-featurises a conversation's whole history at every step, so a turn costs
more the longer the conversation gets. Policies look back a few turns only; what came before
matters through its outcome: slots, the active form, a pause. `trimmed_events` keeps the last
turns as they were and replaces everything earlier by a session start that sets that outcome.
"""

from __future__ import annotations

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

KEEP_TURNS = 4
"""User turns kept as they were; longer than the `max_history` of any policy in config.yml."""

TRIM_TURNS = 6
"""A history is shortened once it holds more user turns than this."""


def needs_trimming(tracker: DialogueStateTracker) -> bool:
    """Whether the history has grown past `TRIM_TURNS` user turns."""
    return sum(type(event) is UserUttered for event in tracker.events) > TRIM_TURNS


def trimmed_events(tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """Return a shorter event list that leads to the same state.

    Args:
        tracker: Between two turns (its last action is `action_listen`).
        domain: The model's domain, for the slots' initial values.
    """
    events = list(tracker.events)
    turns = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= KEEP_TURNS:
        return events
    cut = turns[-KEEP_TURNS]
    earlier = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], domain.slots)
    time = events[cut - 1].timestamp if cut else events[cut].timestamp
    return [*_outcome(earlier, domain, time), *events[cut:]]


def _loop_trigger(tracker: DialogueStateTracker) -> list[Event]:
    """Return the user turn that started the active form; policies still see it."""
    started = False
    for event in reversed(tracker.events):
        started = started or (isinstance(event, ActiveLoop) and event.name is not None)
        if started and isinstance(event, UserUttered):
            listen = ActionExecuted(ACTION_LISTEN_NAME, timestamp=event.timestamp)
            return [listen, event]
    return []


def _outcome(tracker: DialogueStateTracker, domain: Domain, time: float) -> list[Event]:
    initial = {slot.name: slot.initial_value for slot in domain.slots}
    head: list[Event] = [
        ActionExecuted(ACTION_SESSION_START_NAME, timestamp=time),
        SessionStarted(timestamp=time),
    ]
    loop = tracker.active_loop if tracker.active_loop_name else None
    if loop is not None:
        head += [
            *_loop_trigger(tracker),
            ActionExecuted(loop.name, timestamp=time),
            ActiveLoop(loop.name, timestamp=time),
        ]
    head += [
        SlotSet(name, slot.value, timestamp=time)
        for name, slot in tracker.slots.items()
        if slot.value != initial.get(name)
    ]
    if loop is not None and loop.rejected:
        head.append(ActionExecutionRejected(loop.name, timestamp=time))
    head.append(ActionExecuted(ACTION_LISTEN_NAME, timestamp=time))
    if tracker.is_paused():
        head.append(ConversationPaused(timestamp=time))
    return head
