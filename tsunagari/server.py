"""The one-process web server."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

from sanic import Sanic
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse

from channels import rest
from channels.web import routes
from channels.web.channel import WebChannel
from channels.web.errors import as_web_error, error_response
from channels.web.visitors import WebConfig
from conversations.finishing import STOP_SECONDS
from conversations.gate import Gate
from tsunagari import (
    change_pages,
    desk_setup,
    library_setup,
    line_setup,
    privacy_pages,
    sheet_links,
    site_routes,
)
from tsunagari.assembly import Application
from tsunagari.health.listening import port_problem
from tsunagari.operation import routes as operation_routes
from tsunagari.served_request import ServedRequest
from tsunagari.settings import Settings, UserError
from tsunagari.web_setup import web_config

logger = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
"""Bytes of one request; a 10,000-character message needs at most 60,000 escaped."""


def bind(settings: Settings) -> socket.socket:
    """Take the port before anything slow happens.

    Raises:
        UserError: It is in use or may not be bound.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UserError(port_problem(settings, error)) from error
    return listener


class ContractErrors(ErrorHandler):
    """Keeps a channel's shape of errors for what fails below its routes."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        """See `ErrorHandler.default`."""
        if request is not None and request.path.startswith(routes.PREFIX):
            self.log(request, exception)
            return error_response(as_web_error(exception))
        if request is not None and request.path.startswith(rest.PREFIX):
            self.log(request, exception)
            return rest.error_response(as_web_error(exception))
        response: HTTPResponse = super().default(request, exception)
        return response


def create_app(application: Application) -> Sanic:
    """Build the Sanic app with the routes of all channels."""
    app = Sanic(
        "tsunagari",
        configure_logging=False,
        error_handler=ContractErrors(),
        request_class=ServedRequest,
    )
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"

    @app.on_response
    async def harden(_request: Request, response: HTTPResponse) -> None:
        # No browser shall guess what an answer is.
        response.headers.setdefault("X-Content-Type-Options", "nosniff")

    config = web_config(application.settings, application.cluster.limiter)
    _add_channels(app, application, config)
    library_setup.install(app)
    _add_desk(app, application, config)
    _add_pages(app, application, config)
    operation_routes.install(app, application)
    _run_beside(app, application)
    return app


def _add_channels(app: Sanic, application: Application, config: WebConfig) -> None:
    """Add the ways in: rest, the website, Slack and LINE."""
    app.blueprint(rest.blueprint(application.gate, application.settings.rest_enabled))
    web = WebChannel(application.gate, application.sheet, config, application.sheets)
    app.blueprint(routes.blueprint(web))
    routes.run_beside(web, app)
    if application.slack is not None and application.slack_config is not None:
        # Imported only where it is used.
        from channels.slack import routes as slack_routes

        slack_routes.install(app, application.slack, application.slack_config.way)
    line_setup.install(app, application)


def _add_desk(app: Sanic, application: Application, config: WebConfig) -> None:
    """Add the staff's pages, and their channel in Slack."""
    desk_setup.install(app, application, config)
    if application.slack is not None:
        # Imported only where it is used.
        from tsunagari import slack_desk_setup

        slack_desk_setup.install(app, application)


def _add_pages(app: Sanic, application: Application, config: WebConfig) -> None:
    """Add the pages for everybody: sheets, the site, what changed, one's own data."""
    if application.sheets is not None:
        sheet_links.install(app, application.sheets, config)
    pages = site_routes.install(app, config.sites, application.settings.public_url)
    change_pages.install(app, application.settings.library, application.settings.public_url)
    if application.live is not None:
        application.live.on_exchange(pages.forget)
    if application.privacy is not None and application.own_data is not None:
        privacy = application.privacy
        privacy_pages.install(
            app, pages, privacy.terms, application.own_data, privacy.links, config
        )


def _run_beside(app: Sanic, application: Application) -> None:
    """Run beside the server what answers nobody, and close everything after it."""
    beside: list[asyncio.Task[None]] = []

    @app.after_server_start
    async def run_beside(_app: Sanic, _loop: Any) -> None:
        beside.append(asyncio.create_task(application.bridge.run()))
        beside.append(asyncio.create_task(recover(application.gate)))
        if application.privacy is not None:
            beside.append(asyncio.create_task(application.privacy.keep()))
        beside.extend(application.cluster.beside())
        if application.live is not None:
            beside.append(asyncio.create_task(application.live.follow()))

    @app.before_server_stop
    async def stop_beside(_app: Sanic, _loop: Any) -> None:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await application.bridge.drain(STOP_SECONDS)
        await application.cluster.close()

    @app.after_server_stop
    async def close(_app: Sanic, _loop: Any) -> None:
        application.close()


async def recover(gate: Gate) -> None:
    """Answer what an earlier process left, and keep looking for what others leave.

    Beside the server: a channel that cannot be reached must not keep the others waiting.
    """
    await asyncio.gather(_recover_earlier(gate), gate.keep_recovering())


async def _recover_earlier(gate: Gate) -> None:
    try:
        answered = await gate.recover()
    except Exception:
        logger.exception("What an earlier process left could not be answered; trying again")
    else:
        if answered:
            logger.warning("%d messages left by an earlier process were answered", answered)


def page_url(settings: Settings) -> str:
    """Return the address of the chat page as a browser on this machine opens it."""
    host = "localhost" if settings.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else settings.host
    return f"http://{host}:{settings.port}/"
