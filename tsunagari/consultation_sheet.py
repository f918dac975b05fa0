"""The consultation sheet beside the chat: the dialogue's profile slots as a form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from rasa.shared.core.events import SlotSet

from actions.profile_slots import PROFILE_SLOTS, label_of, profile_of
from actions.profile_updates import read_update
from actions.resources import Knowledge
from actions.turn import Clause
from actions.wording import Wording
from conversations.masking import mask
from conversations.ports import Act, InvalidValueError
from conversations.wording import wording
from knowledge.store import Store
from tsunagari.tracker_store import SnapshotTrackerStore

_CORRECT = "correct"
_REOPEN = "reopen_slot"
_LONGEST_VALUE = 40
_MUNICIPAL_SUFFIXES = ("", "区", "町", "村")
_OPEN_SLOTS = frozenset({"city", "business"})


class ConsultationSheet:
    """Reads the profile out of the dialogue state, and changes it by a turn of its own.

    See `conversations.ports.SheetView`.
    """

    def __init__(
        self,
        trackers: SnapshotTrackerStore,
        knowledge: Callable[[], Knowledge],
        responses: dict[str, Any],
    ) -> None:
        """Create a sheet.

        Args:
            trackers: Hold the profile.
            knowledge: Opens store and guide, when the sheet is first looked at.
            responses: Responses of the domain, for the names of the fields.
        """
        self._trackers = trackers
        self._open_knowledge = knowledge
        labels = Wording({"responses": responses})
        self._labels = {slot: labels.text(f"utter_slot_{slot}") for slot in PROFILE_SLOTS}

    def read(self, conversation_id: str) -> dict[str, Any]:
        """Return the sheet as the dialogue knows it now."""
        tracker = self._trackers.peek(conversation_id)
        profile = profile_of(tracker.current_slot_values() if tracker else {})
        fields = []
        for slot in PROFILE_SLOTS:
            value = profile.value(slot)
            shown: dict[str, Any] = {
                "id": slot,
                "label": self._labels[slot],
                "value": value,
                "editable": True,
                "declined": slot in profile.declined,
            }
            if slot in self._options:
                shown["options"] = self._offered(slot, value)
            fields.append(shown)
        return {
            "fields": fields,
            "complete": self._knowledge.guide.next_question(profile) is None,
        }

    def edit(self, field: str, value: str | None) -> Act:
        """Return the act that corrects a field."""
        label = self._labels[field]
        if value is None:
            payload = {"profile_slot": field}
            return Act(f"/{_REOPEN}{_json(payload)}", wording("sheet_taken_back", slot=label))
        return self._correction({field: value})

    def edit_all(self, changes: Mapping[str, str | None]) -> Sequence[Act]:
        """Return one act for all corrections, and one for each field taken back."""
        taken_back = [self.edit(field, None) for field, value in changes.items() if value is None]
        corrected = {field: value for field, value in changes.items() if value is not None}
        return [*taken_back, self._correction(corrected)] if corrected else taken_back

    def edits(self, payload: str) -> bool:
        """Return whether an act's payload is a change of the sheet."""
        return payload.startswith((f"/{_CORRECT}{{", f"/{_REOPEN}{{"))

    async def apply(self, conversation_id: str, payload: str) -> dict[str, str | None]:
        """Change the sheet as the bot would, without asking it.

        See `conversations.ports.SheetView`.
        """
        intent, _, told = payload.removeprefix("/").partition("{")
        entities = json.loads("{" + told)
        tracker = await self._trackers.get_or_create_tracker(conversation_id)
        profile = profile_of(tracker.current_slot_values())
        named = tuple({"entity": name, "value": value} for name, value in entities.items())
        clause = Clause("", intent, named)
        reopened = entities.get("profile_slot")
        update = read_update((clause,), profile, self._store, None, reopened)
        for name, value in update.values.items():
            tracker.update(SlotSet(name, value))
        if update.declined != profile.declined:
            tracker.update(SlotSet("declined", sorted(update.declined)))
        if update.values:
            await self._trackers.save(tracker)
        return {
            self._labels[name]: label_of(self._store, name, value) if value else None
            for name, value in update.values.items()
        }

    def _correction(self, values: dict[str, str]) -> Act:
        checked = {field: self._checked(field, value) for field, value in values.items()}
        shown = [
            wording(
                "sheet_edited",
                slot=self._labels[field],
                value=label_of(self._store, field, value),
            )
            for field, value in checked.items()
        ]
        return Act(f"/{_CORRECT}{_json(checked)}", "、".join(shown))

    def forget(self, _exchanged: Knowledge) -> None:
        """Forget what was kept of a knowledge that was exchanged."""
        self.__dict__.pop("_options", None)

    @property
    def _knowledge(self) -> Knowledge:
        return self._open_knowledge()

    @property
    def _store(self) -> Store:
        return self._knowledge.store

    @cached_property
    def _options(self) -> dict[str, list[dict[str, str]]]:
        return {
            slot: [{"value": one.id, "label": one.label} for one in self._store.slot_values(slot)]
            for slot in PROFILE_SLOTS
            if slot not in _OPEN_SLOTS
        }

    def _offered(self, slot: str, value: str | None) -> list[dict[str, str]]:
        options = self._options[slot]
        if value is None or any(one["value"] == value for one in options):
            return options
        # A region the company named stands for several prefectures.
        return [*options, {"value": value, "label": label_of(self._store, slot, value)}]

    def _checked(self, slot: str, value: str) -> str:
        value = " ".join(value.split())
        if slot == "city":
            return self._municipality(value)
        if slot in _OPEN_SLOTS:
            if len(value) > _LONGEST_VALUE:
                raise InvalidValueError(wording("sheet_too_long", limit=_LONGEST_VALUE))
            # What is typed into the sheet goes the same way as what is typed in the chat.
            return mask(value).text
        if not any(one["value"] == value for one in self._options[slot]):
            raise InvalidValueError
        return value

    def _municipality(self, name: str) -> str:
        for suffix in _MUNICIPAL_SUFFIXES:
            found = self._store.municipality(name + suffix)
            if found is not None:
                return found.name
        raise InvalidValueError(wording("sheet_unknown_city"))


def _json(entities: dict[str, str]) -> str:
    return json.dumps(entities, ensure_ascii=False)
