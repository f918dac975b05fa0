"""What masking finds, and how it stands in a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml


class Found(NamedTuple):
    """A piece of personal data.

    Attributes:
        start: Offset of its first character in the text as typed.
        end: Offset behind its last character.
        kind: `person`, `company`, `phone` … (see kinds.yml).
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Masked:
    """A text without personal data.

    Attributes:
        text: With placeholders such as 〔氏名〕.
        found: What they stand for, in order; offsets into the text as typed.
    """

    text: str
    found: tuple[Found, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds found."""
        return frozenset(one.kind for one in self.found)


@dataclass
class Occupied:
    """Pieces found so far; a later rule does not reach into what an earlier one took."""

    found: list[Found] = field(default_factory=list)

    def add(self, start: int, end: int, kind: str) -> bool:
        """Take a piece unless part of it is taken."""
        if start >= end or self.overlaps(start, end):
            return False
        self.found.append(Found(start, end, kind))
        return True

    def overlaps(self, start: int, end: int) -> bool:
        """Return whether something in a range is taken."""
        return any(one.start < end and start < one.end for one in self.found)

    def of(self, kind: str) -> list[Found]:
        """Return what was found of a kind."""
        return [one for one in self.found if one.kind == kind]


@lru_cache(maxsize=1)
def _kinds() -> dict[str, dict[str, object]]:
    path = Path(__file__).with_name("kinds.yml")
    loaded: dict[str, dict[str, object]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def kinds() -> tuple[str, ...]:
    """Return all kinds."""
    return tuple(_kinds())


def label(kind: str) -> str:
    """Return what a kind is called (Japanese)."""
    return str(_kinds()[kind]["label"])


@cache
def placeholder(kind: str) -> str:
    """Return what stands in the text."""
    return f"〔{label(kind)}〕"


@lru_cache(maxsize=1)
def never_kept() -> frozenset[str]:
    """Return the kinds that are not kept anywhere, not even sealed."""
    return frozenset(kind for kind, one in _kinds().items() if one.get("never_kept"))


def replaced(text: str, found: Iterable[Found]) -> str:
    """Return a text with placeholders for what was found."""
    pieces, at = [], 0
    for one in found:
        pieces += [text[at : one.start], placeholder(one.kind)]
        at = one.end
    return "".join([*pieces, text[at:]])


def without_never_kept(text: str, found: Sequence[Found]) -> str:
    """Return a text as it may be sealed: only what must never be kept is replaced."""
    return replaced(text, [one for one in found if one.kind in never_kept()])
