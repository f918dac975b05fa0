"""Readers of what comes from outside, each as a function of bytes that may refuse but not fail."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from channels.line.events import Reader
from channels.rest import BadRequestError, parse_request
from channels.web import bodies
from channels.web.clients import ClientAddresses
from channels.web.errors import WebError
from channels.web.tokens import TokenSigner
from conversations.masking import mask_numbers
from knowledge.ingest.limits import MEGABYTE, Limits
from knowledge.ingest.media import media_of
from knowledge.ingest.parsers import html, plain
from knowledge.ingest.rejection import Rejected

_LIMITS = Limits(file_bytes=MEGABYTE, unpacked_bytes=MEGABYTE, pages=10, characters=100_000)
_SIGNER = TokenSigner(b"k" * 32)
_CLIENTS = ClientAddresses(("10.0.0.0/8", "fd00::/8"))
_LINE = Reader({}, lambda _latitude, _longitude, _address: None)


def web_body(data: bytes) -> None:
    """A request body of the widget."""
    with suppress(WebError):
        body = bodies.parse(data, "application/json")
        for read in (bodies.client_message_id, lambda one: bodies.text(one, "text")):
            with suppress(WebError):
                read(body)


def rest_body(data: bytes) -> None:
    """A request body of an integrator."""
    with suppress(BadRequestError):
        parse_request(_json(data))


def token(data: bytes) -> None:
    """A session token; none that was made up is believed."""
    with suppress(WebError):
        _SIGNER.check(data.decode("utf-8", "surrogateescape"))
        raise AssertionError("a made-up token was believed")


def forwarded_for(data: bytes) -> None:
    """The `X-Forwarded-For` header."""
    assert _CLIENTS.key("10.0.0.1", data.decode("latin-1"))


def line_event(data: bytes) -> None:
    """An event of LINE; its signature was right, its shape may be anything."""
    event = _json(data)
    if isinstance(event, dict):
        _LINE.read("U" + "0" * 32, event, 1.0)


def numbers(data: bytes) -> None:
    """Personal numbers in a text."""
    mask_numbers(data.decode("utf-8", "replace"))


def web_page(data: bytes) -> None:
    """A page that is taken in."""
    with suppress(Rejected):
        html.read(data, _LIMITS, _silent)


def plain_text(data: bytes) -> None:
    """A text or Markdown that is taken in."""
    with suppress(Rejected):
        plain.read(data, _LIMITS, _silent)


def media(data: bytes) -> None:
    """What kind of file something is."""
    with suppress(Rejected, zipfile.BadZipFile):
        media_of(data, "document", _LIMITS)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _silent(_done: int, _whole: int) -> None:
    """Nobody waits."""


TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "web_body": (
        web_body,
        (b'{"client_msg_id":"00000000-0000-4000-8000-000000000000","type":"text","text":"a"}',),
    ),
    "rest_body": (rest_body, (b'{"sender":"a","message":"b","message_id":"c"}',)),
    "token": (token, (_SIGNER.issue("a", "demo", "https://a.example")[:-1].encode(),)),
    "forwarded_for": (forwarded_for, (b"203.0.113.7, [2001:db8::1]:443, 10.0.0.2",)),
    "line_event": (
        line_event,
        (
            b'{"type":"message","webhookEventId":"1","source":{"type":"user","userId":"U1"},'
            b'"message":{"type":"text","id":"1","text":"a","mention":{"mentionees":'
            b'[{"index":0,"length":1,"isSelf":true}]}}}',
            b'{"type":"postback","webhookEventId":"1","source":{"type":"group","groupId":"C1"},'
            b'"postback":{"data":"c=1"}}',
            b'{"type":"message","webhookEventId":"1","source":{"type":"user","userId":"U1"},'
            b'"message":{"type":"location","id":"1","latitude":34.6,"longitude":135.5}}',
        ),
    ),
    "numbers": (
        numbers,
        ("電話は06-1234-5678、法人番号1234567890123、a@b.example".encode(),),
    ),
    "web_page": (
        web_page,
        (
            "<html><meta charset=utf-8><body><h1>あ</h1><table><tr><td>い".encode(),
            b"<p>a<?php b?>c",
        ),
    ),
    "plain_text": (
        plain_text,
        ("# 見出し\n\n本文\n\n- 箇条\n".encode(), "見出し\n".encode("cp932")),
    ),
    "media": (media, (b"%PDF-1.7", b"PK\x03\x04", b"<!doctype html>")),
}
"""Name → reader, and well-formed inputs to begin with."""
