"""Custom actions run inside the server: no HTTP hop, no serialised tracker, no re-validation.

Rasa calls custom actions over HTTP and checks every reply against a JSON schema. `install`
replaces that executor by one that calls the same `rasa_sdk` actions directly with a cheap
`rasa_sdk.Tracker`. The stock action server runs them unchanged (`rasa run actions`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, MutableSequence
from functools import lru_cache
from typing import Any, cast, overload

import rasa.core.actions.action as rasa_actions
import rasa.core.actions.forms as rasa_forms
from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection as SdkRejection
from rasa_sdk.utils import call_potential_coroutine

from conversations.telemetry import ACT, stage
from tsunagari.events import read_events
from tsunagari.light_tracker import LightTracker


class LazyEvents(MutableSequence[dict[str, Any]]):
    """A tracker's events as the SDK shows them, converted only when an action looks at one."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._items: list[Any] = list(events)

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self._items)))]
        item = self._items[index]
        if not isinstance(item, dict):
            item = self._items[index] = item.as_dict()
        return cast("dict[str, Any]", item)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[index] for index in range(len(self._items)))

    def __setitem__(self, index: Any, value: Any) -> None:
        self._items[index] = value

    def __delitem__(self, index: Any) -> None:
        del self._items[index]

    def insert(self, index: int, value: dict[str, Any]) -> None:
        """See `list.insert`."""
        self._items.insert(index, value)

    def __deepcopy__(self, memo: dict[int, Any]) -> list[dict[str, Any]]:
        return copy.deepcopy(list(self), memo)


def sdk_tracker(tracker: DialogueStateTracker) -> Tracker:
    """Build the SDK's view of a tracker without serialising its history."""
    latest = tracker.latest_message
    message = {**latest.parse_data, "entities": latest.entities} if latest else {}
    loop = tracker.active_loop
    return Tracker(
        tracker.sender_id,
        tracker.current_slot_values(),
        message,
        cast("list[dict[str, Any]]", LazyEvents(tracker.events)),
        tracker.is_paused(),
        tracker.followup_action,
        dict(vars(loop)) if loop else {},
        tracker.latest_action_name,
    )


class ActionRegistry:
    """The actions of one package, found the way the action server finds them."""

    def __init__(self, package: str) -> None:
        self._executor = ActionExecutor()
        self._executor.register_package(package)
        self._domains: dict[int, dict[str, Any]] = {}

    def names(self) -> set[str]:
        """Names of all registered actions."""
        return set(self._executor.actions)

    def domain_dict(self, domain: Domain) -> dict[str, Any]:
        """Return the domain as actions see it, converted once per loaded model."""
        key = id(domain)
        if key not in self._domains:
            self._domains = {key: domain.as_dict()}
        return self._domains[key]

    async def run(
        self, name: str, tracker: DialogueStateTracker, domain: Domain
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Run one action.

        Returns:
            Events and responses as the action server would have sent them.

        Raises:
            KeyError: No such action in the package.
            ActionExecutionRejection: The action refuses to run now.
        """
        action = self._executor.actions.get(name)
        if action is None:
            raise KeyError(f"No custom action named '{name}' in the actions package")
        dispatcher = CollectingDispatcher()
        try:
            with stage(ACT, action=name):
                result = await call_potential_coroutine(
                    action(dispatcher, sdk_tracker(tracker), self.domain_dict(domain))
                )
        except SdkRejection as rejection:
            raise ActionExecutionRejection(rejection.action_name, str(rejection)) from rejection
        return list(result or []), dispatcher.messages


_registry: ActionRegistry | None = None


class InProcessAction(RemoteAction):
    """Stands where Rasa would make an HTTP call to the action server."""

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """See `rasa.core.actions.action.Action.run`."""
        if _registry is None:
            raise RuntimeError("in_process_actions.install() has not been called")
        events, responses = await _registry.run(self.name(), tracker, domain)
        uttered = await self._utter_responses(responses, output_channel, nlg, tracker)
        return [*uttered, *read_events(events)]


_default_actions = rasa_actions.default_actions
_replayed_tracker = rasa_forms.FormAction._temporary_tracker


def _temporary_tracker(
    form: rasa_forms.FormAction,
    tracker: DialogueStateTracker,
    events: list[Event],
    domain: Domain,
) -> DialogueStateTracker:
    """Stand in for `FormAction._temporary_tracker`, which replays the whole conversation."""
    if not isinstance(tracker, LightTracker) or tracker.idx_after_latest_restart():
        return _replayed_tracker(form, tracker, events, domain)
    requested = SlotSet(REQUESTED_SLOT, form.get_slot_to_fill(tracker))
    return tracker.with_events([requested, ActionExecuted(form.name()), *events])


def install(package: str) -> ActionRegistry:
    """Make Rasa run custom actions of `package` in this process.

    Slot mappings and plain custom actions look the executor up in one module, forms in another.
    """
    global _registry
    _registry = ActionRegistry(package)
    rasa_actions.RemoteAction = rasa_forms.RemoteAction = InProcessAction
    rasa_forms.FormAction._temporary_tracker = _temporary_tracker
    # Rasa makes its twelve stateless actions anew for each look-up of one.
    rasa_actions.default_actions = lru_cache(maxsize=1)(_default_actions)
    return _registry


__all__ = ["Action", "ActionRegistry", "InProcessAction", "LazyEvents", "install", "sdk_tracker"]
