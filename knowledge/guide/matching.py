"""Judges one record's conditions, slot group by slot group.

Groups are chosen so that each depends on few slots: their cells can be computed once per
value and added up, which is what makes asking "what if?" for every slot cheap.
"""

from __future__ import annotations

from collections.abc import Callable

from knowledge.guide.findings import (
    GATE,
    OPEN,
    SHUT,
    WAITS,
    Cell,
    Verdict,
    holds,
    misses,
    unknown,
)
from knowledge.guide.gates import applicant_gate, effect_gate, oda_country_gate, own_sales_gate
from knowledge.guide.settings import Rules, Weights
from knowledge.schema import Industry, Match, Purpose, Record, Stage

_STAGES = tuple(stage.value for stage in Stage)


class Matcher:
    """The conditions of one record, ready to be judged.

    Attributes:
        record: The record; it has a ``match``.
        match: Its conditions.
    """

    def __init__(
        self,
        record: Record,
        rules: Rules,
        weights: Weights,
        prefecture_of: Callable[[str], tuple[str, ...]],
        is_oda_country: Callable[[str], bool | None],
    ) -> None:
        if record.match is None:
            raise ValueError(f"{record.id} has no conditions")
        self.record = record
        self.match: Match = record.match
        self._rules = rules
        self._weights = weights
        self._is_oda_country = is_oda_country
        self._prefectures = frozenset(self.match.prefectures) or frozenset(
            prefecture for city in self.match.cities for prefecture in prefecture_of(city)
        )
        self._stages = tuple(_STAGES.index(stage.value) for stage in self.match.stages)
        self._industries = frozenset(value.value for value in self.match.industries)
        self._purposes = frozenset(value.value for value in self.match.purposes)

    def place(self, prefectures: frozenset[str], city: str | None) -> Cell:
        """Judges where the company sits.

        Args:
            prefectures: The prefectures it may sit in; empty when unknown.
            city: Its municipality, if known.
        """
        points = self._weights.place
        served = self._prefectures
        if not served:
            return Cell(points.anywhere)
        if not prefectures:
            return unknown("place_unknown", "prefecture", self._weights.unknown, WAITS)
        if not prefectures & served:
            return misses("place_elsewhere", "prefecture", 0.0, SHUT)
        if not prefectures <= served:
            # A region that the record serves in part; a single-prefecture hub would be a guess.
            barrier = WAITS if len(served) == 1 else 0
            return unknown(
                "place_partly", "prefecture", points.block + self._weights.unknown, barrier
            )
        if self.match.cities:
            return self._city(city)
        if len(served) == 1:
            return holds("place_prefecture", "prefecture", points.prefecture)
        return holds("place_block", "prefecture", points.block)

    def _city(self, city: str | None) -> Cell:
        points = self._weights.place
        if city is None:
            near = holds("place_city_hub", "prefecture", points.city_unknown)
            return near + unknown("place_city_unknown", "city", 0.0)
        # Wards are told as 神戸市中央区: the city comes first.
        if any(city.startswith(name) for name in self.match.cities):
            return holds("place_city", "city", points.city)
        if not self.match.prefectures:
            return misses("place_elsewhere", "city", 0.0, SHUT)
        near = holds("place_city_hub", "prefecture", points.other_city)
        return near + misses("place_other_city", "city", 0.0)

    def country(self, country: str | None, excluded: frozenset[str]) -> Cell:
        """Judges the target country, the list of ODA countries included.

        Args:
            country: Id of the target country, if known.
            excluded: Values the company ruled out.
        """
        is_oda = None if country is None else self._is_oda_country(country)
        gate = oda_country_gate(self.match, country, is_oda, self._weights)
        countries = self.match.countries
        if not countries:
            return gate
        if country in countries:
            share = 1 / len(countries)
            return holds("country", "country", self._weights.country * share) + gate
        if country is not None:
            return misses("country_other", "country", 0.0, SHUT)
        if excluded.issuperset(countries):
            return misses("country_excluded", "country", 0.0, SHUT)
        return unknown("country_unknown", "country", self._weights.unknown, WAITS) + gate

    def need(self, industries: frozenset[str], purpose: str | None) -> Cell:
        """Judges field and purpose together.

        A record made for the company's field stays open to purposes it does not name, ranked
        lower.

        Args:
            industries: Every field the company belongs to; empty when unknown.
            purpose: What it wants abroad.
        """
        field = self._industry(industries)
        effect = effect_gate(
            self.record, self.match, industries, purpose, self._rules, self._weights
        )
        sales = own_sales_gate(self.match, purpose, self._rules)
        if effect.barrier:
            return field + effect + sales
        made_for_field = any(item.verdict is Verdict.HOLDS for item in field.findings) or any(
            item.wording == "effect_industry" for item in effect.findings
        )
        return field + self._purpose(purpose, made_for_field) + effect + sales

    def _industry(self, industries: frozenset[str]) -> Cell:
        if not self._industries:
            return OPEN
        if not industries:
            return unknown("industry_unknown", "industry", self._weights.unknown)
        if industries & self._industries:
            share = _specificity(len(self._industries), len(Industry))
            return holds("industry", "industry", self._weights.industry * share)
        return misses("industry_other", "industry", 0.0, SHUT)

    def _purpose(self, purpose: str | None, made_for_field: bool) -> Cell:
        if not self._purposes:
            return OPEN
        if purpose is None:
            return unknown("purpose_unknown", "purpose", self._weights.unknown)
        if purpose in self._purposes:
            share = _specificity(len(self._purposes), len(Purpose))
            return holds("purpose", "purpose", self._weights.purpose * share)
        if made_for_field:
            return misses("purpose_missed", "purpose", self._weights.purpose_missed)
        return misses("purpose_other", "purpose", 0.0, SHUT)

    def stage(self, stage: str | None) -> Cell:
        """Judges how far the company has come; a miss only lowers the rank."""
        if not self._stages:
            return OPEN
        if stage not in _STAGES and len(self._stages) == len(_STAGES):
            return holds("stage_any", "stage", self._weights.unknown)
        if stage not in _STAGES:
            return unknown("stage_unknown", "stage", self._weights.unknown)
        at = _STAGES.index(stage)
        if at in self._stages:
            points = self._weights.stage.get(self.record.kind.value, 0.0)
            return holds("stage", "stage", points * _specificity(len(self._stages), len(_STAGES)))
        later = [named - at for named in self._stages if named > at]
        if later:
            return misses("stage_ahead", "stage", self._weights.stage_ahead * min(later))
        return misses(
            "stage_passed", "stage", self._weights.stage_passed * (at - max(self._stages))
        )

    def applicant(self, applicant: str | None) -> Cell:
        """Judges who asks."""
        return applicant_gate(self.match, applicant, self._rules, self._weights)


def is_refused(barrier: int) -> bool:
    """True where exactly one gate, and nothing else, stands in the way."""
    return barrier == GATE


def _specificity(named: int, possible: int) -> float:
    """1 for one named value of many, falling to nearly 0 when every value is named."""
    return 1 - (named - 1) / possible
