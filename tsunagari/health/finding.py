"""What a check of an installation found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Mark(str, Enum):
    """How it stands, as the words in front of a line."""

    GOOD = "OK"
    UNUSED = "--"
    NOTE = "注意"
    WRONG = "NG"


@dataclass(frozen=True)
class Finding:
    """One line of `tsunagari doctor`.

    Attributes:
        mark: How it stands.
        text: What was found; where something is wrong also where, and how to mend it.
    """

    mark: Mark
    text: str = ""


def good(text: str = "") -> Finding:
    """It works."""
    return Finding(Mark.GOOD, text)


def unused(text: str) -> Finding:
    """It is not set up, and need not be."""
    return Finding(Mark.UNUSED, text)


def note(text: str) -> Finding:
    """It works, but an operator should know."""
    return Finding(Mark.NOTE, text)


def wrong(text: str) -> Finding:
    """It does not work."""
    return Finding(Mark.WRONG, text)
