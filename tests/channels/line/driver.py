"""What LINE sends: signed webhook calls and the events in them."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from channels.line.signature import sign
from tests.channels.line.loopback import BOT, SECRET, USER, Line

GROUP = "Ca56f94637cc4347f90a25382909b24b9"


def event(kind: str, line: Line | None = None, user: str = USER, **parts: Any) -> dict[str, Any]:
    """Returns an event with a fresh id, and a reply token where the platform is given."""
    made: dict[str, Any] = {
        "type": kind,
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": user},
        "webhookEventId": uuid.uuid4().hex,
        "deliveryContext": {"isRedelivery": False},
        **parts,
    }
    if line is not None:
        source = made["source"]
        to = source.get("groupId") or source.get("roomId") or source.get("userId")
        made["replyToken"] = line.issue(to)
    return made


def said(text: str, line: Line, user: str = USER, **parts: Any) -> dict[str, Any]:
    """Returns a text message's event."""
    message = {"id": str(uuid.uuid4().int)[:18], "type": "text", "text": text, "quoteToken": "q"}
    return event("message", line, user, message={**message, **parts.pop("more", {})}, **parts)


def in_group(
    text: str, line: Line, mention: tuple[int, int] | None, **source: Any
) -> dict[str, Any]:
    """Returns a group's message, mentioning the bot at (index, length) in UTF-16 units."""
    more: dict[str, Any] = {}
    if mention:
        one = {"index": mention[0], "length": mention[1], "type": "user", "isSelf": True}
        more = {"mention": {"mentionees": [{**one, "userId": BOT}]}}
    return said(text, line, source={"type": "group", "groupId": GROUP, **source}, more=more)


def call(*events: dict[str, Any], destination: str = BOT) -> tuple[bytes, str]:
    """Returns the body and the signature of a webhook call."""
    body = json.dumps({"destination": destination, "events": events}, ensure_ascii=False).encode()
    return body, sign(SECRET, body)
