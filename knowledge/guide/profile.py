"""What is known about a company, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

#: Separates the prefectures of a region in :attr:`Profile.prefecture`.
PREFECTURE_SEPARATOR = "、"


@dataclass(frozen=True)
class Profile:
    """A company's situation; every value may be unknown (``None``).

    Attributes:
        prefecture: Full name (``大阪府``), or the prefectures of a region joined by ``、``
            when the company named only the region.
        city: Municipality (``東大阪市``).
        business: The company's own words for what it does.
        industry: Value of :class:`knowledge.schema.Industry`.
        country: Id such as ``country.vietnam``.
        purpose: Value of :class:`knowledge.schema.Purpose`.
        stage: Value of :class:`knowledge.schema.Stage`.
        applicant: Value of :class:`knowledge.schema.Applicant`.
        declined: Slots the company does not want to, or cannot, answer.
        excluded: Values the company ruled out (「ベトナムではなく」 → ``country.vietnam``).
    """

    prefecture: str | None = None
    city: str | None = None
    business: str | None = None
    industry: str | None = None
    country: str | None = None
    purpose: str | None = None
    stage: str | None = None
    applicant: str | None = None
    declined: frozenset[str] = field(default_factory=frozenset)
    excluded: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in ("declined", "excluded"):
                object.__setattr__(self, item.name, _as_set(value))
            elif value == "":
                object.__setattr__(self, item.name, None)

    @property
    def prefectures(self) -> frozenset[str]:
        """The prefectures the company may sit in; empty when unknown."""
        return frozenset((self.prefecture or "").split(PREFECTURE_SEPARATOR)) - {""}

    def value(self, slot: str) -> str | None:
        """Returns the value of a slot by name."""
        found: str | None = getattr(self, slot)
        return found


def _as_set(values: Iterable[str] | None) -> frozenset[str]:
    return frozenset([values] if isinstance(values, str) else values or ())
