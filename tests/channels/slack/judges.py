"""Two judges of blocks: slack_sdk's models, each element by itself, and the limits in UTF-16."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.blocks.basic_components import TextObject

# (where, key) → UTF-16 units; from slack_sdk 3.47's models and Slack's documentation.
SECTION, FIELD, CONTEXT, HEADER, BUTTON, OPTION, VALUE = 3000, 2000, 2000, 150, 75, 75, 150
BLOCKS_OF_MESSAGE, BLOCKS_OF_VIEW, MESSAGE = 50, 100, 13000
ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)|<(?!https?://[^|<>\s]+\|[^|<>]+>)|(?<![^<>])>")
CALL = re.compile(r"<@[UW][A-Z0-9]+>")


def problems(blocks: list[dict[str, Any]], most: int = BLOCKS_OF_MESSAGE) -> list[str]:
    """Everything Slack would refuse."""
    return [*_models(blocks), *_limits(blocks, most)]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def texts(value: Any) -> Iterator[dict[str, Any]]:
    """Every text object, however deep."""
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text") and "text" in value:
            yield value
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def _models(blocks: list[dict[str, Any]]) -> Iterator[str]:
    parsed = Block.parse_all(blocks)
    if len(parsed) != len(blocks):
        yield "a block slack_sdk does not know"
    for one in _objects(parsed):
        try:
            one.validate_json()
        except Exception as error:
            yield f"{type(one).__name__}: {error}"


def _objects(value: Any) -> Iterator[JsonObject]:
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _objects(part)
    elif isinstance(value, JsonObject):
        yield value
        if isinstance(value, (Block, Option)) or not isinstance(value, TextObject):
            for name in value.attributes:
                yield from _objects(getattr(value, name, None))


def _limits(blocks: list[dict[str, Any]], most: int) -> Iterator[str]:
    if not 1 <= len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    said = list(texts(blocks))
    if most == BLOCKS_OF_MESSAGE and sum(utf16(one["text"]) for one in said) > MESSAGE:
        yield "msg_blocks_too_long"
    for one in said:
        if not one["text"].strip():
            yield "an empty text"
        if one["type"] == "mrkdwn" and "<" in ENTITY.sub("<", CALL.sub("", one["text"])).replace(
            "<http", ""
        ):
            yield f"unescaped: {one['text'][:80]}"
    named = [block["block_id"] for block in blocks if "block_id" in block]
    if len(named) != len(set(named)):
        yield "block ids repeat"
    for block in blocks:
        yield from _block(block)


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    longest = {"section": SECTION, "header": HEADER}.get(kind)
    if longest and "text" in block and utf16(block["text"]["text"]) > longest:
        yield f"{kind} too long"
    if kind == "section" and "text" not in block and not block.get("fields"):
        yield "an empty section"
    fields = block.get("fields", [])
    if len(fields) > 10 or any(utf16(field["text"]) > FIELD for field in fields):
        yield "fields too long"
    elements = block.get("elements", [])
    if kind == "context" and (
        not 1 <= len(elements) <= 10 or any(utf16(one["text"]) > CONTEXT for one in elements)
    ):
        yield "context too long"
    if kind == "actions":
        if not 1 <= len(elements) <= 25:
            yield f"{len(elements)} elements"
        ids = [one["action_id"] for one in elements]
        if len(ids) != len(set(ids)):
            yield "action ids repeat"
    if kind == "input":
        elements = [block["element"]]
    for one in elements:
        yield from _element(one)


def _element(element: dict[str, Any]) -> Iterator[str]:
    if element["type"] == "button":
        if utf16(element["text"]["text"]) > BUTTON:
            yield "button too long"
        if utf16(element.get("value", "")) > 2000:
            yield "button value too long"
    if element["type"] == "static_select":
        groups = element.get("option_groups")
        lists = [group["options"] for group in groups] if groups else [element["options"]]
        if len(lists) > 100 or not all(1 <= len(options) <= 100 for options in lists):
            yield "options"
        offered = [option for options in lists for option in options]
        for option in offered:
            if utf16(option["text"]["text"]) > OPTION or not 1 <= utf16(option["value"]) <= VALUE:
                yield "option too long"
        initial = element.get("initial_option")
        if initial is not None and initial not in offered:
            yield "initial option is not offered"
        if utf16(element.get("placeholder", {"text": ""})["text"]) > 150:
            yield "placeholder too long"
