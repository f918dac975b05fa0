"""The website on the server: routes of its pages, assets and widget, and the error pages."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

from sanic import Blueprint, Sanic
from sanic.exceptions import MethodNotSupported, NotFound, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from conversations.database import STORE_AWAY
from conversations.database_problems import explained
from tsunagari.site_pages import SiteEntry, SitePages
from tsunagari.web_files import IMMUTABLE, REVALIDATE, SHORT, Body, respond

logger = logging.getLogger(__name__)

_MACHINE_PATHS = re.compile(r"^/(webhooks/|health$|ready$|metrics$|openapi)")


def install(
    app: Sanic, sites: Iterable[SiteEntry] = (), public_url: str | None = None
) -> SitePages:
    """Add the routes and the error pages of the site to the server.

    Args:
        app: The server.
        sites: Websites that may show the widget.
        public_url: Address of the server as the world knows it.
    """
    pages = SitePages(tuple(sites), public_url)
    app.blueprint(blueprint(pages))
    handler = _error_handler(app, pages)
    for problem in (SanicException, Exception):
        app.error_handler.add(problem, handler)
    return pages


def blueprint(pages: SitePages) -> Blueprint:
    """Build the routes."""
    routes = Blueprint("site_pages")

    def get(path: str, name: str, page: Callable[..., Body], caching: str = REVALIDATE) -> None:
        async def serve(request: Request, **parts: str) -> HTTPResponse:
            return respond(request, page(request, **parts), caching)

        routes.add_route(serve, path, methods=["GET", "HEAD"], name=name)

    async def file(request: Request, name: str) -> HTTPResponse:
        bodies = pages.widget if request.path.startswith("/widget/") else pages.assets
        if name not in bodies:
            raise NotFound(f"no file {name}")
        body = bodies[name]
        # An address with the content's own hash can never mean anything else.
        forever = request.args.get("v") == body.version
        return respond(request, body, IMMUTABLE if forever else SHORT)

    get("/", "demo", lambda _request: pages.demo())
    get("/embed", "embed", pages.embed)
    get("/knowledge", "knowledge", lambda request: pages.knowledge(*_search_of(request)))
    get("/knowledge/<record:str>", "record", lambda _request, record: pages.record(record))
    get("/knowledge/sources/<source:str>", "source", lambda _request, source: pages.source(source))
    get("/favicon.ico", "icon", lambda _request: pages.assets["icon.svg"], SHORT)
    for number, path in enumerate(("/assets/<name:str>", "/widget/v1/<name:str>")):
        routes.add_route(file, path, methods=["GET", "HEAD"], name=f"file_{number}")
    return routes


def _search_of(request: Request) -> tuple[str, str]:
    return request.args.get("q", ""), request.args.get("kind", "")


def _error_handler(app: Sanic, pages: SitePages) -> Callable[[Request, Exception], Any]:
    def handle(request: Request | None, problem: Exception) -> Any:
        if request is None or _MACHINE_PATHS.match(request.path):
            return app.error_handler.default(request, problem)
        away = isinstance(problem, STORE_AWAY)
        status = 503 if away else getattr(problem, "status_code", 500)
        if away:
            logger.error("The store cannot be used: %s", explained(problem))
        elif status >= 500:
            logger.error("A page failed: %s", request.path, exc_info=problem)
        response = respond(request, pages.error(status), "no-store", status)
        if isinstance(problem, MethodNotSupported):
            response.headers.update(problem.headers)
        return response

    return handle
