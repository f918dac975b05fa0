"""Rasa's RulePolicy with an index over its rules; same predictions, fewer comparisons.

The stock policy compares every learned rule with every state of the history, several times a
turn. A rule can only apply when its last state agrees with the newest state on the previous
action and on the intent, so those two select the few rules worth comparing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    PREVIOUS_ACTION,
    SHOULD_NOT_BE_SET,
    USER,
)
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

_Key = tuple[str | None, str | None]


class _RuleIndex:
    """Rules by the previous action and intent their last state asks for (None: any).

    Attributes:
        follows_words: Whether a rule may follow from the words of a message instead of its intent.
    """

    def __init__(self, lookup: dict[str, str]) -> None:
        self.lookup = lookup
        self.size = len(lookup)
        self.starters: list[str] = []
        self.by_state: dict[_Key, list[str]] = defaultdict(list)
        for rule in lookup:
            state = RulePolicy._rule_key_to_state(rule)[-1]
            if not state.get(PREVIOUS_ACTION):
                self.starters.append(rule)
            else:
                self.by_state[_asked(state)].append(rule)
        heard = {(None, None), (ACTION_LISTEN_NAME, None)}
        self.follows_words = bool(self.starters) or not heard.isdisjoint(self.by_state)

    def candidates(self, state: State) -> list[str]:
        """Return every rule whose last state may agree with a conversation's newest state."""
        if not state.get(PREVIOUS_ACTION):
            return self.starters
        action, intent = _asked(state)
        keys: set[_Key] = {(action, intent), (action, None), (None, intent), (None, None)}
        return [rule for key in keys for rule in self.by_state.get(key, ())]


def _asked(state: State) -> _Key:
    def plain(value: Any) -> str | None:
        return value if isinstance(value, str) and value and value != SHOULD_NOT_BE_SET else None

    return (
        plain(state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)),
        plain(state.get(USER, {}).get(INTENT)),
    )


class IndexedRulePolicy(RulePolicy):
    """RulePolicy for serving; training and stored models are the stock policy's."""

    _indices: tuple[_RuleIndex, ...] = ()

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input and not self._index(self.lookup[RULES]).follows_words:
            # Rasa asks first by the words of the message, then by its intent.
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        if not states:
            return set(lookup)
        candidates = self._index(lookup).candidates(states[-1])
        return super()._get_possible_keys(dict.fromkeys(candidates, ""), states)

    def _index(self, lookup: dict[str, str]) -> _RuleIndex:
        for index in self._indices:
            if index.lookup is lookup and index.size == len(lookup):
                return index
        index = _RuleIndex(lookup)
        kept = tuple(known for known in self._indices if known.lookup is not lookup)
        self._indices = (*kept, index)
        return index

    def format_tracker_states(self, states: list[State]) -> list[State]:
        """Rasa formats and deep-copies all states for a debug line; nothing to do here."""
        return []
