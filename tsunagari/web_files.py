"""Bodies served to browsers: entity tags, compression and security headers in one place."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sanic.request import Request
from sanic.response import HTTPResponse, raw

REVALIDATE = "no-cache"
SHORT = "public, max-age=300"
IMMUTABLE = "public, max-age=31536000, immutable"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

#: On every answer of the site.
COMMON_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
#: On pages: nothing inline, nothing from elsewhere, in no frame.
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src {scripts}; style-src 'self'; "
    "img-src 'self' data:; connect-src {scripts}; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Frame-Options": "DENY",
}
#: On the widget's files: any website may load them, also as a module and with SRI.
WIDGET_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
#: On the site's own style sheet, script and icon.
ASSET_HEADERS = {"Cross-Origin-Resource-Policy": "same-origin"}


def page_headers(scripts: bool) -> dict[str, str]:
    """Return the headers of a page; without scripts its policy allows none at all."""
    source = "'self'" if scripts else "'none'"
    return {name: value.replace("{scripts}", source) for name, value in PAGE_HEADERS.items()}


@dataclass(frozen=True)
class Body:
    """Bytes with what a browser needs to keep them.

    Attributes:
        content: Uncompressed bytes.
        content_type: With its charset.
        headers: Further headers.
    """

    content: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """Short content hash, used in the entity tag and in immutable addresses."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def compressed(self) -> bytes:
        """The same bytes gzipped; no time stamp, so that they are reproducible."""
        return gzip.compress(self.content, 9, mtime=0)


def read_body(path: Path, headers: dict[str, str]) -> Body:
    """Read a file of a known type."""
    return Body(path.read_bytes(), CONTENT_TYPES[path.suffix], headers)


def respond(request: Request, body: Body, caching: str, status: int = 200) -> HTTPResponse:
    """Answer with a body: 304 where the browser has it, gzipped where it understands that."""
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{body.version}{"-gz" if zipped else ""}"'
    headers = {
        **COMMON_HEADERS,
        **body.headers,
        "Cache-Control": caching,
        "ETag": tag,
        "Vary": "Accept-Encoding",
    }
    if status == 200 and _matches(request.headers.get("if-none-match", ""), body.version):
        return raw(b"", status=304, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    content = body.compressed if zipped else body.content
    return raw(content, status=status, content_type=body.content_type, headers=headers)


def _matches(header: str, version: str) -> bool:
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")}
    return bool(tags & {version, f"{version}-gz", "*"})
