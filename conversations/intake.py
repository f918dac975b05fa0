"""Cleaning of typed text: nothing dangerous passes, nothing a person meant is lost."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

MAX_LENGTH = 2000
"""Characters understood in one message; longer ones are kept whole but not parsed."""

Problem = Literal["empty", "unreadable", "too_long"]

# C0/C1 controls except tab and newline, bidirectional overrides, and stray byte-order marks.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
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
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", text)).strip()
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
