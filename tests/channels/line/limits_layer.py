"""The second layer: limits LINE enforces but its OpenAPI document does not state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from channels.line.limits import limit, units


def violations(messages: list[dict[str, Any]]) -> list[str]:
    """Returns every limit a list of message objects breaks."""
    found = list(_count("messages", len(messages), 1, limit("reply", "messages_max")))
    for number, message in enumerate(messages):
        where = f"messages[{number}]"
        last = number == len(messages) - 1
        if message["type"] == "text":
            found += _text(f"{where}.text", message["text"], limit("text", "units_max"))
        elif message["type"] == "flex":
            found += _text(f"{where}.altText", message["altText"], limit("flex", "alt_text_max"))
            found += _flex(where, message["contents"])
        else:
            found.append(f"{where}: {message['type']} is not used")
        if "quickReply" in message:
            items = message["quickReply"]["items"]
            found += _count(f"{where}.quickReply", len(items), 1, limit("quick_reply", "items_max"))
            for item in items:
                label = item["action"]["label"]
                found += _text(f"{where}.quickReply", label, limit("quick_reply", "label_max"))
            if not last:
                found.append(f"{where}.quickReply: only the last message shows it")
        for action in actions(message):
            found += _action(where, action)
    return found


def actions(part: Any) -> Iterator[dict[str, Any]]:
    """Yields every action in a message."""
    if isinstance(part, dict):
        if part.get("type") in ("postback", "uri", "message"):
            yield part
        for value in part.values():
            yield from actions(value)
    elif isinstance(part, list):
        for one in part:
            yield from actions(one)


def _flex(where: str, contents: dict[str, Any]) -> Iterator[str]:
    carousel = contents["type"] == "carousel"
    bubbles = contents["contents"] if carousel else [contents]
    yield from _count(f"{where} bubbles", len(bubbles), 1, limit("flex", "carousel_bubbles_max"))
    for bubble in bubbles:
        size = len(json.dumps(bubble, ensure_ascii=False).encode())
        yield from _count(f"{where} bubble", size, 1, limit("flex", "bubble_bytes_max"))
    size = len(json.dumps(contents, ensure_ascii=False).encode())
    yield from _count(f"{where} carousel", size, 1, limit("flex", "carousel_bytes_max"))
    for text in _texts(contents):
        yield from _text(f"{where} flex text", text, limit("flex", "text_units_max"))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if part.get("type") == "text":
            yield part["text"]
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)


def _action(where: str, action: dict[str, Any]) -> Iterator[str]:
    if action["type"] == "uri":
        yield from _text(f"{where} uri", action["uri"], limit("action", "uri_max"))
        if not action["uri"].isascii() or not action["uri"].startswith(("https://", "http://")):
            yield f"{where} uri: {action['uri']}"
    if action["type"] == "postback":
        yield from _text(f"{where} data", action["data"], limit("action", "postback_data_max"))
        if "displayText" in action:
            shown = action["displayText"]
            yield from _text(f"{where} shown", shown, limit("action", "display_text_max"))
    yield from _text(f"{where} label", action["label"], limit("action", "flex_label_max"))


def _text(where: str, text: str, most: int) -> Iterator[str]:
    if not text.strip():
        yield f"{where}: blank"
    if units(text) > most:
        yield f"{where}: {units(text)} > {most} UTF-16 code units"


def _count(where: str, number: int, least: int, most: int) -> Iterator[str]:
    if not least <= number <= most:
        yield f"{where}: {number} is not between {least} and {most}"


def sources() -> dict[str, str]:
    """Returns where every limit was read, by its name."""
    from pathlib import Path

    import channels.line

    table = yaml.safe_load((Path(channels.line.__file__).parent / "limits.yml").read_text("utf-8"))
    return {
        f"{group}.{name}": entry.get("source", "")
        for group, entries in table.items()
        for name, entry in entries.items()
    }
