"""HTTP of the LINE channel: one webhook, answered before any work."""

from __future__ import annotations

import logging
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from channels.line.channel import LineChannel, NotFromLineError, NotReadableError
from conversations.database_lock import patiently

logger = logging.getLogger(__name__)

PATH = "/webhooks/line/webhook"


def blueprint(channel: LineChannel) -> Blueprint:
    """Build the route."""
    routes = Blueprint("line", url_prefix="/webhooks/line")

    @routes.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse | None:
        try:
            signature = request.headers.getone("x-line-signature", None)
            # What was taken in before the store was held is known again by its event's id.
            accepted = await patiently(lambda: channel.accept(request.body, signature))
        except NotFromLineError:
            return json({"error": "signature"}, status=401)
        except NotReadableError as error:
            return json({"error": str(error)}, status=400)
        except Exception:
            # Not durable: an error makes LINE send it again, where redelivery is switched on.
            logger.exception("A LINE webhook could not be taken in")
            return json({"error": "internal"}, status=500)
        try:
            response = await request.respond(json({}))
            await response.eof()
        finally:
            # Also for a caller that went away: the messages are ours now.
            channel.answer(accepted)
        return None

    return routes


def run_beside(channel: LineChannel, app: Any) -> None:
    """Start and stop with the server what runs beside the webhook."""

    @app.after_server_start
    async def start(_app: Any, _loop: Any) -> None:
        await channel.start()

    @app.before_server_stop
    async def stop(_app: Any, _loop: Any) -> None:
        await channel.stop()
