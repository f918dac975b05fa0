"""What the classifier thinks of a stretch of a message, for the components behind it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

_CERTAIN = 0.97
_BANDS = ("unknown", "maybe", "answer")


class Judgement(NamedTuple):
    """Probabilities of one stretch.

    Attributes:
        start: First character.
        end: One after the last.
        probabilities: Calibrated, by intent.
        band: answer, maybe or unknown.
    """

    start: int
    end: int
    probabilities: dict[str, float]
    band: str

    @property
    def best(self) -> tuple[str, float]:
        """The most probable intent and its probability."""
        name = max(self.probabilities, key=self.probabilities.__getitem__)
        return name, self.probabilities[name]

    def without(self, refused: Collection[str], least_band: str) -> Judgement:
        """Rules intents out and shares their probability among the others.

        Args:
            refused: Intents that cannot be.
            least_band: The band is raised to this one, for the form supports what remains.
        """
        rest = sum(p for name, p in self.probabilities.items() if name not in refused)
        if not rest:
            return self
        probabilities = {
            name: 0.0 if name in refused else value / rest
            for name, value in self.probabilities.items()
        }
        band = max(self.band, least_band, key=_BANDS.index)
        return self._replace(probabilities=probabilities, band=band)

    def certain(self, name: str) -> Judgement:
        """Settles on one intent."""
        scale = 1 - _CERTAIN
        probabilities = {key: value * scale for key, value in self.probabilities.items()}
        probabilities[name] = _CERTAIN + probabilities.get(name, 0.0)
        return self._replace(probabilities=probabilities, band="answer")
