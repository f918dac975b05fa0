"""Rasa's message processor without its per-step copies.

Same steps, same results; two costs are left out: dask (see `graph_runner`) and deep copies made
for debug lines nobody reads. Trackers come from `tracker_store` (see `light_tracker`).
"""

from __future__ import annotations

import json
import logging
import tarfile
import zlib
from copy import copy
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import (
    MODEL_ARCHIVE_METADATA_FILE,
    LocalModelStorage,
)
from rasa.engine.storage.storage import ModelMetadata
from rasa.exceptions import ModelNotFound
from rasa.model import get_latest_model
from rasa.shared.core.constants import ACTION_EXTRACT_SLOTS
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from conversations.masking import neutral
from conversations.telemetry import UNDERSTAND, stage
from conversations.turn import current_turn
from conversations.turn_records import PROFILE, Understood
from nlu.conversational_moves import entities_of, move_of
from tsunagari.graph_runner import PlainGraphRunner

logger = logging.getLogger(__name__)


# Components replaced by faster ones that read the same models and predict the same.
SUBSTITUTES = {
    "rasa.core.policies.memoization.MemoizationPolicy": (
        "tsunagari.memoization_policy.ReadableMemoizationPolicy"
    ),
    "rasa.core.policies.rule_policy.RulePolicy": "tsunagari.rule_policy.IndexedRulePolicy",
}


class PredictionOnlyStorage(LocalModelStorage):
    """Reads a model's metadata without its training graph.

    Restoring that graph imports every component the training used (validators, importers,
    all recipes), none of which a server needs.
    """

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        path = directory / MODEL_ARCHIVE_METADATA_FILE
        metadata = json.loads(path.read_text(encoding="utf-8"))
        for node in metadata["predict_schema"]["nodes"].values():
            node["uses"] = SUBSTITUTES.get(node["uses"], node["uses"])
        return ModelMetadata.from_dict({**metadata, "train_schema": {"nodes": {}}})


class LightProcessor(MessageProcessor):
    """Processes messages with the plain graph runner and cheap temporary trackers."""

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        path = Path(model_path)
        model_tar = str(path) if path.is_file() else get_latest_model(str(path))
        if not model_tar:
            raise ModelNotFound(f"No model found at path '{model_path}'.")
        with TempDirectoryPath(get_temp_dir_name()) as directory:
            try:
                metadata, runner = loader.load_predict_graph_runner(
                    Path(directory), Path(model_tar), PredictionOnlyStorage, PlainGraphRunner
                )
            except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
                raise ModelNotFound(f"Model {model_path} can not be loaded.") from error
        return Path(model_tar).name, metadata, runner

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        """See `MessageProcessor.parse_message`; without copies for its debug line."""
        if tracker is None:
            tracker = DialogueStateTracker.from_events(message.sender_id, [])
        with stage(UNDERSTAND):
            text, read = message.text, neutral(message.text or "")
        if read != text:
            # Placeholders of masked data say nothing of what is wanted.
            message = copy(message)
            message.text = read
        parsed = self._parse_message_with_graph(message, tracker, only_output_properties)
        if read != text:
            parsed["text"] = text
            if not read:
                # Nothing but personal data: the company told something about itself.
                move = move_of(text)
                name = move.intent if move else "inform"
                parsed["intent"] = {"name": name, "confidence": 1.0}
                parsed["entities"] = entities_of(move, text) if move else []
        self._update_full_retrieval_intent(parsed)
        self._check_for_unseen_features(parsed)
        return parsed

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        # Rasa first compares the whole domain with an empty one; where everything is known
        # there is nothing to warn of, whatever that says.
        intent, known = parse_data["intent"]["name"], self.domain.entities
        if intent in self.domain.intent_properties and all(
            element["entity"] in known for element in parse_data["entities"] or ()
        ):
            return
        super()._check_for_unseen_features(parse_data)

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """See `MessageProcessor.run_action_extract_slots`."""
        extract = self._get_action(ACTION_EXTRACT_SLOTS)
        events = await extract.run(output_channel, self.nlg, tracker, self.domain)
        await self._send_bot_messages(events, tracker, output_channel)
        tracker.update_with_events(events, self.domain)
        return tracker

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        try:
            # The policy's events are discarded when the action refuses to run.
            temporary = tracker.copy()
            temporary.update_with_events(prediction.events, self.domain)
            events = await action.run(output_channel, nlg, temporary, self.domain)
        except ActionExecutionRejection:
            tracker.update(
                ActionExecutionRejected(
                    action.name(), prediction.policy_name, prediction.max_confidence
                )
            )
            return self.should_predict_another_action(action.name())
        self._log_action_on_tracker(tracker, action, events, prediction)
        if any(isinstance(event, UserUttered) for event in events or []):
            tracker = await self.run_action_extract_slots(output_channel, tracker)
        await self.execute_side_effects(events or [], tracker, output_channel)
        return self.should_predict_another_action(action.name())

    def _log_action_on_tracker(
        self,
        tracker: DialogueStateTracker,
        action: Action,
        events: list[Event] | None,
        prediction: PolicyPrediction,
    ) -> None:
        events = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)

    async def save_tracker(self, tracker: DialogueStateTracker) -> None:
        """See `MessageProcessor.save_tracker`; tells the running turn what was understood."""
        turn = current_turn.get()
        if turn is not None:
            turn.understood = understood_of(tracker)
        await super().save_tracker(tracker)

    def is_action_limit_reached(
        self, tracker: DialogueStateTracker, should_predict_another_action: bool
    ) -> bool:
        """See `MessageProcessor.is_action_limit_reached`; looks only at this turn's events."""
        executed = 0
        for event in reversed(tracker.events):
            if isinstance(event, UserUttered):
                break
            executed += isinstance(event, ActionExecuted)
        return should_predict_another_action and executed >= self.max_number_of_predictions

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """Rasa builds a text of all slots for a debug line; nothing to do here."""

    def warm_up(self, text: str) -> dict[str, Any]:
        """Parse one message so that the first visitor does not wait for lazy loading."""
        return self._parse_message_with_graph(UserMessage(text), None)


def understood_of(tracker: DialogueStateTracker) -> Understood:
    """Return what the dialogue made of the latest message, for the turn's record."""
    parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
    intent: dict[str, Any] = parsed.get("intent") or {}
    actions = set()
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and event.action_name:
            actions.add(event.action_name)
    confidence = intent.get("confidence")
    slots = {name: tracker.get_slot(name) for name in PROFILE}
    return Understood(
        intent.get("name"),
        None if confidence is None else float(confidence),
        parsed.get("band"),
        frozenset(actions),
        tracker.active_loop_name,
        {name: str(value) for name, value in slots.items() if value},
    )
