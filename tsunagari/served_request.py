"""Requests as programs and people really send them, checked before Sanic reads their bodies."""

from __future__ import annotations

import re
from typing import Any

from sanic.compat import Header
from sanic.exceptions import InvalidUsage
from sanic.request import Request

_NOT_IN_ADDRESSES = re.compile(rb"[^!-~]")
_LENGTH = re.compile(r"[0-9]{1,15}", re.ASCII)


class ServedRequest(Request):
    """A request with any address, whose body has a readable end.

    An address may hold raw Japanese, as scripts and links in mails have it; browsers write it
    with percent signs, and Sanic would drop the connection without an answer.
    """

    __slots__ = ()

    def __init__(self, url_bytes: bytes, headers: Header, *arguments: Any, **named: Any) -> None:
        """See `Request`.

        Raises:
            InvalidUsage: Where the body ends cannot be told.
        """
        _check_body_ends(headers)
        written = _NOT_IN_ADDRESSES.sub(lambda found: b"%%%02X" % found[0][0], url_bytes)
        super().__init__(written, headers, *arguments, **named)


def _check_body_ends(headers: Header) -> None:
    """See that one header says in one way how long the body is (RFC 9112, 6.3).

    Sanic fails over a length that is no number, and reads one below zero for ever.
    """
    lengths = headers.getall("content-length", [])
    codings = headers.getall("transfer-encoding", [])
    if len(lengths) + len(codings) > 1:
        raise InvalidUsage("More than one length of the body")
    if any(not _LENGTH.fullmatch(length.strip()) for length in lengths):
        raise InvalidUsage("The length of the body is no number")
    if codings:
        if codings[0].strip().lower() != "chunked":
            raise InvalidUsage("Unknown coding of the body")
        # However it was written: Sanic knows this spelling only.
        headers["transfer-encoding"] = "chunked"
