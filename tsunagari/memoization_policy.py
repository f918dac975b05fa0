"""Rasa's MemoizationPolicy with readable keys; same predictions, no compression per turn."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker


class ReadableMemoizationPolicy(MemoizationPolicy):
    """MemoizationPolicy for serving; training and stored models are the stock policy's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.config["enable_feature_string_compression"]:
            self.lookup: dict[str, str] = {
                zlib.decompress(base64.b64decode(key)).decode(): action
                for key, action in self.lookup.items()
            }

    def _create_feature_key(self, states: list[State]) -> str | None:
        return json.dumps(states, sort_keys=True).replace('"', "") if states else None

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """See `MemoizationPolicy.predict_action_probabilities`."""
        states = self._prediction_states(tracker, domain, rule_only_data=rule_only_data)
        action = self.recall(states, tracker, domain, rule_only_data=rule_only_data)
        if action is None:
            return self._prediction(self._default_predictions(domain))
        return self._prediction(self._prediction_result(action, tracker, domain))
