"""Session tokens: signed, short-lived, bound to conversation, site and origin."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from channels.web.errors import WebError

TOKEN_SECONDS = 900
_MAX_LENGTH = 2048


@dataclass(frozen=True)
class Claims:
    """What a token proves.

    Attributes:
        conversation_id: The conversation (without the channel's prefix).
        site_key: The site it was opened on.
        origin: The page's origin.
        expires: Seconds since the epoch.
    """

    conversation_id: str
    site_key: str
    origin: str
    expires: float


class TokenSigner:
    """Makes and checks tokens `base64url(claims).base64url(HMAC-SHA256)`."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        # The secret may serve other purposes one day: each has a key of its own.
        self._key = hmac.digest(secret, b"tsunagari web session token v1", hashlib.sha256)
        self._clock = clock

    def issue(self, conversation_id: str, site_key: str, origin: str) -> str:
        """Return a token valid for `TOKEN_SECONDS`."""
        claims = [conversation_id, site_key, origin, int(self._clock()) + TOKEN_SECONDS]
        body = _encode(json.dumps(claims, separators=(",", ":")).encode())
        return f"{body}.{_encode(self._sign(body))}"

    def check(self, token: str) -> Claims:
        """Return what a token proves.

        Raises:
            WebError: 401: it was not made here, was changed, or has expired.
        """
        body, _, signature = token.partition(".")
        if len(token) > _MAX_LENGTH or not token.isascii():
            raise WebError(401, "token_invalid")
        # Compared as text: base64url has several spellings of the same bytes.
        if not hmac.compare_digest(signature, _encode(self._sign(body))):
            raise WebError(401, "token_invalid")
        claims = Claims(*json.loads(_decode(body)))
        if claims.expires <= self._clock():
            raise WebError(401, "token_expired")
        return claims

    def remaining(self, claims: Claims) -> float:
        """Return the seconds a token is still valid."""
        return claims.expires - self._clock()

    def _sign(self, body: str) -> bytes:
        return hmac.digest(self._key, body.encode(), hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return binascii.a2b_base64(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
