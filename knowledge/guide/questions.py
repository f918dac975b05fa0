"""Chooses the next question: the one whose answer says most about the plan.

The plan is a function of the answers, so what an answer tells about it is the entropy of
the plans the possible answers lead to (mutual information, Shannon 1948; the criterion of
decision-tree induction, Quinlan 1986). No entropy means no answer would change anything.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from knowledge.guide.ports import GuideStore
from knowledge.guide.profile import Profile
from knowledge.guide.ranking import GROUPS, Board, Column
from knowledge.guide.settings import Rules

#: Slot → the group of conditions its answer changes.
_GROUP = {
    "prefecture": "place",
    "city": "place",
    "business": "need",
    "country": "country",
    "purpose": "need",
    "stage": "stage",
    "applicant": "applicant",
}
#: A slot that counts as answered by another one too.
_ANSWERED_BY = {"business": ("business", "industry"), "city": ("city",)}


class Questioner:
    """Answers "what should be asked next?" for any profile."""

    def __init__(self, board: Board, store: GuideStore, rules: Rules) -> None:
        self._board = board
        self._rules = rules
        self._values = {
            slot: tuple(value.id for value in store.slot_values(slot))
            for slot in ("prefecture", "country", "purpose", "stage", "applicant")
        }
        self._industries = tuple(value.id for value in store.slot_values("industry"))
        self._cities: dict[str, set[str]] = defaultdict(set)
        for matcher in board.matchers:
            for city in matcher.match.cities:
                for prefecture in matcher.match.prefectures or store.prefecture_of(city):
                    self._cities[prefecture].add(city)
        self._columns = lru_cache(maxsize=20_000)(self._compute_columns)

    def prepare(self) -> None:
        """Judges every possible answer once, so that no company waits for it."""
        for purpose in (None, *self._values["purpose"]):
            self._columns("business", Profile(purpose=purpose))
        for industry in (None, *self._industries):
            self._columns("purpose", Profile(industry=industry))
        self.next_question(Profile())

    def next_question(self, profile: Profile) -> str | None:
        """Returns the slot to ask for, or None when no answer would change the plan."""
        best: tuple[int, str] | None = None
        for question in self._rules.questions:
            if not self._is_open(profile, question.slot):
                continue
            gain = self.gain(profile, question.slot)
            if gain < question.min_gain:
                continue
            level = int(gain / self._rules.gain_step)
            # Only a clearly better question overtakes the natural order.
            if best is None or level > best[0]:
                best = (level, question.slot)
        return best[1] if best else None

    def gain(self, profile: Profile, slot: str) -> float:
        """Returns how many bits the answer would tell about the plan."""
        situation = self._board.situation(profile)
        columns = self._board.columns(situation)
        at = GROUPS.index(_GROUP[slot])
        outcomes: dict[Hashable, float] = defaultdict(float)
        for column, share in self._columns(slot, _context(profile, slot)):
            columns[at] = column
            outcomes[self._board.outcome(columns)] += share
        return -sum(share * math.log2(share) for share in outcomes.values() if share > 0)

    def _is_open(self, profile: Profile, slot: str) -> bool:
        if slot in profile.declined or (slot == "business" and "industry" in profile.declined):
            return False
        if slot == "prefecture":
            return len(profile.prefectures) != 1
        if slot == "city":
            return profile.city is None and bool(self._cities.get(profile.prefecture or ""))
        return all(profile.value(name) is None for name in _ANSWERED_BY.get(slot, (slot,)))

    def _compute_columns(self, slot: str, context: Profile) -> tuple[tuple[Column, float], ...]:
        """Returns the different columns an answer can lead to, with their shares."""
        group = _GROUP[slot]
        shares: dict[Column, float] = defaultdict(float)
        for answered, share in self._answers(slot, context):
            args = getattr(self._board.situation(answered), group)
            shares[self._board.column(group, args)] += share
        total = sum(shares.values()) or 1.0
        return tuple((column, share / total) for column, share in shares.items())

    def _answers(self, slot: str, profile: Profile) -> Iterable[tuple[Profile, float]]:
        """Yields the profile after each possible answer, with how likely it is."""
        if slot == "business":
            for industry in self._industries:
                yield replace(profile, industry=industry), 1.0
            return
        if slot == "city":
            cities = sorted(self._cities[profile.prefecture or ""])
            for city in cities:
                yield replace(profile, city=city), self._rules.city_share / len(cities)
            elsewhere = f"{profile.prefecture}のほかの市町村"
            yield replace(profile, city=elsewhere), 1 - self._rules.city_share
            return
        values = [value for value in self._values[slot] if value not in profile.excluded]
        if slot == "prefecture" and profile.prefectures:
            values = sorted(profile.prefectures)
        shares = self._shares(slot, values, profile.purpose)
        for value in values:
            answer: dict[str, Any] = {slot: value}
            yield replace(profile, **answer), shares[value]

    def _shares(self, slot: str, values: list[str], purpose: str | None) -> Mapping[str, float]:
        named = self._rules.priors.get(slot, {})
        if slot == "applicant":
            named = self._rules.applicant_priors_by_purpose.get(purpose or "", named)
        rest = [value for value in values if value not in named]
        left = max(0.0, 1.0 - sum(share for value, share in named.items() if value in values))
        return {value: named.get(value, left / max(1, len(rest))) for value in values}


def _context(profile: Profile, slot: str) -> Profile:
    """Keeps only what the answers' columns depend on, so that they can be remembered."""
    if slot == "prefecture":
        return Profile(prefecture=profile.prefecture, city=profile.city)
    if slot == "city":
        return Profile(prefecture=profile.prefecture)
    if slot == "country":
        return Profile(excluded=profile.excluded)
    if slot == "business":
        return Profile(purpose=profile.purpose)
    if slot == "purpose":
        return Profile(industry=profile.industry, business=profile.business)
    if slot == "applicant":
        return Profile(purpose=profile.purpose)
    return Profile()
