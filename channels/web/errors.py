"""Errors of the web channel: one code and one Japanese sentence each (errors.yml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from sanic.exceptions import MethodNotSupported, NotFound, PayloadTooLarge
from sanic.response import HTTPResponse, json

from conversations.database import STORE_AWAY

STORE_RETRY_SECONDS = 5


class WebError(Exception):
    """A request cannot be served.

    Attributes:
        status: HTTP status.
        code: Stable name of the error.
        message: A sentence for the person in front of the screen.
        retry_after: Seconds after which the same request may succeed.
        allow: Methods that would have been allowed.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str | None = None,
        retry_after: float | None = None,
        allow: str | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = detail or _sentences()[code]
        self.retry_after = retry_after
        self.allow = allow


@lru_cache(maxsize=1)
def _sentences() -> dict[str, str]:
    text = (Path(__file__).parent / "errors.yml").read_text(encoding="utf-8")
    sentences: dict[str, str] = yaml.safe_load(text)
    return sentences


def error_response(error: WebError) -> HTTPResponse:
    """Return the error as the contract words it."""
    headers = {}
    if error.retry_after is not None:
        # Whole seconds, never 0: a client that waits so long finds room.
        headers["Retry-After"] = str(max(1, int(error.retry_after + 0.999)))
    if error.allow is not None:
        headers["Allow"] = error.allow
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = {"error": {"code": error.code, "message": error.message}}
    return json(body, status=error.status, ensure_ascii=False, headers=headers)


def as_web_error(error: Exception) -> WebError:
    """Return what the contract calls an error of the server below the routes."""
    if isinstance(error, WebError):
        return error
    if isinstance(error, NotFound):
        return WebError(404, "not_found")
    if isinstance(error, MethodNotSupported):
        return WebError(405, "method_not_allowed", allow=error.headers.get("Allow", ""))
    if isinstance(error, PayloadTooLarge):
        return WebError(413, "too_large")
    if isinstance(error, STORE_AWAY):
        return WebError(503, "unavailable", retry_after=STORE_RETRY_SECONDS)
    status = getattr(error, "status_code", 500)
    return WebError(status, "bad_request" if status < 500 else "internal")
