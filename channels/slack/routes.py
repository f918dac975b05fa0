"""Slack's way in: one address for HTTP, or Socket Mode where there is no public address."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import Any

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json
from slack_bolt.adapter.sanic.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from channels.slack.api import error_code
from channels.slack.app import bolt_app
from channels.slack.channel import SlackChannel
from channels.slack.places import CHANNEL
from conversations.finishing import STOP_SECONDS
from conversations.gate import Gate

logger = logging.getLogger(__name__)

PATH = "/webhooks/slack/events"
"""Request URL of events, interactivity and the slash command."""
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
PING_SECONDS = 5.0
"""Of Socket Mode; a lost connection is noticed and opened again at this pace."""
RESEND_SECONDS = 10.0
LONGEST_RESEND = 300.0


@dataclass(frozen=True)
class Way:
    """How Slack reaches us.

    Attributes:
        signing_secret: Proves requests over HTTP; None where there is no route.
        app_token: Opens Socket Mode; None where it is off.
    """

    signing_secret: str | None = None
    app_token: str | None = None


def install(app: Sanic, channel: SlackChannel, way: Way) -> None:
    """Add the route and what runs beside the server."""
    bolt = bolt_app(channel, way.signing_secret)
    if way.signing_secret is not None:
        handler = AsyncSlackRequestHandler(bolt)
        # Before Bolt, which reads a body before it looks who sent it.
        verifier = SignatureVerifier(way.signing_secret)
        routes = Blueprint("slack")

        @routes.post(PATH)
        async def receive(request: Request) -> HTTPResponse:
            try:
                if not verifier.is_valid_request(request.body, dict(request.headers)):
                    # Slack looks at the certificate without signing.
                    return empty(status=200 if request.body == b"ssl_check=1" else 401)
                response: HTTPResponse = await handler.handle(request)
            except ValueError:
                return json({"error": "body cannot be read"}, status=400)
            except Exception:
                logger.exception("A request of Slack failed")
                return empty(status=500)
            return response

        app.blueprint(routes)
    beside: list[asyncio.Task[None]] = []

    @app.after_server_start
    async def start(_app: Sanic, _loop: Any) -> None:
        beside.append(asyncio.create_task(_connect(channel, bolt, way.app_token)))
        beside.append(asyncio.create_task(_keep_sending(channel.gate)))

    @app.before_server_stop
    async def stop(_app: Sanic, _loop: Any) -> None:
        for task in beside:
            task.cancel()
        for task in beside:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await channel.drain(STOP_SECONDS)


async def _connect(channel: SlackChannel, bolt: Any, app_token: str | None) -> None:
    """Learn who the app is, then hold the connection of Socket Mode open until cancelled."""
    await _identified(channel)
    if app_token is None:
        return
    handler = AsyncSocketModeHandler(bolt, app_token, ping_interval=PING_SECONDS)
    try:
        await _until_it_works(handler.connect_async, "Socket Mode")
        await asyncio.Event().wait()
    finally:
        await handler.close_async()


async def _keep_sending(gate: Gate) -> None:
    """Try what could not be sent again, less and less often while Slack cannot be reached."""
    pause = RESEND_SECONDS
    while True:
        await asyncio.sleep(pause)
        try:
            settled = await gate.send_pending(CHANNEL)
        except Exception:
            logger.exception("The outbox could not be looked at; trying again")
            settled = False
        pause = RESEND_SECONDS if settled else min(pause * 2, LONGEST_RESEND)


async def _identified(channel: SlackChannel) -> None:
    await _until_it_works(channel.identify, "auth.test")


async def _until_it_works(call: Any, name: str) -> None:
    pause = FIRST_PAUSE
    while True:
        try:
            await call()
            return
        except SlackApiError as error:
            logger.error("Slack refuses %s: %s", name, error_code(error))
        except Exception as error:
            logger.warning("Slack cannot be reached (%s): %s", name, error)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
