"""One-time passwords by the clock (RFC 6238 over HMAC-SHA-1, six digits, 30 seconds).

What every authenticator application reads; a few lines, checked against the RFC's own vectors, so
no library is needed but for the picture of the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
#: Clocks of telephones are a little off: one step to either side (RFC 6238, 5.2).
_WINDOW = (0, -1, 1)


def step_at(at: float) -> int:
    """Return the number of the time step of a moment."""
    return int(at // STEP_SECONDS)


def code_of(key: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the one-time password of a time step (HOTP, RFC 4226, 5.3)."""
    digest = hmac.digest(key, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(key: bytes, code: str, at: float, after: int) -> int | None:
    """Return the time step a code belongs to.

    Args:
        key: The shared key.
        code: As typed, digits only.
        at: Now, seconds since the epoch.
        after: The last step that was used: no code is good twice.

    Returns:
        The step; None when the code fits none near now.
    """
    for offset in _WINDOW:
        step = step_at(at) + offset
        if step > after and hmac.compare_digest(code_of(key, step).encode(), code.encode()):
            return step
    return None


def written(key: bytes) -> str:
    """Return a key as people type it into their application (base32)."""
    return base64.b32encode(key).decode().rstrip("=")


def address_of(key: bytes, login: str, issuer: str) -> str:
    """Return the `otpauth` address applications open (Google's key URI format)."""
    name = f"{quote(issuer)}:{quote(login)}"
    return (
        f"otpauth://totp/{name}?secret={written(key)}&issuer={quote(issuer)}"
        f"&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    )


def picture_of(address: str) -> str:
    """Return an address as a QR code for a telephone's camera: SVG with its quiet zone."""
    # Imported only where it is used.
    import segno

    # White ground in every colour scheme: cameras want dark on light.
    drawn: str = segno.make_qr(address, error="m").svg_inline(scale=4, light="#fff")
    return drawn
