"""`POST /webhooks/rest/webhook`: for tests and integrators on the same machine."""

from __future__ import annotations

import logging
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from conversations.database import STORE_AWAY
from conversations.database_problems import explained
from conversations.gate import Gate
from conversations.ports import IncomingMessage
from conversations.wording import wording

logger = logging.getLogger(__name__)

MAX_ID_LENGTH = 200


class BadRequestError(ValueError):
    """The request breaks the contract; the message says how."""


def parse_request(body: Any) -> IncomingMessage:
    """Check a decoded request body: {"sender", "message", "message_id"?}.

    Raises:
        BadRequestError: With a sentence for the integrator.
    """
    if not isinstance(body, dict):
        raise BadRequestError('body must be a JSON object: {"sender": "…", "message": "…"}')
    sender, text, message_id = body.get("sender"), body.get("message"), body.get("message_id")
    if not isinstance(sender, str) or not sender.strip():
        raise BadRequestError("'sender' is required: a non-empty string, one per conversation")
    if len(sender) > MAX_ID_LENGTH:
        raise BadRequestError(f"'sender' must not be longer than {MAX_ID_LENGTH} characters")
    if not isinstance(text, str):
        raise BadRequestError("'message' is required: a string")
    if message_id is not None and (
        not isinstance(message_id, str) or not 0 < len(message_id) <= MAX_ID_LENGTH
    ):
        raise BadRequestError(f"'message_id' must be a string of 1 to {MAX_ID_LENGTH} characters")
    return IncomingMessage(f"rest:{sender}", "rest", text=text, client_message_id=message_id)


def blueprint(gate: Gate, enabled: bool) -> Blueprint:
    """Build the routes.

    Args:
        gate: Where messages go.
        enabled: False in public mode: every route answers 404.
    """
    routes = Blueprint("rest", url_prefix="/webhooks/rest")

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
            return _bad_request("body is not valid JSON")
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


def _not_found() -> HTTPResponse:
    return json({"error": "not found"}, status=404)


def _bad_request(reason: str) -> HTTPResponse:
    return json({"error": reason}, status=400, ensure_ascii=False)
