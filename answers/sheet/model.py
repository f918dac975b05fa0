"""What stands on a consultation sheet, apart from how it is set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypeVar

Part = TypeVar("Part")


@dataclass(frozen=True)
class Field:
    """A field of the company's profile.

    Attributes:
        label: Its name.
        value: What the company said, or what is said instead.
        known: Whether the company said it.
    """

    label: str
    value: str
    known: bool


@dataclass(frozen=True)
class Source:
    """A source, numbered by its place from 1.

    Attributes:
        text: Document, heading and the section's own source.
        url: Link, if it is on the web.
    """

    text: str
    url: str | None = None


@dataclass(frozen=True)
class Statement:
    """A statement with the numbers of its sources."""

    text: str
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class Recommendation:
    """One body, scheme or desk of the plan.

    Attributes:
        title: Its name.
        summary: What it is.
        reasons: Why it is recommended.
        points: Further facts.
        status: Its present state, hedged as far as it is certain; None where nothing is known.
        status_source: Publisher and date of the status.
        status_url: Official page.
        sources: Numbers of the sources of all of it.
    """

    title: str
    summary: str
    reasons: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    status: str | None = None
    status_source: str | None = None
    status_url: str | None = None
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class Group:
    """Recommendations under one heading, best first."""

    heading: str
    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True)
class Question:
    """What the company asked, and what it was told.

    Attributes:
        asked: Its words.
        at: When, worded.
        answers: Statements of the answer.
        left_out: How many more there were.
    """

    asked: str
    at: str
    answers: tuple[Statement, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Reply:
    """What a person of the centre answered."""

    text: str
    at: str


@dataclass(frozen=True)
class PersonRequest:
    """The request for a person, as lines to read."""

    lines: tuple[tuple[str, str], ...]
    consent: str


@dataclass(frozen=True)
class SheetDocument:
    """A consultation sheet on a day.

    Attributes:
        made_at: Date and time, worded.
        profile: The company.
        plan: What was recommended, by groups; empty where nothing was yet.
        remarks: Refusals and limits that belong to the plan.
        questions: What was asked, oldest first.
        questions_left_out: How many older questions are not listed.
        replies: What people of the centre answered.
        open_points: What is still to be told, asked or made sure of.
        person: The request for a person, if there is one.
        sources: All sources, in the order of their numbers.
    """

    made_at: str
    profile: tuple[Field, ...]
    plan: tuple[Group, ...] = ()
    remarks: tuple[Statement, ...] = ()
    questions: tuple[Question, ...] = ()
    questions_left_out: int = 0
    replies: tuple[Reply, ...] = ()
    open_points: tuple[str, ...] = ()
    person: PersonRequest | None = None
    sources: tuple[Source, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)

    def masked(self, mask: Callable[[str], str]) -> SheetDocument:
        """Return it with everything the company or a person wrote masked."""
        return replace(
            self,
            profile=_mapped(self.profile, mask),
            questions=tuple(replace(one, asked=mask(one.asked)) for one in self.questions),
            replies=tuple(replace(one, text=mask(one.text)) for one in self.replies),
            open_points=_mapped(self.open_points, mask),
            person=_mapped(self.person, mask),
        )


def _mapped(value: Part, mask: Callable[[str], str]) -> Part:
    """Return a structure with a function applied to all its texts."""
    changed: Any = value
    if isinstance(value, str):
        changed = mask(value)
    elif isinstance(value, tuple):
        changed = tuple(_mapped(one, mask) for one in value)
    elif isinstance(value, (Field, PersonRequest)):
        parts = {one.name: _mapped(getattr(value, one.name), mask) for one in fields(value)}
        changed = replace(value, **parts)
    return changed
