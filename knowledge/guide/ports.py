"""What the guide needs from the knowledge store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from knowledge.schema import Kind, Record, SlotValue


class GuideStore(Protocol):
    """The part of :class:`knowledge.store.Store` the guide reads, once, when it starts."""

    def record(self, record_id: str) -> Record:
        """Returns a record; raises KeyError when there is none."""

    def records(self, kind: Kind | None = None) -> Sequence[Record]:
        """Returns all records, or those of one kind."""

    def slot_values(self, slot: str) -> Sequence[SlotValue]:
        """Returns the vocabulary of a slot of the profile."""

    def prefecture_of(self, city: str) -> tuple[str, ...]:
        """Returns the prefectures that have a municipality of this name."""

    def block_of(self, prefecture: str) -> str | None:
        """Returns the hub record of the bureau in charge of a prefecture."""

    def is_oda_country(self, country_id: str) -> bool | None:
        """Tells whether a country receives ODA; None where the knowledge does not say."""
