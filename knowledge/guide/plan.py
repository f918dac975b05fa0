"""What the guide hands out."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.guide.findings import Verdict


@dataclass(frozen=True)
class Reason:
    """One statement of why, why not, or what is still open.

    Attributes:
        text: Japanese phrase without a final 。.
        cite: Sections it stands on; empty for what only the company's words bear.
        slot: Slot of the profile it is about.
        verdict: Whether the condition holds, fails or is unconfirmed.
        records: Records it speaks of, where it is not attached to one (refusals).
        is_gate: True for a refusal that precedes any ranking.
    """

    text: str
    cite: tuple[str, ...] = ()
    slot: str | None = None
    verdict: Verdict = Verdict.HOLDS
    records: tuple[str, ...] = ()
    is_gate: bool = False


@dataclass(frozen=True)
class Recommendation:
    """One record the company is sent to.

    Attributes:
        record_id: The record.
        score: Ranking points; only their order matters.
        reasons: Conditions that held; never empty.
        unconfirmed: Slots whose answer the recommendation still depends on.
        cautions: What is unconfirmed or does not fit quite, in words.
    """

    record_id: str
    score: float
    reasons: tuple[Reason, ...]
    unconfirmed: tuple[str, ...] = ()
    cautions: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Where a company goes, best first, at most three of each.

    Attributes:
        hubs: 相談窓口 for the company's place.
        schemes: Support schemes.
        desks: Where to ask abroad.
        national: Doors that are always open; never empty.
        refusals: What looked fitting and was refused by a gate, with the reason.
        notes: What the material does not hold, or what was assumed.
    """

    hubs: tuple[Recommendation, ...]
    schemes: tuple[Recommendation, ...]
    desks: tuple[Recommendation, ...]
    national: tuple[Recommendation, ...]
    refusals: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()

    def record_ids(self) -> tuple[str, ...]:
        """Returns every recommended record, in reading order."""
        lists = (self.hubs, self.schemes, self.desks, self.national)
        return tuple(dict.fromkeys(item.record_id for items in lists for item in items))
