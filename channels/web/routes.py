"""HTTP of the web channel (contract: openapi.yml)."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json, raw

from channels.web import bodies
from channels.web.channel import WebChannel
from channels.web.door import Door, body_of, host_of, origin_of
from channels.web.errors import WebError
from channels.web.events import HEADERS, EventStream
from conversations.finishing import STOP_SECONDS
from conversations.gate import Submission

PREFIX = "/webhooks/web"
METHODS = "GET, POST, PUT, DELETE, OPTIONS"
REQUEST_HEADERS = "Authorization, Content-Type, Last-Event-ID"
PREFLIGHT_SECONDS = 600
MAX_PAGE = 200
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


def blueprint(channel: WebChannel) -> Blueprint:
    """Build the routes."""
    routes = Blueprint("web", url_prefix=PREFIX)
    door = Door(channel)
    _add_sessions(routes, channel, door)
    _add_messages(routes, channel, door)
    _add_sheet(routes, channel, door)
    _add_events(routes, channel, door)
    _add_preflight(routes, door)

    @routes.get("/openapi.json")
    async def openapi(_request: Request) -> HTTPResponse:
        return _json(openapi_document())

    return routes


def _add_sessions(routes: Blueprint, channel: WebChannel, door: Door) -> None:
    """Add what begins, renews, ends and erases a conversation."""

    @routes.post("/session")
    @door.guarded
    async def session(request: Request) -> HTTPResponse:
        return _json(
            await channel.open_session(
                body_of(request), origin_of(request), host_of(request), door.address(request)
            )
        )

    @routes.post("/token")
    @door.guarded
    async def token(request: Request) -> HTTPResponse:
        return _json(channel.renew(door.visitor(request)))

    @routes.post("/end")
    @door.guarded
    async def end(request: Request) -> HTTPResponse:
        channel.end(door.visitor(request))
        return empty()

    @routes.delete("/conversation")
    @door.guarded
    async def conversation(request: Request) -> HTTPResponse:
        await channel.erase(door.visitor(request))
        return empty()


def _add_messages(routes: Blueprint, channel: WebChannel, door: Door) -> None:
    """Add what is said, read and thought of it."""

    @routes.post("/messages")
    @door.guarded
    async def messages(request: Request) -> HTTPResponse:
        return _accepted(await channel.send(door.visitor(request), body_of(request)))

    @routes.get("/history")
    @door.guarded
    async def history(request: Request) -> HTTPResponse:
        visitor = door.visitor(request)
        after = bodies.number(request.args.get("after"), 0, 0, bodies.MAX_SEQ)
        limit = bodies.number(request.args.get("limit"), 50, 1, MAX_PAGE)
        return _json(channel.history(visitor, after, limit))

    @routes.post("/feedback")
    @door.guarded
    async def feedback(request: Request) -> HTTPResponse:
        channel.rate(door.visitor(request), body_of(request))
        return empty()

    @routes.post("/handoff")
    @door.guarded
    async def handoff(request: Request) -> HTTPResponse:
        return _accepted(await channel.request_person(door.visitor(request), body_of(request)))


def _add_sheet(routes: Blueprint, channel: WebChannel, door: Door) -> None:
    """Add the consultation sheet: shown, changed, taken home."""

    @routes.get("/sheet")
    @door.guarded
    async def sheet(request: Request) -> HTTPResponse:
        return _json(channel.sheet.read(door.visitor(request).conversation_id))

    @routes.put("/sheet/<field_id:str>")
    @door.guarded
    async def edit(request: Request, field_id: str) -> HTTPResponse:
        visitor = door.visitor(request)
        return _accepted(await channel.edit_sheet(visitor, field_id, body_of(request)))

    def add_file(extension: str) -> None:
        async def file(request: Request) -> HTTPResponse:
            made = await channel.sheet_file(door.visitor(request), extension)
            disposition = {"Content-Disposition": f'attachment; filename="sheet.{extension}"'}
            return raw(made, content_type=FILES[extension], headers=disposition)

        path = f"/sheet.{extension}"
        routes.add_route(door.guarded(file), path, methods=["GET"], name=f"sheet_{extension}")

    for extension in FILES:
        add_file(extension)


def _add_events(routes: Blueprint, channel: WebChannel, door: Door) -> None:
    """Add the stream of what is new."""

    @routes.get("/events")
    @door.guarded
    async def events(request: Request) -> None:
        visitor = door.visitor(request)
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
                    headers={**door.headers(request), **HEADERS},
                )
                async for piece in stream.run(follower, channel.tokens.remaining(visitor.claims)):
                    await response.send(piece)
                await response.eof()
        finally:
            channel.leave_stream(visitor)


def _add_preflight(routes: Blueprint, door: Door) -> None:
    """Add the question browsers ask before they send something to another site."""

    @door.guarded
    async def preflight(request: Request, **_parts: str) -> HTTPResponse:
        if not door.knows(request):
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
