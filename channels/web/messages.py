"""Messages of the log as the widget gets them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from answers import without_numbers
from conversations.rows import LoggedMessage


def render(message: LoggedMessage) -> dict[str, Any]:
    """Return a message of the log in the shape of the contract."""
    body = message.body or {}
    buttons = body.get("buttons") or []
    custom = body.get("custom") or {}
    rendered: dict[str, Any] = {
        "seq": message.id,
        "author": message.author,
        "text": without_numbers(message.text, [str(button["title"]) for button in buttons]),
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
