"""Adds up the conditions of all records and orders what is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from knowledge.guide.findings import Cell, Finding
from knowledge.guide.industries import IndustryReader
from knowledge.guide.matching import Matcher, is_refused
from knowledge.guide.ports import GuideStore
from knowledge.guide.profile import Profile
from knowledge.guide.settings import Rules, Weights
from knowledge.schema import Kind, Record
from knowledge.validity import holds

HUBS, SCHEMES, DESKS = LISTS = ("hubs", "schemes", "desks")

#: Points and barriers of all records under one group of conditions.
Column = tuple[tuple[float, int], ...]


class Situation(NamedTuple):
    """A profile reduced to the arguments of the five groups of conditions."""

    place: tuple[frozenset[str], str | None]
    country: tuple[str | None, frozenset[str]]
    need: tuple[frozenset[str], str | None]
    stage: tuple[str | None]
    applicant: tuple[str | None]


GROUPS = Situation._fields


class Board:
    """Every record with conditions, and the order they come in under a situation.

    A record joins by having a ``match``: hubs, schemes and desks go to their lists, and an
    organisation tied to a country, which can be met there, goes to the desks.
    """

    def __init__(self, store: GuideStore, rules: Rules, weights: Weights) -> None:
        self.rules = rules
        self._reader = IndustryReader(store.slot_values("industry"), rules.industry_kinship)
        only_doors = {door.record for door in rules.doors if door.only_here}
        self.matchers: list[Matcher] = []
        self._index: dict[str, int] = {}
        self._members: dict[str, list[int]] = {name: [] for name in LISTS}
        prefecture_of = lru_cache(maxsize=None)(store.prefecture_of)
        is_oda_country = lru_cache(maxsize=None)(store.is_oda_country)
        # Sorted by id once: a stable sort by score then keeps ties in that order.
        for record in sorted(store.records(), key=lambda record: record.id):
            if record.match is None:
                continue
            index = len(self.matchers)
            self.matchers.append(Matcher(record, rules, weights, prefecture_of, is_oda_country))
            self._index[record.id] = index
            name = list_of(record)
            if name and record.id not in only_doors:
                self._members[name].append(index)
        self._adjustments = [
            weights.adjustments.get(matcher.record.id, 0.0) for matcher in self.matchers
        ]
        self._closed: frozenset[int] = frozenset()
        self._column = lru_cache(maxsize=20_000)(self._compute_column)

    def turn_to(self, day: date) -> bool:
        """Closes the records that no longer hold on a day; True where that changes anything."""
        closed = frozenset(
            index for index, one in enumerate(self.matchers) if not holds(one.record, day)
        )
        changed = closed != self._closed
        self._closed = closed
        return changed

    def situation(self, profile: Profile) -> Situation:
        """Reduces a profile to what the conditions look at."""
        return Situation(
            (profile.prefectures, profile.city),
            (profile.country, profile.excluded),
            (self._reader.fields(profile.industry, profile.business), profile.purpose),
            (profile.stage,),
            (profile.applicant,),
        )

    def fields(self, industry: str) -> frozenset[str]:
        """Returns a field with the broader ones it belongs to."""
        return self._reader.fields(industry, None)

    def columns(self, situation: Situation) -> list[Column]:
        """Returns the column of each group, in the order of :data:`GROUPS`."""
        return [self._column(group, args) for group, args in zip(GROUPS, situation, strict=True)]

    def column(self, group: str, args: tuple[object, ...]) -> Column:
        """Returns points and barriers of all records under one group of conditions."""
        return self._column(group, args)

    def order(self, columns: Sequence[Column]) -> dict[str, list[tuple[float, int]]]:
        """Returns, per list, the (points, record index) that may be shown, best first."""
        points, barriers = self._totals(columns)
        return {
            name: sorted(
                (
                    (points[index], index)
                    for index in members
                    if not barriers[index] and index not in self._closed
                ),
                key=_by_points,
            )
            for name, members in self._members.items()
        }

    def outcome(self, columns: Sequence[Column]) -> tuple[int, ...]:
        """Returns what a company would be shown, as one comparable value."""
        shown = self.rules.shown
        found: list[int] = []
        for entries in self.order(columns).values():
            found.extend(index for _, index in entries[:shown])
            found.append(-1)
        return tuple(found)

    def refused(self, columns: Sequence[Column]) -> list[int]:
        """Returns the records only one gate keeps out, the most fitting first."""
        points, barriers = self._totals(columns)
        members = (index for name in LISTS for index in self._members[name])
        refused = [
            (points[index], index)
            for index in members
            if is_refused(barriers[index]) and index not in self._closed
        ]
        return [index for _, index in sorted(refused, key=_by_points)]

    def cells(self, record_id: str, situation: Situation) -> list[Cell] | None:
        """Returns the judged groups of a record, or None where it has no conditions."""
        index = self._index.get(record_id)
        if index is None:
            return None
        matcher = self.matchers[index]
        return [
            getattr(matcher, group)(*args) for group, args in zip(GROUPS, situation, strict=True)
        ]

    def findings(self, record_id: str, situation: Situation) -> tuple[Finding, ...]:
        """Returns the judged conditions of a record in telling order."""
        cells = self.cells(record_id, situation) or []
        return tuple(finding for cell in cells for finding in cell.findings)

    def _totals(self, columns: Sequence[Column]) -> tuple[list[float], list[int]]:
        points = list(self._adjustments)
        barriers = [0] * len(points)
        for column in columns:
            for index, (gained, barrier) in enumerate(column):
                points[index] += gained
                barriers[index] += barrier
        return points, barriers

    def _compute_column(self, group: str, args: tuple[object, ...]) -> Column:
        cells = (getattr(matcher, group)(*args) for matcher in self.matchers)
        return tuple((cell.points, cell.barrier) for cell in cells)


def list_of(record: Record) -> str | None:
    """Returns the list of the plan a record belongs to, or None."""
    if record.kind is Kind.HUB:
        return HUBS
    if record.kind is Kind.SCHEME:
        return SCHEMES
    tied_to_a_country = bool(record.match and record.match.countries)
    if record.kind is Kind.DESK or (record.kind is Kind.ORGANISATION and tied_to_a_country):
        return DESKS
    return None


def _by_points(entry: tuple[float, int]) -> float:
    return -entry[0]
