"""HTTP of the web channel (contract: openapi.yml)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

import yaml
from sanic import Blueprint
from sanic.exceptions import MethodNotSupported, NotFound, PayloadTooLarge, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json, raw

from channels.web import bodies
from channels.web.channel import WebChannel
from channels.web.errors import WebError, error_response
from channels.web.events import HEADERS, EventStream
from channels.web.visitors import Visitor
from conversations.database import STORE_AWAY
from conversations.database_problems import explained
from conversations.finishing import STOP_SECONDS
from conversations.gate import Submission

logger = logging.getLogger(__name__)

PREFIX = "/webhooks/web"
METHODS = "GET, POST, PUT, DELETE, OPTIONS"
REQUEST_HEADERS = "Authorization, Content-Type, Last-Event-ID"
PREFLIGHT_SECONDS = 600
MAX_PAGE = 200
STORE_RETRY_SECONDS = 5
FILES = {"pdf": "application/pdf", "md": "text/markdown; charset=utf-8"}
CROSS_ORIGIN_PATHS = (
    "/session",
    "/token",
    "/events",
    "/messages",
    "/history",
    "/sheet",
    "/sheet/<field_id:str>",
    "/sheet.pdf",
    "/sheet.md",
    "/feedback",
    "/handoff",
    "/end",
    "/conversation",
)
Handler = Callable[..., Awaitable[HTTPResponse | None]]


def blueprint(channel: WebChannel) -> Blueprint:
    """Build the routes."""
    routes = Blueprint("web", url_prefix=PREFIX)
    limits = channel.config.limits

    def address_of(request: Request) -> str:
        # Several headers of the name are one list, in their order.
        forwarded = ", ".join(request.headers.getall("x-forwarded-for", []))
        return channel.config.clients.key(str(request.ip or ""), forwarded)

    def host_of(request: Request) -> str:
        return str(request.headers.getone("host", ""))

    def origin_of(request: Request) -> str | None:
        origin = request.headers.getone("origin", None)
        return None if origin is None else str(origin)

    def guarded(handler: Handler) -> Handler:
        """Turn errors into answers of the contract, readable for the page that asked."""

        @wraps(handler)
        async def guard(request: Request, **arguments: Any) -> HTTPResponse | None:
            try:
                response = await handler(request, **arguments)
            except (WebError, SanicException) as error:
                response = error_response(as_web_error(error))
            except STORE_AWAY as error:
                logger.error("The store cannot be used: %s", explained(error))
                response = error_response(as_web_error(error))
            except Exception:
                logger.exception("A request to the web channel failed")
                response = error_response(WebError(500, "internal"))
            if response is not None:
                response.headers.update(common_headers(request))
            return response

        return guard

    def common_headers(request: Request) -> dict[str, str]:
        headers = {
            "Cache-Control": "no-store",
            "Vary": "Origin",
            "X-Content-Type-Options": "nosniff",
        }
        origin = origin_of(request)
        if origin is not None and channel.config.sites.knows(origin, host_of(request)):
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = "Retry-After"
        return headers

    def visitor_of(request: Request) -> Visitor:
        address, origin = address_of(request), origin_of(request)
        if request.method == "GET":
            channel.limit("reads", address, limits.reads)
        else:
            channel.limit("ip", address, limits.ip)
            if origin is None:
                raise WebError(403, "origin_not_allowed")
        authorization = request.headers.getone("authorization", None)
        return channel.visitor(authorization, origin, host_of(request), address)

    def body_of(request: Request) -> dict[str, Any]:
        return bodies.parse(request.body, request.headers.getone("content-type", ""))

    @routes.post("/session")
    @guarded
    async def session(request: Request) -> HTTPResponse:
        return _json(
            await channel.open_session(
                body_of(request), origin_of(request), host_of(request), address_of(request)
            )
        )

    @routes.post("/token")
    @guarded
    async def token(request: Request) -> HTTPResponse:
        return _json(channel.renew(visitor_of(request)))

    @routes.post("/messages")
    @guarded
    async def messages(request: Request) -> HTTPResponse:
        return _accepted(await channel.send(visitor_of(request), body_of(request)))

    @routes.get("/history")
    @guarded
    async def history(request: Request) -> HTTPResponse:
        visitor = visitor_of(request)
        after = bodies.number(request.args.get("after"), 0, 0, bodies.MAX_SEQ)
        limit = bodies.number(request.args.get("limit"), 50, 1, MAX_PAGE)
        return _json(channel.history(visitor, after, limit))

    @routes.get("/sheet")
    @guarded
    async def sheet(request: Request) -> HTTPResponse:
        return _json(channel.sheet.read(visitor_of(request).conversation_id))

    @routes.put("/sheet/<field_id:str>")
    @guarded
    async def edit(request: Request, field_id: str) -> HTTPResponse:
        visitor = visitor_of(request)
        return _accepted(await channel.edit_sheet(visitor, field_id, body_of(request)))

    def add_file(extension: str) -> None:
        async def file(request: Request) -> HTTPResponse:
            made = await channel.sheet_file(visitor_of(request), extension)
            disposition = {"Content-Disposition": f'attachment; filename="sheet.{extension}"'}
            return raw(made, content_type=FILES[extension], headers=disposition)

        path = f"/sheet.{extension}"
        routes.add_route(guarded(file), path, methods=["GET"], name=f"sheet_{extension}")

    for extension in FILES:
        add_file(extension)

    @routes.post("/feedback")
    @guarded
    async def feedback(request: Request) -> HTTPResponse:
        channel.rate(visitor_of(request), body_of(request))
        return empty()

    @routes.post("/handoff")
    @guarded
    async def handoff(request: Request) -> HTTPResponse:
        return _accepted(await channel.request_person(visitor_of(request), body_of(request)))

    @routes.post("/end")
    @guarded
    async def end(request: Request) -> HTTPResponse:
        channel.end(visitor_of(request))
        return empty()

    @routes.delete("/conversation")
    @guarded
    async def conversation(request: Request) -> HTTPResponse:
        await channel.erase(visitor_of(request))
        return empty()

    @routes.get("/events")
    @guarded
    async def events(request: Request) -> None:
        visitor = visitor_of(request)
        last = request.headers.getone("last-event-id", None) or request.args.get("after")
        after = bodies.number(last, 0, 0, bodies.MAX_SEQ)
        stream = EventStream(
            visitor.conversation_id,
            after,
            channel.gate.store.log,
            channel.sessions,
            channel.sheet,
            channel.fetched,
        )
        channel.enter_stream(visitor)
        try:
            with channel.gate.live.follow(visitor.conversation_id) as follower:
                response = await request.respond(
                    content_type="text/event-stream; charset=utf-8",
                    headers={**common_headers(request), **HEADERS},
                )
                async for piece in stream.run(follower, channel.tokens.remaining(visitor.claims)):
                    await response.send(piece)
                await response.eof()
        finally:
            channel.leave_stream(visitor)

    @routes.get("/openapi.json")
    async def openapi(_request: Request) -> HTTPResponse:
        return _json(openapi_document())

    @guarded
    async def preflight(request: Request, **_parts: str) -> HTTPResponse:
        origin = origin_of(request)
        if origin is None or not channel.config.sites.knows(origin, host_of(request)):
            raise WebError(403, "origin_not_allowed")
        return empty(
            headers={
                "Access-Control-Allow-Methods": METHODS,
                "Access-Control-Allow-Headers": REQUEST_HEADERS,
                "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
            }
        )

    for number, path in enumerate(CROSS_ORIGIN_PATHS):
        routes.add_route(preflight, path, methods=["OPTIONS"], name=f"preflight_{number}")
    return routes


def run_beside(channel: WebChannel, app: Any) -> None:
    """Look for other processes' messages while the server runs; end streams when it stops."""

    @app.after_server_start
    async def watch(app: Any, _loop: Any) -> None:
        gate = channel.gate
        app.ctx.watcher = asyncio.create_task(gate.live.watch(gate.store.log))

    @app.before_server_stop
    async def stop(app: Any, _loop: Any) -> None:
        app.ctx.watcher.cancel()
        channel.gate.live.close()
        await channel.gate.drain(STOP_SECONDS)


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


@lru_cache(maxsize=1)
def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI document of these routes."""
    text = (Path(__file__).parent / "openapi.yml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    return json(body, status=status, ensure_ascii=False)


def _accepted(submission: Submission) -> HTTPResponse:
    return _json({"seq": submission.seq}, 200 if submission.duplicate else 202)
