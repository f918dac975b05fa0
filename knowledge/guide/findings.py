"""Three-valued findings: what each condition of a record says about a profile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

#: Parts of :attr:`Cell.barrier`. They add up over the cells of a record, so one number tells
#: whether it may be shown (0), waits for an answer (< GATE), was refused by exactly one gate
#: (== GATE), or does not fit (anything more).
WAITS, GATE, SHUT = 1, 100, 10_000


class Verdict(str, Enum):
    """満たす / 満たさない / 未確認."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One condition of a record, judged.

    Attributes:
        wording: Key into ``wording.yml``.
        verdict: Whether the condition holds.
        slot: The slot it was judged on; for an unknown one, the slot to ask for.
        is_gate: True where a failure is a refusal that precedes any ranking.
    """

    wording: str
    verdict: Verdict
    slot: str | None = None
    is_gate: bool = False


@dataclass(frozen=True)
class Cell:
    """What one group of conditions contributes to a record under one profile.

    Attributes:
        points: Ranking points.
        barrier: Sum of :data:`WAITS`, :data:`GATE` and :data:`SHUT`.
        findings: The judged conditions, in telling order.
    """

    points: float = 0.0
    barrier: int = 0
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: Cell) -> Cell:
        return Cell(
            self.points + other.points,
            self.barrier + other.barrier,
            self.findings + other.findings,
        )


#: A condition the record does not name.
OPEN = Cell()


def holds(wording: str, slot: str, points: float = 0.0) -> Cell:
    """Returns a condition that is met."""
    return Cell(points, 0, (Finding(wording, Verdict.HOLDS, slot),))


def unknown(wording: str, slot: str | None, points: float, barrier: int = 0) -> Cell:
    """Returns a condition that cannot be judged yet."""
    return Cell(points, barrier, (Finding(wording, Verdict.UNKNOWN, slot),))


def misses(wording: str, slot: str, points: float, barrier: int = 0) -> Cell:
    """Returns a condition that fails; without a barrier the record stays, ranked lower."""
    return Cell(points, barrier, (Finding(wording, Verdict.FAILS, slot),))


def refuses(wording: str, slot: str) -> Cell:
    """Returns a refusal by a gate."""
    return Cell(0.0, GATE, (Finding(wording, Verdict.FAILS, slot, is_gate=True),))
