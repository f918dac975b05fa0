"""The company profile as Rasa slots: reading it, and naming its values."""

from __future__ import annotations

from typing import Any

from knowledge.guide import Profile
from knowledge.guide.profile import PREFECTURE_SEPARATOR
from knowledge.store import Store

PROFILE_SLOTS = (
    "prefecture",
    "city",
    "business",
    "industry",
    "country",
    "purpose",
    "stage",
    "applicant",
)
_VOCABULARY = frozenset({"prefecture", "industry", "country", "purpose", "stage", "applicant"})
#: Rasa's slot that names what the form waits for.
REQUESTED_SLOT = "requested_slot"
ASKED_SLOTS = ("prefecture", "city", "business", "country", "purpose", "stage", "applicant")


def profile_of(slots: dict[str, Any]) -> Profile:
    """Reads the profile from a tracker's slots.

    Args:
        slots: Slot name to value.
    """
    return Profile(
        **{name: slots.get(name) for name in PROFILE_SLOTS},
        declined=frozenset(slots.get("declined") or ()),
        excluded=frozenset(slots.get("excluded") or ()),
    )


def label_of(store: Store, slot: str, value: str) -> str:
    """Returns how a slot's value is shown: its Japanese label, or the value itself."""
    if slot in _VOCABULARY:
        option = store.slot_value(slot, value)
        if option:
            return option.label
    if slot == "prefecture":
        for region in store.regions():
            if PREFECTURE_SEPARATOR.join(region.prefectures) == value:
                return region.label
    return value


def describe(store: Store, profile: Profile) -> list[str]:
    """Words the known parts of a profile in the order they are told.

    The city stands for its prefecture's detail and the company's own words stand for
    its industry, so that nothing is said twice.
    """
    words = []
    for slot in PROFILE_SLOTS:
        value = getattr(profile, slot)
        if value is None or (slot == "industry" and profile.business):
            continue
        words.append(label_of(store, slot, value))
    return words
