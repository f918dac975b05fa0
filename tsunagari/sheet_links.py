"""HTTP of the links to consultation sheets: what LINE and Slack show instead of a button."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, raw, text

from answers.sheet.wording import wording
from channels.web.visitors import WebConfig
from conversations.ports import SheetUnavailableError

if TYPE_CHECKING:
    from tsunagari.sheet_files import SheetFiles

PATH = "/sheet"
PER_MINUTE = 20
#: The sheet is the company's: no copy stays on the way, no search engine finds it.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
CONTENT_TYPES = {"pdf": "application/pdf", "md": "text/markdown; charset=utf-8"}


def file_headers(extension: str) -> dict[str, str]:
    """Return the headers of a sheet as a file."""
    name = quote(f"{wording('file')}.{extension}")
    disposition = f"attachment; filename=\"sheet.{extension}\"; filename*=UTF-8''{name}"
    return {**HEADERS, "Content-Disposition": disposition}


def install(app: Sanic, files: SheetFiles, config: WebConfig) -> None:
    """Add the links to the server.

    Args:
        app: The server.
        files: Makes the files and checks the links.
        config: Whose limiter and idea of client addresses are used.
    """

    @app.get(f"{PATH}/<named:str>")
    async def sheet(request: Request, named: str) -> HTTPResponse:
        forwarded = ", ".join(request.headers.getall("x-forwarded-for", []))
        address = config.clients.key(str(request.ip or ""), forwarded)
        wait = config.limiter.take(f"sheet-link:{address}", PER_MINUTE)
        if wait:
            return _said("busy", 429, {"Retry-After": str(wait)})
        token, _, extension = named.rpartition(".")
        conversation_id = files.opened(token) if extension in CONTENT_TYPES else None
        if conversation_id is None:
            return _said("link_over", 404)
        try:
            if extension == "md":
                body = files.markdown(conversation_id).encode("utf-8", "replace")
            else:
                body = await files.pdf(conversation_id)
        except SheetUnavailableError:
            return _said("link_over", 404)
        return raw(body, content_type=CONTENT_TYPES[extension], headers=file_headers(extension))


def _said(key: str, status: int, more: dict[str, str] | None = None) -> HTTPResponse:
    return text(wording(key) + "\n", status=status, headers={**HEADERS, **(more or {})})
