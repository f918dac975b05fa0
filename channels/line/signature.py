"""`X-Line-Signature`: proof that a request comes from LINE for this channel."""

from __future__ import annotations

import base64
import hashlib
import hmac


def sign(secret: str, body: bytes) -> str:
    """Return the signature of a request body: Base64 of HMAC-SHA256 over its raw bytes."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def is_genuine(secret: str, body: bytes, signature: str | None) -> bool:
    """Check a signature in constant time; a missing one is never genuine."""
    return hmac.compare_digest(
        sign(secret, body).encode(), (signature or "").encode("utf-8", "replace")
    )
