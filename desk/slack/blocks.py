"""Block Kit for the staff. All texts are plain: nothing a company writes can call or link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from desk.slack.ports import Block

HEADER_TEXT = 150
SECTION_TEXT = 3000
FIELD_TEXT = 2000
FIELDS = 10
CONTEXT_TEXT = 2000
BUTTON_TEXT = 75
MODAL_TITLE = 24
MESSAGE_TEXT = 12_000
"""Units in all blocks of one message; Slack refuses a little more."""


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units, the stricter way Slack may count."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, limit: int) -> str:
    """Shorten a text visibly."""
    if units(text) <= limit:
        return text
    return next(pieces(text, limit - 1)).rstrip() + "…"


def pieces(text: str, limit: int) -> Iterator[str]:
    """Cut a text into pieces, at line ends where there are any near."""
    while units(text) > limit:
        size = limit - sum(character > "\uffff" for character in text[:limit])
        line_end = text.rfind("\n", size // 2, size) + 1
        yield text[: line_end or size]
        text = text[line_end or size :]
    if text:
        yield text


def plain(text: str, limit: int = SECTION_TEXT) -> dict[str, Any]:
    """Return a text object that shows a text as it is."""
    # A text of blanks alone is refused.
    return {"type": "plain_text", "text": cut(text, limit) if text.strip() else "…", "emoji": False}


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain(" ".join(text.split()), HEADER_TEXT)}


def sections(text: str) -> list[Block]:
    """Return as many sections as a text needs."""
    return [
        {"type": "section", "text": plain(piece), "expand": True}
        for piece in pieces(text, SECTION_TEXT)
        if piece.strip()
    ]


def fields(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    """Return labels and values in two columns."""
    shown = [plain(f"{label}\n{value}", FIELD_TEXT) for label, value in pairs]
    return [
        {"type": "section", "fields": shown[start : start + FIELDS]}
        for start in range(0, len(shown), FIELDS)
    ]


def context(text: str) -> Block:
    """Return a grey line."""
    return {"type": "context", "elements": [plain(text, CONTEXT_TEXT)]}


def call(user: str) -> Block:
    """Return a line that calls somebody in Slack."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<@{user}>"}]}


def button(
    action: str,
    label: str,
    value: str,
    style: str | None = None,
    confirm: str | None = None,
    cancel: str = "",
) -> dict[str, Any]:
    """Return a button.

    Args:
        action: What pressing it does.
        label: What it says.
        value: What it is about.
        style: `primary` or `danger`.
        confirm: What is asked before.
        cancel: What says no to that.
    """
    made: dict[str, Any] = {
        "type": "button",
        "action_id": action,
        "text": plain(label, BUTTON_TEXT),
        "value": value,
    }
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = {
            "title": plain(label, 100),
            "text": plain(confirm, 300),
            "confirm": plain(label, 30),
            "deny": plain(cancel, 30),
        }
    return made


def actions(buttons: Sequence[dict[str, Any]]) -> list[Block]:
    """Return a row of buttons."""
    return [{"type": "actions", "block_id": "desk", "elements": list(buttons)}] if buttons else []
