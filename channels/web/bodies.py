"""Request bodies and parameters, checked field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from channels.web.errors import WebError

MAX_BODY = 16 * 1024
MAX_TEXT = 1000
MAX_COMMENT = 500
MAX_ID = 64
MAX_SEQ = 2**53 - 1
_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NUMBER = re.compile(r"^[0-9]{1,16}$")


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """Decode a JSON object.

    Raises:
        WebError: 413 too large, 400 not a JSON object.
    """
    if len(body) > MAX_BODY:
        raise WebError(413, "too_large")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise WebError(400, "not_json")
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError):
        raise WebError(400, "not_json") from None
    if not isinstance(decoded, dict):
        raise WebError(400, "not_json")
    return decoded


def text(body: dict[str, Any], key: str, limit: int = MAX_TEXT) -> str:
    """Return a text a person typed: not empty, no control characters but newline and tab.

    Raises:
        WebError: 400.
    """
    value = body.get(key)
    if not isinstance(value, str):
        raise WebError(400, "bad_request")
    value = value.replace("\r\n", "\n")
    try:
        units = len(value.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        raise WebError(400, "invalid_text") from None
    if units > limit:
        raise WebError(400, "too_long")
    if not value.strip() or _CONTROLS.search(value):
        raise WebError(400, "invalid_text")
    return value


def optional_text(body: dict[str, Any], key: str, limit: int) -> str | None:
    """Return a text or None where it is missing, null or blank.

    Raises:
        WebError: 400.
    """
    value = body.get(key)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return text(body, key, limit)


def client_message_id(body: dict[str, Any]) -> str:
    """Return the client's id of a message.

    Raises:
        WebError: 400: not a UUID.
    """
    value = body.get("client_msg_id")
    if not isinstance(value, str) or not _UUID.match(value.lower()):
        raise WebError(400, "bad_request")
    return value.lower()


def identifier(body: dict[str, Any], key: str, limit: int = MAX_ID) -> str:
    """Return an opaque id.

    Raises:
        WebError: 400.
    """
    value = body.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= limit or not value.isascii():
        raise WebError(400, "bad_request")
    return value


def one_of(body: dict[str, Any], key: str, allowed: Collection[str], needed: bool) -> str | None:
    """Return a value of a closed list; None where it is missing and not needed.

    Raises:
        WebError: 400.
    """
    value = body.get(key)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or value not in allowed:
        raise WebError(400, "bad_request")
    return value


def sequence(body: dict[str, Any], key: str) -> int:
    """Return the number of a message.

    Raises:
        WebError: 400.
    """
    value = body.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MAX_SEQ:
        raise WebError(400, "bad_request")
    return value


def number(raw: str | None, default: int, lowest: int, highest: int) -> int:
    """Return a whole number out of a query parameter or header.

    Raises:
        WebError: 400.
    """
    if raw is None or raw == "":
        return default
    if not _NUMBER.match(raw) or not raw.isascii() or not lowest <= int(raw) <= highest:
        raise WebError(400, "bad_request")
    return int(raw)
