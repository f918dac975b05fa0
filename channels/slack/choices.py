"""Choices as buttons or menus, and what remains of them once one is picked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from channels.slack import limits
from channels.slack.blocks import Block, contexts, lines_of, plain, sections
from channels.slack.limits import cut, units
from channels.slack.mrkdwn import escape
from channels.slack.wording import wording

BLOCK = "choices"
"""Block ids of choices begin so."""
MOST_BUTTONS = 10
"""More than these are easier to find in a menu."""

PICKED = 200
"""Units of a picked label: fits below a message that is as full as any (escaped, five times it)."""

Choice = tuple[str, str]


def choice_blocks(choices: Sequence[Choice], first: int = 1) -> list[Block]:
    """Return the blocks that offer choices: buttons, else menus. None is ever left out.

    Args:
        choices: (label, opaque id).
        first: Number the first one has in the text.
    """
    named = [(_label(label, number), id_) for number, (label, id_) in enumerate(choices, first)]
    whole = [
        line
        for number, (label, _) in enumerate(choices, first)
        if units(label) > limits.BUTTON_TEXT
        for line in lines_of(f"{number}. {label}")
    ]
    if len(named) <= MOST_BUTTONS:
        elements = [_button(index, label, id_) for index, (label, id_) in enumerate(named)]
    else:
        parts = list(_chunks(named, limits.OPTIONS))
        elements = [
            _menu(index, part, index * limits.OPTIONS + first if len(parts) > 1 else None)
            for index, part in enumerate(parts)
        ]
    rows = [
        {"type": "actions", "block_id": f"{BLOCK}-{index}", "elements": part}
        for index, part in enumerate(_chunks(elements, limits.ACTIONS))
    ]
    return [*_marked(sections(whole)), *rows]


def picked(blocks: Sequence[Block], label: str) -> list[Block]:
    """Return a message's blocks with its choices replaced by the one that was picked."""
    kept = [block for block in blocks if not str(block.get("block_id", "")).startswith(BLOCK)]
    return [*kept, *contexts([wording("picked", label=escape(cut(label, PICKED)))])]


def _label(label: str, number: int) -> str:
    shown = " ".join(label.split()) or str(number)
    if units(shown) <= limits.BUTTON_TEXT:
        return shown
    return cut(f"{number}. {shown}", limits.BUTTON_TEXT)


def _button(index: int, label: str, id_: str) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": f"choice-{index}",
        "text": plain(label),
        "value": id_,
    }


def _menu(index: int, part: Sequence[Choice], first: int | None) -> dict[str, Any]:
    placeholder = (
        wording("pick")
        if first is None
        else wording("pick_part", first=first, last=first + len(part) - 1)
    )
    return {
        "type": "static_select",
        "action_id": f"choice-menu-{index}",
        "placeholder": plain(placeholder),
        "options": [{"text": plain(label), "value": id_} for label, id_ in part],
    }


def _marked(blocks: list[Block]) -> list[Block]:
    return [{**block, "block_id": f"{BLOCK}-text-{i}"} for i, block in enumerate(blocks)]


def _chunks(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
