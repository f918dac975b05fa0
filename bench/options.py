"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Settings of one benchmark run.

    Attributes:
        quick: Few epochs, few turns: to develop the benchmark, not to quote.
        runs: Alternating runs per set-up; medians are reported.
    """

    quick: bool = False
    runs: int = 5
