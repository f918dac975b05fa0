"""`POST /webhooks/rest/webhook`: for tests and integrators on the same machine."""

from __future__ import annotations

import logging
import re
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from channels.web.errors import WebError
from conversations.database import STORE_AWAY
from conversations.database_problems import explained
from conversations.gate import Gate
from conversations.ports import IncomingMessage
from conversations.wording import wording

logger = logging.getLogger(__name__)

PREFIX = "/webhooks/rest"
MAX_ID_LENGTH = 200
# Half characters cannot be stored at all, NUL not by every store.
_NOT_IN_IDS = re.compile("[\x00\ud800-\udfff]")


class BadRequestError(ValueError):
    """The request breaks the contract; the message says how."""


def parse_request(body: Any) -> IncomingMessage:
    """Check a decoded request body: {"sender", "message", "message_id"?}.

    Raises:
        BadRequestError: With a sentence for the integrator.
    """
    if not isinstance(body, dict):
        raise BadRequestError('JSON で送ってください: {"sender": "…", "message": "…"}')
    sender, text, message_id = body.get("sender"), body.get("message"), body.get("message_id")
    if not isinstance(sender, str) or not sender.strip():
        raise BadRequestError("sender がありません: 会話ごとに一つの、空でない文字列です")
    if len(sender) > MAX_ID_LENGTH:
        raise BadRequestError(f"sender が長すぎます: {MAX_ID_LENGTH}文字までです")
    if _NOT_IN_IDS.search(sender):
        raise BadRequestError("sender に使えない文字（制御文字など）があります")
    if not isinstance(text, str):
        raise BadRequestError("message がありません: 文字列で送ってください")
    if message_id is not None and (
        not isinstance(message_id, str)
        or not 0 < len(message_id) <= MAX_ID_LENGTH
        or _NOT_IN_IDS.search(message_id)
    ):
        raise BadRequestError(f"message_id は、1から{MAX_ID_LENGTH}文字までの文字列です")
    return IncomingMessage(f"rest:{sender}", "rest", text=text, client_message_id=message_id)


def blueprint(gate: Gate, enabled: bool) -> Blueprint:
    """Build the routes.

    Args:
        gate: Where messages go.
        enabled: False in public mode: every route answers 404.
    """
    routes = Blueprint("rest", url_prefix=PREFIX)

    @routes.get("/")
    async def health(_request: Request) -> HTTPResponse:
        return json({"status": "ok"}) if enabled else _not_found()

    @routes.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        if not enabled:
            return _not_found()
        try:
            body = request.json
        except Exception:
            return _bad_request("JSON として読み取れません（文字コードは UTF-8 です）")
        try:
            message = parse_request(body)
        except BadRequestError as error:
            return _bad_request(str(error))
        try:
            reply = await gate.receive(message)
        except STORE_AWAY as error:
            logger.error("The store cannot be used: %s", explained(error))
            return json([{"text": wording("unavailable")}], status=503, ensure_ascii=False)
        except Exception:
            logger.exception("A message over rest could not be taken in")
            return json([{"text": wording("failure")}], ensure_ascii=False)
        return json(reply.messages, ensure_ascii=False)

    return routes


def error_response(error: WebError) -> HTTPResponse:
    """Return an error from below the routes as this channel words it."""
    headers = {"Allow": error.allow} if error.allow else {}
    return json({"error": error.message}, error.status, headers, ensure_ascii=False)


def _not_found() -> HTTPResponse:
    return error_response(WebError(404, "not_found"))


def _bad_request(reason: str) -> HTTPResponse:
    return json({"error": reason}, status=400, ensure_ascii=False)
