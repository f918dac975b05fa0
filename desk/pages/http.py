"""Answers of the desk's pages: never cached, never indexed, nothing inline, in no frame."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sanic.request import Request
from sanic.response import HTTPResponse, html, json, raw, redirect

_DESK = Path(__file__).parent.parent
#: Parts of the desk that bring scripts and styles of their own.
STATICS = tuple(_DESK / room / "static" for room in ("pages", "review"))
_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
#: What the company wrote is on these pages: no copy stays anywhere, and no script but ours runs.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types desk",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


class Assets:
    """The style sheet, scripts and icon, addressed by their content."""

    def __init__(self) -> None:
        self._files = {
            path.name: path.read_bytes() for static in STATICS for path in sorted(static.iterdir())
        }
        self._versions: dict[str, str] = {}
        # A script that is imported must have the address the page would give it: else a browser
        # runs it twice. What imports nothing comes first.
        for name in sorted(self._files, key=lambda name: b"import " in self._files[name]):
            content = self._files[name]
            for known, version in self._versions.items():
                content = content.replace(
                    f'"./{known}"'.encode(), f'"./{known}?v={version}"'.encode()
                )
            self._files[name] = content
            self._versions[name] = hashlib.sha256(content).hexdigest()[:16]

    def address(self, name: str) -> str:
        """Return the address of a file; it changes with the content."""
        return f"/desk/assets/{name}?v={self._versions[name]}"

    def serve(self, name: str, version: str | None) -> HTTPResponse | None:
        """Answer with a file, to be kept for ever under its own address; None without one."""
        if name not in self._files:
            return None
        forever = version == self._versions[name]
        keep = "public, max-age=31536000, immutable" if forever else "no-cache"
        caching = {"Cache-Control": keep}
        return raw(
            self._files[name],
            content_type=_CONTENT_TYPES[Path(name).suffix],
            headers={**HEADERS, **caching},
        )


def page(text: str, status: int = 200) -> HTTPResponse:
    """Answer with a page or a part of one."""
    return html(text, status=status, headers=HEADERS)


def data(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    """Answer a script."""
    return json(body, status=status, headers=HEADERS, ensure_ascii=False)


def file(content: bytes, name: str, content_type: str) -> HTTPResponse:
    """Answer with a file to save."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return raw(content, content_type=content_type, headers={**HEADERS, **disposition})


def see_other(address: str) -> HTTPResponse:
    """Send the browser on after a form."""
    return redirect(address, status=303, headers=HEADERS)


def wants_data(request: Request) -> bool:
    """Tell whether the page's script asks, not the browser itself."""
    return "application/json" in request.headers.get("accept", "")
