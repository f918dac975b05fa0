"""Blocks of Block Kit, each within its limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from channels.slack import limits
from channels.slack.limits import split, units
from channels.slack.mrkdwn import bold, escape

Block = dict[str, Any]

# What stays whole in text in Slack's format.
_ATOM = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);|.", re.DOTALL)


def mrkdwn(text: str) -> dict[str, Any]:
    """Return a text object; the text is in Slack's format already."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> dict[str, Any]:
    """Return a text object that shows the text as it is."""
    return {"type": "plain_text", "text": text, "emoji": False}


def escaped_units(text: str) -> int:
    """Return how long a text is once it is escaped."""
    return units(escape(text))


def lines_of(text: str, limit: int = limits.SECTION_TEXT) -> list[str]:
    """Escape a plain text and cut it where it is too long for one block."""
    return [escape(piece) for piece in split(text, limit, escaped_units)]


def title(text: str) -> list[str]:
    """Return a line in bold; one too long for that as plain lines."""
    if not text.strip():
        return []
    marked = bold(" ".join(text.split()))
    return [marked] if units(marked) <= limits.FIELD_TEXT else lines_of(text)


def sections(lines: Iterable[str], whole: bool = True) -> list[Block]:
    """Put lines in Slack's format, each short enough, into as few sections as possible.

    Args:
        lines: The lines.
        whole: Whether long ones are shown without a click (in messages).
    """
    packed = _packed(lines, limits.SECTION_TEXT)
    blocks: list[Block] = [{"type": "section", "text": mrkdwn(text)} for text in packed]
    return [{**block, "expand": True} for block in blocks] if whole else blocks


def contexts(lines: Iterable[str]) -> list[Block]:
    """Put grey lines in Slack's format under what they belong to."""
    short: list[str] = []
    for line in lines:
        fits = units(line) <= limits.CONTEXT_TEXT
        short += [line] if fits else _pieces(line, limits.CONTEXT_TEXT)
    return [
        {"type": "context", "elements": [mrkdwn(text)]}
        for text in _packed(short, limits.CONTEXT_TEXT)
    ]


def heading(text: str) -> list[Block]:
    """Return a heading; one that is too long as a section."""
    shown = " ".join(text.split())
    if not shown:
        return []
    if units(shown) > limits.HEADER_TEXT:
        return sections(title(shown))
    return [{"type": "header", "text": plain(shown)}]


def _pieces(line: str, limit: int) -> list[str]:
    """Cut a line that is in Slack's format, never inside a link or an entity."""
    pieces = [""]
    for atom in _ATOM.findall(line):
        if units(pieces[-1]) + units(atom) > limit:
            pieces.append("")
        pieces[-1] += atom
    return pieces


def _packed(lines: Iterable[str], limit: int) -> list[str]:
    packed: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        if packed and units(packed[-1]) + 1 + units(line) <= limit:
            packed[-1] += f"\n{line}"
        else:
            packed.append(line)
    return packed
