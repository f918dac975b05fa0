"""Rasa's tracker with cheap copies and cheap past states; same contents, same states.

Rasa replays a conversation's events into a new tracker for every executed action and again for
every policy that looks at the past. Here a copy shares what it does not change, reverted events
are worked out only for events that are new, and past states replay only what a state shows.
"""

from __future__ import annotations

import copy
from itertools import islice
from typing import Any, NamedTuple

from rasa.shared.core.constants import ACTIVE_LOOP, PREVIOUS_ACTION, SLOTS, USER
from rasa.shared.core.domain import Domain, State, SubState
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker


class _Applied:
    """The applied (not reverted) events of a tracker, up to some number of its events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.read = 0
        self.last: Event | None = None
        self.loops: set[str] = set()
        self.undone = 0


class _Moment(NamedTuple):
    """What a tracker was right before an action.

    Attributes:
        state: The state as policies see it.
        action: The action before.
        goes_on: The next action follows from a followup or the loop, not from a prediction.
        hidden: The next action is kept from policies that learn from stories only.
    """

    state: State
    action: SubState
    goes_on: bool
    hidden: bool


class _History:
    """The moments of a conversation, replayed with only what a state shows.

    That is the latest message and action, the active loop, and the slots that influence the
    conversation; the replaying tracker keeps no events.
    """

    def __init__(self, tracker: LightTracker, domain: Domain) -> None:
        self.domain = domain
        self._of = tracker._applied_so_far()
        self._undone = self._of.undone
        self._read = 0
        self._moments: list[_Moment] = []
        self._messages: list[tuple[UserUttered, bool | None]] = []
        shown = [slot for slot in tracker.slots.values() if slot.has_features()]
        self._replay = DialogueStateTracker(tracker.sender_id, shown)

    def continues(self, tracker: LightTracker) -> bool:
        """Whether the tracker only went on since, and nothing of before was changed."""
        applied = tracker._applied_so_far()
        if applied is not self._of or applied.undone != self._undone:
            return False
        # Rasa decides after the fact whether a message counts by its words or its intent.
        return all(one.use_text_for_featurization is by_text for one, by_text in self._messages)

    def states(
        self,
        tracker: LightTracker,
        omit_unset_slots: bool,
        ignore_rule_only_turns: bool,
        rule_only_data: dict[str, Any] | None,
    ) -> list[State]:
        """See `Domain.states_for_tracker_history`."""
        if omit_unset_slots and self._replay.slots:
            raise NotImplementedError("only training omits unset slots")
        self._read_on(tracker)
        moments = [*self._moments, self._moment(tracker, False)]
        if not ignore_rule_only_turns:
            # Featurizers take keys out of the newest states: hand out copies.
            return [{name: dict(part) for name, part in one.state.items()} for one in moments]
        return self._without_rule_turns(moments, rule_only_data)

    def _read_on(self, tracker: LightTracker) -> None:
        for event in islice(self._of.events, self._read, None):
            if type(event) is ActionExecuted:
                self._moments.append(self._moment(tracker, event.hide_rule_turn))
                message = self._replay.latest_message
                if not self._messages or self._messages[-1][0] is not message:
                    self._messages.append((message, message.use_text_for_featurization))
            if type(event) is not SlotSet or event.key in self._replay.slots:
                event.apply_to(self._replay)
        self._read = len(self._of.events)

    def _moment(self, tracker: LightTracker, hidden: bool) -> _Moment:
        now, domain = self._replay, self.domain
        state = {
            USER: tracker._user_state(now, domain),
            SLOTS: domain._get_slots_sub_state(now) if now.slots else {},
            PREVIOUS_ACTION: now.latest_action or {},
            ACTIVE_LOOP: domain._get_active_loop_sub_state(now),
        }
        goes_on = bool(now.followup_action) or now.latest_action_name == now.active_loop_name
        return _Moment(domain._clean_state(state), now.latest_action or {}, goes_on, hidden)

    def _without_rule_turns(
        self, moments: list[_Moment], rule_only_data: dict[str, Any] | None
    ) -> list[State]:
        states: list[State] = []
        last_action: SubState | None = None
        turn_hidden = False
        for moment in moments:
            if not turn_hidden:
                last_action = moment.action
            if not moment.goes_on:
                turn_hidden = moment.hidden
            if turn_hidden:
                continue
            state = {name: dict(part) for name, part in moment.state.items()}
            self.domain._remove_rule_only_features(state, rule_only_data)
            if states:
                self.domain._substitute_rule_only_user_input(state, states[-1])
            if last_action:
                state[PREVIOUS_ACTION] = dict(last_action)
            states.append(self.domain._clean_state(state))
        return states


class LightTracker(DialogueStateTracker):
    """A tracker for serving. Slots are replaced when they change, never changed in place."""

    _applied: _Applied | None = None
    _history: _History | None = None
    _user_states: dict[tuple[int, bool | None], tuple[UserUttered, SubState]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._user_states = {}
        super().__init__(*args, **kwargs)

    def copy(self) -> LightTracker:
        """Return a duplicate that shares events and slots but none of the containers.

        Events are immutable in practice; slots are replaced when they are set.
        """
        clone = copy.copy(self)
        clone.events = copy.copy(self.events)
        clone.slots = copy.copy(self.slots)
        clone.active_loop = copy.copy(self.active_loop)
        clone.latest_action = dict(self.latest_action or {})
        clone._applied = clone._history = None
        return clone

    def with_events(self, events: list[Event]) -> LightTracker:
        """Return a copy with more events, as if all of them had been replayed."""
        clone = self.copy()
        for event in events:
            clone.update(event)
        return clone

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key] = copy.copy(self.slots[key])
        super()._set_slot(key, value)

    def _reset_slots(self) -> None:
        for name, slot in list(self.slots.items()):
            if slot.has_been_set or slot.value != slot.initial_value:
                self.slots[name] = copy.copy(slot)
                self.slots[name].reset()

    def applied_events(self) -> list[Event]:
        """See `DialogueStateTracker.applied_events`; reads only the events it has not seen."""
        return list(self._applied_so_far().events)

    def _applied_so_far(self) -> _Applied:
        applied = self._applied
        count = len(self.events)
        if applied is None or not self._continues(applied):
            applied = self._applied = _Applied()
        for event in islice(self.events, applied.read, None):
            if isinstance(event, ActiveLoop) and event.name and event.name not in applied.loops:
                # Rasa knows the names of all loops from the start: what was read before
                # may have to be read otherwise.
                loops = applied.loops | {event.name}
                applied = self._applied = _Applied()
                applied.loops = loops
                return self._applied_so_far()
            self._apply(event, applied)
        applied.read = count
        applied.last = self.events[-1] if count else None
        return applied

    def _continues(self, applied: _Applied) -> bool:
        if not applied.read:
            return True
        return applied.read <= len(self.events) and self.events[applied.read - 1] is applied.last

    def _apply(self, event: Event, applied: _Applied) -> None:
        kind = type(event)
        if kind is Restarted or kind is SessionStarted:
            applied.undone += 1
            applied.events = []
        elif kind is ActionReverted:
            applied.undone += 1
            self._undo_till_previous(ActionExecuted, applied.events)
        elif kind is UserUtteranceReverted:
            applied.undone += 1
            self._undo_till_previous(UserUttered, applied.events)
            self._undo_till_previous(ActionExecuted, applied.events)
        elif (
            kind is ActionExecuted
            and event.action_name in applied.loops
            and not self._first_loop_execution_or_unhappy_path(event.action_name, applied.events)
        ):
            applied.undone += 1
            self._undo_till_previous_loop_execution(event.action_name, applied.events)
        else:
            applied.events.append(event)

    def _user_state(self, replay: DialogueStateTracker, domain: Domain) -> SubState:
        message = replay.latest_message
        if message is None or message.is_empty():
            return {}
        key = (id(message), message.use_text_for_featurization)
        known = self._user_states.get(key)
        if known is None:
            # Kept with its message, so that no other message gets this id.
            known = message, domain._get_user_sub_state(replay)
            self._user_states[key] = known
        return known[1]

    def past_states(
        self,
        domain: Domain,
        omit_unset_slots: bool = False,
        ignore_rule_only_turns: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        """See `DialogueStateTracker.past_states`; works out only what is new since last time."""
        history = self._history
        if history is None or history.domain is not domain or not history.continues(self):
            history = self._history = _History(self, domain)
        return history.states(self, omit_unset_slots, ignore_rule_only_turns, rule_only_data)
