"""Shapes of what the pages show."""

from __future__ import annotations

from dataclasses import dataclass, field

from desk.accounts import Account


@dataclass(frozen=True)
class Card:
    """One line of the list."""

    address: str
    title: str
    label: str
    tone: str
    channel: str
    reason: str
    waited: str
    wish: str
    contact: str | None
    owner: str | None
    receipt: str
    version: int
    late: bool
    claimable: bool
    callback: bool = False


@dataclass(frozen=True)
class Group:
    """Cards under one heading."""

    id: str
    heading: str
    empty: str
    cards: list[Card]


@dataclass(frozen=True)
class Revision:
    """What the reader may do about a message they sent.

    Attributes:
        message: Number of the message.
        channel: Where the company is, as people call it.
        in_place: Whether the company sees the message itself change.
        hides: Whether it can be taken off what the company sees.
        rewrite: Whether it may be rewritten, or corrected.
        take_back: Whether it may be taken back.
    """

    message: int
    channel: str
    in_place: bool
    hides: bool
    rewrite: bool
    take_back: bool


@dataclass(frozen=True)
class Item:
    """One line of a conversation: a message or a note.

    `hash` stands for everything shown, so that a browser replaces only what changed.
    """

    key: str
    kind: str
    by: str
    text: str
    at: float
    datetime: str
    time: str
    lead: str | None = None
    delivery: str | None = None
    mark: str | None = None
    former: tuple[str, ...] = ()
    revision: Revision | None = None
    hash: str = ""


@dataclass(frozen=True)
class CaseView:
    """The frame around a conversation."""

    id: str
    address: str
    title: str
    label: str
    tone: str
    channel: str
    receipt: str
    owner: str | None
    version: int
    late: bool
    reason: str
    wish: str
    contact: str | None
    outcome: str | None
    redacted: bool
    profile: list[tuple[str, str]]
    plan: str | None
    claimable: bool
    mine: bool
    may_override: bool
    may_reply: bool
    hint: str
    callback: bool
    colleagues: list[Account] = field(default_factory=list)
