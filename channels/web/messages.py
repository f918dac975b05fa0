"""Messages of the log as the widget gets them."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from conversations.rows import LoggedMessage


def render(message: LoggedMessage) -> dict[str, Any]:
    """Return a message of the log in the shape of the contract."""
    body = message.body or {}
    buttons = body.get("buttons") or []
    custom = body.get("custom") or {}
    rendered: dict[str, Any] = {
        "seq": message.id,
        "author": message.author,
        "text": _without_numbers(message.text, [str(button["title"]) for button in buttons]),
    }
    if "lead" in custom:
        rendered["answer"] = custom
    if custom.get("kind") == "question":
        rendered["asks"] = custom["slot"]
    if custom.get("taken_back"):
        rendered["taken_back"] = True
    elif custom.get("rewritten"):
        rendered["edited"] = True
    if buttons:
        rendered["choices"] = [
            {"id": button["payload"], "label": button["title"]} for button in buttons
        ]
    if message.client_message_id is not None:
        rendered["client_msg_id"] = message.client_message_id
    rendered["at"] = (
        datetime.fromtimestamp(message.created_at, timezone.utc)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )
    return rendered


def _without_numbers(text: str, labels: list[str]) -> str:
    """Take the numbered list of choices off: the widget shows them as buttons."""
    if not labels:
        return text
    lines = r"\n".join(rf"\d+\. {re.escape(label)}" for label in labels)
    found = re.search(rf"(?:\A|\n\n){lines}\Z", text)
    return text[: found.start()] if found else text
