"""What a reader gets out of a file, as it travels from the worker process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

BlockKind = Literal["heading", "text", "table", "notes"]


class Block(NamedTuple):
    """A piece of a document in reading order.

    Attributes:
        kind: ``heading``, ``text``, ``table`` (a row a line) or ``notes`` (of a slide).
        text: Its text.
        page: Page, slide or sheet number, from 1; None where the format has none.
        level: Of a heading, 1 the highest.
        place: The page as a reader names it, where it is not simply ``p.<page>``.
    """

    kind: BlockKind
    text: str
    page: int | None = None
    level: int = 0
    place: str | None = None


@dataclass
class Facts:
    """What a document says of itself.

    Attributes:
        title: From its properties or its first heading.
        publisher: From its properties.
        date: As it stands there; folded later.
        pages: How many it has.
        unreadable: Pages without text that could be read.
        remarks: Keys of ``wording.yml`` for what was left out.
    """

    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    pages: int | None = None
    unreadable: list[int] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class Content:
    """A read document: its media type, what it says of itself, its blocks."""

    media: str
    facts: Facts
    blocks: list[Block]
