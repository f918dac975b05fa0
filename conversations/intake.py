"""Cleaning of typed text: nothing dangerous passes, nothing a person meant is lost."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

MAX_LENGTH = 2000
"""Characters understood in one message; longer ones are kept whole but not parsed."""

Problem = Literal["empty", "unreadable", "too_long"]

# C0/C1 controls except tab and newline, bidirectional overrides, stray byte-order marks, and what
# copying from a web page leaves between letters: soft hyphens, and where to break or not.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
# Joiners hold an emoji together; behind a Latin, Japanese or full-width letter they do nothing.
_JOINERS = re.compile("(?<=[!-~\u3041-\u30ff\u3400-\u9fff\uff01-\uff9f])[\u200c\u200d]+")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufe0e\ufe0f\\s]+")


@dataclass(frozen=True)
class Cleaned:
    """Text ready for the dialogue.

    Attributes:
        text: NFC text without control characters, ends trimmed.
        problem: Why it cannot be understood as it is, or None.
    """

    text: str
    problem: Problem | None = None


def clean(raw: str) -> Cleaned:
    """Clean what a person typed."""
    # A lone surrogate (from broken JSON escapes) cannot be stored.
    text = raw.encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _JOINERS.sub("", _CONTROLS.sub("", text))
    text = unicodedata.normalize("NFC", text).strip()
    if not _INVISIBLE.sub("", text):
        return Cleaned("", "empty")
    if len(text) > MAX_LENGTH:
        return Cleaned(text, "too_long")
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        return Cleaned(text, "unreadable")
    return Cleaned(text)


def escape_command(text: str) -> str:
    """Make a leading `/` plain text: only the bot's own payloads are commands to Rasa."""
    return f"／{text[1:]}" if text.startswith("/") else text
