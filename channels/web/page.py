"""Routes of the plain chat page.

The page's conversation hangs on a random cookie issued by the server; the conversation id is
derived from it and never leaves the server, so nobody can name someone else's conversation.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from conversations.gate import Gate
from conversations.ports import IncomingMessage
from conversations.wording import wording

logger = logging.getLogger(__name__)

COOKIE = "tsunagari_session"
COOKIE_DAYS = 30
MAX_ID_LENGTH = 64
_TOKEN = re.compile(r"^[A-Za-z0-9_-]{43}$")
_ASSETS = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/chat/chat.css": ("chat.css", "text/css; charset=utf-8"),
    "/chat/chat.js": ("chat.js", "text/javascript; charset=utf-8"),
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def conversation_id(token: str) -> str:
    """Return the conversation of a session token (128 bits of its SHA-256)."""
    return "web:" + hashlib.sha256(token.encode()).hexdigest()[:32]


def blueprint(gate: Gate) -> Blueprint:
    """Build the routes of the page."""
    routes = Blueprint("web_page")
    for index, (path, (name, content_type)) in enumerate(_ASSETS.items()):
        content = (Path(__file__).parent / name).read_bytes()
        routes.add_route(_asset(content, content_type), path, name=f"asset_{index}")

    @routes.get("/favicon.ico")
    async def icon(_request: Request) -> HTTPResponse:
        return raw(b"", status=204)

    @routes.get("/chat/messages")
    async def history(request: Request) -> HTTPResponse:
        token, is_new = _session(request)
        logged = [] if is_new else gate.store.log.history(conversation_id(token))
        lines = [{"author": line.author, **(line.body or {"text": line.text})} for line in logged]
        return _with_session(_json({"messages": lines}), token, request)

    @routes.post("/chat/messages")
    async def send(request: Request) -> HTTPResponse:
        if not _same_origin(request):
            return _json({"error": "cross-origin request refused"}, 403)
        try:
            body = request.json
        except Exception:
            return _json({"error": "body is not valid JSON"}, 400)
        token, _ = _session(request)
        message = _parse(body, conversation_id(token))
        if message is None:
            return _json({"error": "send {client_message_id, text} or {…, choice_id}"}, 400)
        try:
            messages = (await gate.receive(message)).messages
        except Exception:
            logger.exception("A message from the page could not be taken in")
            messages = [{"text": wording("failure")}]
        return _with_session(_json({"messages": messages}), token, request)

    return routes


def _asset(content: bytes, content_type: str) -> Any:
    async def serve(_request: Request) -> HTTPResponse:
        return raw(content, content_type=content_type, headers=dict(_HEADERS))

    return serve


def _parse(body: Any, conversation: str) -> IncomingMessage | None:
    if not isinstance(body, dict):
        return None
    text, choice_id, message_id = (
        body.get(key) for key in ("text", "choice_id", "client_message_id")
    )
    if not isinstance(message_id, str) or not 0 < len(message_id) <= MAX_ID_LENGTH:
        return None
    if isinstance(choice_id, str) and 0 < len(choice_id) <= MAX_ID_LENGTH:
        return IncomingMessage(
            conversation, "web", choice_id=choice_id, client_message_id=message_id
        )
    if not isinstance(text, str):
        return None
    return IncomingMessage(conversation, "web", text=text, client_message_id=message_id)


def _session(request: Request) -> tuple[str, bool]:
    token = request.cookies.get(COOKIE)
    if token and _TOKEN.match(token):
        return token, False
    return secrets.token_urlsafe(32), True


def _same_origin(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _with_session(response: HTTPResponse, token: str, request: Request) -> HTTPResponse:
    response.cookies[COOKIE] = token
    cookie = response.cookies[COOKIE]
    cookie["httponly"] = True
    cookie["samesite"] = "Strict"
    cookie["path"] = "/"
    cookie["max-age"] = COOKIE_DAYS * 86400
    cookie["secure"] = request.scheme == "https"
    return response


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    return json(body, status=status, ensure_ascii=False, headers={"Cache-Control": "no-store"})
