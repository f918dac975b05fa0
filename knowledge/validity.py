"""What holds today: validity of records, facts and documents.

``valid_until`` names a day, a month or a year; the thing holds up to the end of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import Protocol, TypeVar

from knowledge.dates import is_date, last_day


class Validity(str, Enum):
    """How something stands on a day."""

    HOLDS = "holds"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


def checked_date(value: object) -> object:
    """Checks a date of a record, fact or document; for pydantic's validators.

    Raises:
        ValueError: It is none.
    """
    # YAML reads an unquoted 2027-03-31 as a date and 2027 as a number.
    if isinstance(value, (date, int)):
        value = str(value)
    if value is not None and not (isinstance(value, str) and is_date(value)):
        raise ValueError("2027-03-31、2027-03、2027 のどれかの形の日付ではありません")
    return value


class HasValidity(Protocol):
    """A record, fact or document."""

    @property
    def valid_until(self) -> str | None:
        """Its last day, month or year."""

    @property
    def superseded_by(self) -> str | None:
        """What took its place."""


_Thing = TypeVar("_Thing", bound=HasValidity)


def today() -> date:
    """Returns the day in this machine's time zone."""
    return date.today()


def state(thing: HasValidity, day: date) -> Validity:
    """Returns how something stands on a day."""
    if thing.superseded_by is not None:
        return Validity.SUPERSEDED
    if thing.valid_until is not None and last_day(thing.valid_until) < day:
        return Validity.EXPIRED
    return Validity.HOLDS


def holds(thing: HasValidity, day: date) -> bool:
    """Says whether something still holds on a day."""
    return state(thing, day) is Validity.HOLDS


def holding_first(things: Iterable[_Thing], day: date) -> list[_Thing]:
    """Returns things in their order, but those that hold before those that no longer do."""
    return sorted(things, key=lambda thing: not holds(thing, day))
