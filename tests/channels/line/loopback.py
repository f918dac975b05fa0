"""A LINE platform over loopback that enforces the rules the real one enforces."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from channels.line.client import LineConfig
from tests.channels.line.limits_layer import violations
from tests.channels.line.strict_schema import problems

SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "long-lived-token"
BOT = "U" + "b" * 32
USER = "U206d25c2ea6bd87c17655609a1c37cb8"
SHORT_LIVED = "stateless-token"


@dataclass
class Sent:
    """A message object somebody got."""

    to: str
    message: dict[str, Any]
    way: str


@dataclass
class Line:
    """The platform's state, and what tests may change of it.

    Attributes:
        life: Seconds a reply token lives.
        quota: Messages a month, None when unlimited.
        failing: Statuses to answer the next requests of an endpoint with, then normal again;
            0 cuts the connection before, -1 after the message was taken.
        hanging: Endpoints that answer nothing.
        profiles: Profile by user.
        strict: Whether the schema is at hand.
    """

    url: str = ""
    life: float = 60.0
    quota: int | None = None
    used: int = 0
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    used_tokens: set[str] = field(default_factory=set)
    retry_keys: dict[str, Any] = field(default_factory=dict)
    failing: dict[str, list[int]] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    broken_rules: list[str] = field(default_factory=list)
    loading: list[dict[str, Any]] = field(default_factory=list)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    menus: dict[str, dict[str, Any]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    default_menu: str | None = None
    webhook: dict[str, Any] = field(default_factory=dict)
    refuse_flex: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def config(self) -> LineConfig:
        """Returns how our client reaches this platform."""
        return LineConfig(SECRET, TOKEN, None, self.url, self.url)

    def issue(self, to: str, age: float = 0.0) -> str:
        """Issues a reply token."""
        token = uuid.uuid4().hex
        self.tokens[token] = (to, time.time() - age)
        return token

    def count(self, path: str) -> int:
        """Returns how often an endpoint was called."""
        return sum(called.endswith(path) for called, _ in self.calls)

    def texts(self, to: str = USER) -> list[str]:
        """Returns all that somebody can read, in order."""
        return [readable(one.message) for one in self.sent if one.to == to]

    async def wait(self, messages: int, seconds: float = 20.0) -> None:
        """Waits until so many messages arrived."""
        until = time.monotonic() + seconds
        while len(self.sent) < messages:
            assert time.monotonic() < until, f"{len(self.sent)} of {messages}: {self.texts()}"
            await asyncio.sleep(0.01)


def readable(part: Any) -> str:
    """Returns every text in a message object, altText apart."""
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        rest = [readable(value) for key, value in part.items() if key != "quickReply"]
        return "\n".join([*own, *(one for one in rest if one)])
    if isinstance(part, list):
        return "\n".join(one for one in map(readable, part) if one)
    return ""


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)


def _invalid(line: Line, schema: str, body: dict[str, Any], strict: bool) -> str | None:
    found = problems(schema, body) if strict else []
    if not found and "messages" in body:
        found = violations(body["messages"])
    line.broken_rules += found
    return "; ".join(found) or None


def _platform(line: Line, strict: bool) -> web.Application:
    @web.middleware
    async def watch(request: web.Request, handler: Any) -> web.StreamResponse:
        body = await request.read()
        if len(body) and "json" in request.headers.get("Content-Type", ""):
            request["body"] = await request.json()
        while request.path in line.hanging:
            await asyncio.sleep(0.05)
        response: web.StreamResponse
        planned = line.failing.get(request.path, [])
        status = planned.pop(0) if planned else None
        if status == 0:
            line.calls.append((request.path, 0))
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        bearer = request.headers.get("Authorization")
        if status is not None and status > 0:
            response = _error(status, "planned")
        elif request.path != "/oauth2/v3/token" and bearer not in (
            f"Bearer {TOKEN}",
            f"Bearer {SHORT_LIVED}",
        ):
            response = _error(401, "Authentication failed")
        else:
            response = await handler(request)
        line.calls.append((request.path, response.status))
        if status == -1:
            assert request.transport is not None
            request.transport.close()
        return response

    async def reply(request: web.Request) -> web.Response:
        if "X-Line-Retry-Key" in request.headers:
            line.broken_rules.append("retry key on reply")
            return _error(400, "The retry key is not supported")
        body = request["body"]
        if wrong := _invalid(line, "ReplyMessageRequest", body, strict):
            return _error(400, wrong)
        to, issued = line.tokens.get(body["replyToken"], ("", 0.0))
        if line.refuse_flex and any(one["type"] == "flex" for one in body["messages"]):
            return _error(400, "A message (messages[1]) in the request body is invalid")
        if not to or body["replyToken"] in line.used_tokens or time.time() - issued > line.life:
            return _error(400, "Invalid reply token")
        line.used_tokens.add(body["replyToken"])
        line.sent += [Sent(to, one, "reply") for one in body["messages"]]
        return web.json_response({"sentMessages": [{"id": "1"} for _ in body["messages"]]})

    async def push(request: web.Request) -> web.Response:
        body = request["body"]
        if wrong := _invalid(line, "PushMessageRequest", body, strict):
            return _error(400, wrong)
        key = request.headers.get("X-Line-Retry-Key")
        if key is None or str(uuid.UUID(key)) != key:
            line.broken_rules.append("push without a retry key")
        elif key in line.retry_keys:
            if line.retry_keys[key] != body:
                line.broken_rules.append("another message under the same retry key")
            return _error(409, "The retry key is already accepted")
        if line.quota is not None and line.used >= line.quota:
            return _error(429, "You have reached your monthly limit.")
        line.used += 1
        line.retry_keys[str(key)] = body
        line.sent += [Sent(body["to"], one, "push") for one in body["messages"]]
        return web.json_response({"sentMessages": []})

    async def validate(request: web.Request) -> web.Response:
        wrong = _invalid(line, "ValidateMessageRequest", request["body"], strict)
        return _error(400, wrong) if wrong else web.json_response({})

    async def loading(request: web.Request) -> web.Response:
        body = request["body"]
        wrong = _invalid(line, "ShowLoadingAnimationRequest", body, strict)
        if wrong or body["loadingSeconds"] % 5 or not body["chatId"].startswith("U"):
            line.broken_rules.append(f"loading: {body}")
            return _error(400, "invalid")
        line.loading.append(body)
        return web.json_response({}, status=202)

    async def profile(request: web.Request) -> web.Response:
        found = line.profiles.get(request.match_info["user"])
        return web.json_response(found) if found else _error(404, "Not found")

    async def info(_request: web.Request) -> web.Response:
        return web.json_response(
            {
                "userId": BOT,
                "basicId": "@tsunagari",
                "displayName": "つながり",
                "chatMode": "bot",
                "markAsReadMode": "auto",
            }
        )

    async def quota(_request: web.Request) -> web.Response:
        limited = {"type": "limited", "value": line.quota}
        return web.json_response({"type": "none"} if line.quota is None else limited)

    async def consumption(_request: web.Request) -> web.Response:
        return web.json_response({"totalUsage": line.used})

    async def endpoint(_request: web.Request) -> web.Response:
        return web.json_response(line.webhook) if line.webhook else _error(404, "Not found")

    async def webhook_test(_request: web.Request) -> web.Response:
        works = {"success": True, "statusCode": 200, "reason": "OK", "detail": "200"}
        return web.json_response({**works, "timestamp": "2026-11-22T00:00:00Z"})

    async def token(request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("client_secret") != SECRET or form.get("grant_type") != "client_credentials":
            return web.json_response({"error": "invalid_client"}, status=400)
        issued = {"access_token": SHORT_LIVED, "expires_in": 900, "token_type": "Bearer"}
        return web.json_response(issued)

    async def make_menu(request: web.Request) -> web.Response:
        if wrong := _invalid(line, "RichMenuRequest", request["body"], strict):
            return _error(400, wrong)
        menu_id = f"richmenu-{uuid.uuid4().hex}"
        line.menus[menu_id] = request["body"]
        return web.json_response({"richMenuId": menu_id})

    async def picture(request: web.Request) -> web.Response:
        line.pictures[request.match_info["menu"]] = await request.read()
        return web.json_response({})

    async def list_menus(_request: web.Request) -> web.Response:
        menus = [{"richMenuId": key, **menu} for key, menu in line.menus.items()]
        return web.json_response({"richmenus": menus})

    async def show_menu(request: web.Request) -> web.Response:
        if request.match_info["menu"] not in line.pictures:
            return _error(400, "must upload richmenu image before applying it to user")
        line.default_menu = request.match_info["menu"]
        return web.json_response({})

    async def drop_menu(request: web.Request) -> web.Response:
        line.menus.pop(request.match_info["menu"])
        return web.json_response({})

    app = web.Application(middlewares=[watch])
    app.add_routes(
        [
            web.post("/v2/bot/message/reply", reply),
            web.post("/v2/bot/message/push", push),
            web.post("/v2/bot/message/validate/reply", validate),
            web.post("/v2/bot/chat/loading/start", loading),
            web.get("/v2/bot/profile/{user}", profile),
            web.get("/v2/bot/info", info),
            web.get("/v2/bot/message/quota", quota),
            web.get("/v2/bot/message/quota/consumption", consumption),
            web.get("/v2/bot/channel/webhook/endpoint", endpoint),
            web.post("/v2/bot/channel/webhook/test", webhook_test),
            web.post("/oauth2/v3/token", token),
            web.post("/v2/bot/richmenu", make_menu),
            web.post("/v2/bot/richmenu/{menu}/content", picture),
            web.get("/v2/bot/richmenu/list", list_menus),
            web.post("/v2/bot/user/all/richmenu/{menu}", show_menu),
            web.delete("/v2/bot/richmenu/{menu}", drop_menu),
        ]
    )
    return app


@asynccontextmanager
async def platform(strict: bool = True, port: int = 0) -> AsyncIterator[Line]:
    """Serves the platform on loopback."""
    line = Line()
    runner = web.AppRunner(_platform(line, strict), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    assert site._server is not None
    line.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]
    try:
        yield line
    finally:
        await runner.cleanup()
