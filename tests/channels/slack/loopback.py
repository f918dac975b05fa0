"""A Slack over loopback: Web API, threads, rate limits, response_url, Socket Mode.

It refuses what Slack refuses (blocks by both judges, threads that do not exist, triggers used
late or twice) and keeps what was said, by channel.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import WSMsgType, web

from channels.slack.manifest import SCOPES
from tests.channels.slack import judges

TEAM, BOT_USER, BOT_ID = "T0HOME", "U0BOT", "B0BOT"
BOT_TOKEN, APP_TOKEN = "xoxb-loopback", "xapp-loopback"
TRIGGER_SECONDS, RESPONSE_SECONDS, RESPONSE_USES = 3.0, 1800.0, 5

Message = dict[str, Any]


Slack = TypeVar("Slack", bound="LoopbackSlack")


class Refused(Exception):
    """Slack's `ok: false`."""


class LoopbackSlack:
    """The state of one workspace."""

    def __init__(self) -> None:
        self.url = ""
        self.channels: dict[str, list[Message]] = defaultdict(list)
        self.views: list[dict[str, Any]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.refused: list[str] = []
        self.scopes = list(SCOPES)
        # method → what happens to its next calls:
        # ("429", seconds), ("lost",), ("slow", seconds), ("500",), ("error", code),
        # ("held", seconds): nothing happens before, and never when the caller is gone by then
        self.trouble: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        #: Channels in which nothing may be edited any more.
        self.closed: set[str] = set()
        self.triggers: dict[str, float] = {}
        self.responses: dict[str, dict[str, Any]] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self.acked: dict[str, Any] = {}
        self._blocked_until: dict[str, float] = {}
        self._clock = time.time()

    # --- what people and tests see -----------------------------------------------------

    def ts(self) -> str:
        self._clock = max(self._clock + 0.0001, time.time())
        return f"{self._clock:.6f}"

    def direct(self, user: str) -> str:
        return f"D{user[1:]}"

    def trigger(self) -> str:
        name = f"trigger.{len(self.triggers)}"
        self.triggers[name] = time.monotonic()
        return name

    def response_url(self, message: Message | None = None) -> str:
        name = str(len(self.responses))
        self.responses[name] = {"since": time.monotonic(), "uses": [], "message": message}
        return f"{self.url}response/{name}"

    def posts(self, channel: str) -> list[Message]:
        """What the bot said in a channel."""
        return [one for one in self.channels[channel] if one["user"] == BOT_USER]

    # --- Web API -----------------------------------------------------------------------

    async def api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        now = time.monotonic()
        if now < self._blocked_until.get(method, 0):
            self.refused.append(f"{method}: called before Retry-After was over")
        trouble = self.trouble[method].pop(0) if self.trouble[method] else ("",)
        if trouble[0] == "429":
            self._blocked_until[method] = now + trouble[1]
            return web.json_response(
                {"ok": False, "error": "ratelimited"},
                status=429,
                headers={"Retry-After": str(trouble[1])},
            )
        if trouble[0] == "500":
            return web.Response(status=500, text="oops")
        if trouble[0] == "error":
            return web.json_response({"ok": False, "error": trouble[1]})
        if trouble[0] == "held":
            await asyncio.sleep(trouble[1])
            if request.transport is None or request.transport.is_closing():
                return web.Response(status=500)
        try:
            answer = self._call(method, await self._arguments(request), request)
        except Refused as error:
            if str(error) not in ("invalid_auth",):
                self.refused.append(f"{method}: {error}")
            return web.json_response({"ok": False, "error": str(error)})
        if trouble[0] == "slow":
            await asyncio.sleep(trouble[1])
        if trouble[0] == "lost":
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(
            {"ok": True, **answer}, headers={"x-oauth-scopes": ",".join(self.scopes)}
        )

    async def _arguments(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            arguments = await request.json()
        else:
            arguments = dict(await request.post()) | dict(request.query)
        for key in ("blocks", "view", "metadata"):
            if isinstance(arguments.get(key), str):
                arguments[key] = json.loads(arguments[key])
        return arguments

    def _call(self, method: str, arguments: dict[str, Any], request: web.Request) -> dict[str, Any]:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            raise Refused("invalid_auth")
        calls: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "auth.test": lambda _: {
                "team": "支援センター",
                "team_id": TEAM,
                "user_id": BOT_USER,
                "bot_id": BOT_ID,
            },
            "apps.connections.open": lambda _: {
                "url": f"{self.url.replace('http', 'ws', 1)}socket"
            },
            "conversations.open": lambda a: {"channel": {"id": self.direct(a["users"])}},
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "views.open": self._open,
            "views.publish": self._publish,
        }
        return calls[method](arguments)

    def _post(self, a: dict[str, Any]) -> dict[str, Any]:
        self._check(a)
        thread = a.get("thread_ts")
        if thread and not any(one["ts"] == thread for one in self.channels[a["channel"]]):
            raise Refused("thread_not_found")
        message = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT_ID,
            "ts": self.ts(),
            **{key: a[key] for key in ("text", "blocks", "thread_ts", "metadata") if a.get(key)},
            "broadcast": bool(a.get("reply_broadcast")),
        }
        self.channels[a["channel"]].append(message)
        return {"channel": a["channel"], "ts": message["ts"], "message": message}

    def _update(self, a: dict[str, Any]) -> dict[str, Any]:
        self._check(a)
        if a["channel"] in self.closed:
            raise Refused("edit_window_closed")
        for message in self.posts(a["channel"]):
            if message["ts"] == a["ts"]:
                message.update(text=a.get("text", ""), blocks=a.get("blocks", []))
                return {"channel": a["channel"], "ts": a["ts"]}
        raise Refused("message_not_found")

    def _check(self, a: dict[str, Any]) -> None:
        found = judges.problems(a["blocks"]) if a.get("blocks") else []
        if found:
            self.refused += found
            raise Refused("invalid_blocks")
        if not (a.get("text") or "").strip():
            raise Refused("no_text")
        if judges.utf16(a["text"]) > 40000:
            raise Refused("msg_too_long")

    def _history(self, a: dict[str, Any]) -> dict[str, Any]:
        found = [one for one in self.channels[a["channel"]] if "thread_ts" not in one]
        return self._page(found, a)

    def _replies(self, a: dict[str, Any]) -> dict[str, Any]:
        found = [
            one
            for one in self.channels[a["channel"]]
            if a["ts"] in (one["ts"], one.get("thread_ts"))
        ]
        return self._page(found, a)

    @staticmethod
    def _page(found: list[Message], a: dict[str, Any]) -> dict[str, Any]:
        """Two messages a page, so that paging is tried."""
        after = [one for one in found if float(one["ts"]) > float(a.get("oldest") or 0)]
        start = int(a.get("cursor") or 0)
        page = after[start : start + 2]
        if str(a.get("include_all_metadata")).lower() not in ("1", "true"):
            page = [{k: v for k, v in one.items() if k != "metadata"} for one in page]
        more = start + 2 < len(after)
        return {
            "messages": page,
            "response_metadata": {"next_cursor": str(start + 2) if more else ""},
        }

    def _open(self, a: dict[str, Any]) -> dict[str, Any]:
        issued = self.triggers.pop(a["trigger_id"], None)
        if issued is None or time.monotonic() - issued > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        view = {"id": f"V{len(self.views)}", **a["view"]}
        found = judges.problems(view["blocks"], judges.BLOCKS_OF_VIEW)
        if found or len(view["title"]["text"]) > 24 or len(view["private_metadata"]) > 3000:
            self.refused += found
            raise Refused("invalid_arguments")
        self.views.append(view)
        return {"view": view}

    def _publish(self, a: dict[str, Any]) -> dict[str, Any]:
        found = judges.problems(a["view"]["blocks"], judges.BLOCKS_OF_VIEW)
        if found:
            self.refused += found
            raise Refused("invalid_arguments")
        self.homes[a["user_id"]] = a["view"]
        return {"view": a["view"]}

    # --- response_url and Socket Mode --------------------------------------------------

    async def respond(self, request: web.Request) -> web.Response:
        issued = self.responses[request.match_info["name"]]
        late = time.monotonic() - issued["since"] > RESPONSE_SECONDS
        if late or len(issued["uses"]) >= RESPONSE_USES:
            return web.Response(status=404, text="used_url")
        body = await request.json()
        issued["uses"].append(body)
        if body.get("blocks"):
            self.refused += judges.problems(body["blocks"])
        if body.get("replace_original") and issued["message"] is not None:
            issued["message"].update(text=body.get("text"), blocks=body.get("blocks"))
        return web.Response(text="ok")

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type == WSMsgType.TEXT and message.data.startswith("{"):
                told = json.loads(message.data)
                self.acked[told["envelope_id"]] = told.get("payload")
        self.sockets.remove(socket)
        return socket


@asynccontextmanager
async def loopback_slack(kind: type[Slack] = LoopbackSlack) -> AsyncIterator[Slack]:  # type: ignore[assignment]
    """Run a workspace on a free port."""
    slack = kind()
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_get("/socket", slack.socket)
    app.router.add_post("/response/{name}", slack.respond)
    app.router.add_route("*", "/api/{method}", slack.api)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    slack.url = f"http://127.0.0.1:{port}/"
    try:
        yield slack
    finally:
        for socket in list(slack.sockets):
            await socket.close()
        await runner.cleanup()
