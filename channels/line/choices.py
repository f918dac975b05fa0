"""Choices on LINE: quick replies, which phones show, beside the numbered text for every device."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from channels.line.events import CHOICE, PAGE
from channels.line.limits import limit, units
from channels.line.splitting import shortened
from channels.line.wording import wording


@dataclass(frozen=True)
class Offered:
    """A choice as offered: its number in the turn, its label, its opaque id."""

    position: int
    label: str
    id: str


def offered_in(body: dict[str, Any]) -> tuple[str, list[Offered]]:
    """Separate a message's text from the numbered list of its choices.

    Returns:
        The text without the list, and the choices with the numbers the list gives them.
    """
    text = str(body.get("text") or "")
    buttons = body.get("buttons") or []
    if not buttons:
        return text, []
    labels = [str(button["title"]) for button in buttons]
    lines = r"[\n\u3000]".join(rf"(\d+)\. {re.escape(label)}" for label in labels)
    found = re.search(rf"(?:\A|\n\n){lines}\Z", text)
    numbers = [int(number) for number in found.groups()] if found else range(1, len(labels) + 1)
    choices = [
        Offered(number, label, str(button["payload"]))
        for number, label, button in zip(numbers, labels, buttons, strict=True)
    ]
    return (text[: found.start()] if found else text), choices


def label_of(choice: Offered, most: int) -> str:
    """Return a label that fits: the whole one, or its number; never a cut one."""
    label = " ".join(choice.label.split())
    return label if 0 < units(label) <= most else wording("number", number=choice.position)


def postback(choice: Offered, label: str) -> dict[str, Any]:
    """Return the action of a choice; what the company is seen to say is the whole label."""
    shown = shortened(choice.label, limit("action", "display_text_max"))
    action = {"type": "postback", "label": label, "data": f"{CHOICE}{choice.id}"}
    return {**action, "displayText": shown} if shown.strip() else action


def quick_reply(choices: Sequence[Offered], start: int = 0) -> dict[str, Any] | None:
    """Return a page of choices; where there are more, the last item turns the page.

    Args:
        choices: All that are open.
        start: The first one of this page.
    """
    most = limit("quick_reply", "items_max")
    if len(choices) <= most:
        start, shown = 0, list(choices)
    else:
        start = start if start < len(choices) else 0
        shown = list(choices[start : start + most - 1])
    label_max = limit("quick_reply", "label_max")
    actions = [postback(choice, label_of(choice, label_max)) for choice in shown]
    if len(choices) > most:
        following = start + most - 1
        following = following if following < len(choices) else 0
        more = wording("more")
        actions.append({"type": "postback", "label": more, "data": f"{PAGE}{following}"})
    if not actions:
        return None
    return {"items": [{"type": "action", "action": action} for action in actions]}
