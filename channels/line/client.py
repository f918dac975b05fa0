"""A thin client of the Messaging API: plain dicts, one retry key a request, no global state."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

API = "https://api.line.me"
API_DATA = "https://api-data.line.me"
TIMEOUT_SECONDS = 10.0
_RENEW_BEFORE_SECONDS = 60.0


class LineUnreachableError(Exception):
    """No answer from LINE: it may or may not have got the request."""


class LineApiError(Exception):
    """LINE refused a request.

    Attributes:
        status: HTTP status.
        reason: LINE's `message`.
        details: What exactly is wrong, where LINE says so.
    """

    def __init__(self, status: int, reason: str, details: str = "") -> None:
        super().__init__(f"HTTP {status}: {reason}" + (f" ({details})" if details else ""))
        self.status = status
        self.reason = reason
        self.details = details

    @property
    def reply_token_is_dead(self) -> bool:
        """Whether the reply token is used up, expired or wrong."""
        return self.status == 400 and "reply token" in self.reason.lower()

    @property
    def quota_is_used_up(self) -> bool:
        """Whether the messages of the month are used up (else a 429 asks for patience)."""
        return self.status == 429 and "monthly limit" in self.reason.lower()

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status >= 500 or (self.status == 429 and not self.quota_is_used_up)


@dataclass(frozen=True)
class LineConfig:
    """How the channel is reached and proven; the secrets come from the environment only.

    Attributes:
        secret: Channel secret.
        token: Long-lived channel access token; without it short-lived ones are fetched.
        channel_id: Channel id, for short-lived tokens.
        api: Base URL of the API.
        api_data: Base URL for pictures.
    """

    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    channel_id: str | None = None
    api: str = API
    api_data: str = API_DATA


class LineClient:
    """Calls the endpoints this bot needs."""

    def __init__(self, config: LineConfig, timeout: float = TIMEOUT_SECONDS) -> None:
        self._config = config
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None
        self._short_lived: tuple[str, float] | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    # --- messages --------------------------------------------------------------------

    async def reply(self, token: str, messages: list[dict[str, Any]]) -> None:
        """Reply (free of charge); never with a retry key, which LINE answers by 400 here."""
        body = {"replyToken": token, "messages": messages}
        await self._call("POST", "/v2/bot/message/reply", body)

    async def push(self, to: str, messages: list[dict[str, Any]], retry_key: str) -> None:
        """Push (counts against the quota); the same key is accepted once, a 409 is success."""
        headers = {"X-Line-Retry-Key": retry_key}
        try:
            await self._call(
                "POST", "/v2/bot/message/push", {"to": to, "messages": messages}, headers
            )
        except LineApiError as error:
            if error.status != 409:
                raise

    async def validate(self, messages: list[dict[str, Any]]) -> None:
        """Have LINE check messages without sending them."""
        await self._call("POST", "/v2/bot/message/validate/reply", {"messages": messages})

    async def show_loading(self, user_id: str, seconds: int) -> None:
        """Show that an answer is being written, until it comes."""
        body = {"chatId": user_id, "loadingSeconds": seconds}
        await self._call("POST", "/v2/bot/chat/loading/start", body)

    # --- what LINE knows -------------------------------------------------------------

    async def profile(self, user_id: str) -> dict[str, Any]:
        """Return a user's profile: displayName, language? …"""
        return await self._call("GET", f"/v2/bot/profile/{user_id}")

    async def bot_info(self) -> dict[str, Any]:
        """Return the bot's own account: userId, basicId, displayName, chatMode …"""
        return await self._call("GET", "/v2/bot/info")

    async def quota(self) -> tuple[int | None, int]:
        """Return how many messages a month may be pushed (None: any) and how many were."""
        allowed = await self._call("GET", "/v2/bot/message/quota")
        used = await self._call("GET", "/v2/bot/message/quota/consumption")
        value = allowed.get("value") if allowed.get("type") == "limited" else None
        return (None if value is None else int(value)), int(used.get("totalUsage", 0))

    async def webhook(self) -> dict[str, Any]:
        """Return {endpoint, active} as set in the console."""
        return await self._call("GET", "/v2/bot/channel/webhook/endpoint")

    async def test_webhook(self) -> dict[str, Any]:
        """Have LINE call our webhook; return {success, statusCode, reason, detail}."""
        return await self._call("POST", "/v2/bot/channel/webhook/test", {})

    # --- rich menu -------------------------------------------------------------------

    async def rich_menus(self) -> list[dict[str, Any]]:
        """Return the menus made by the API."""
        found = await self._call("GET", "/v2/bot/richmenu/list")
        return list(found.get("richmenus", []))

    async def create_rich_menu(self, menu: dict[str, Any], image: bytes, kind: str) -> str:
        """Create a menu with its picture; return its id."""
        made = await self._call("POST", "/v2/bot/richmenu", menu)
        menu_id = str(made["richMenuId"])
        await self._call(
            "POST",
            f"/v2/bot/richmenu/{menu_id}/content",
            image,
            {"Content-Type": kind},
            base=self._config.api_data,
        )
        return menu_id

    async def show_rich_menu(self, menu_id: str) -> None:
        """Make a menu everybody's."""
        await self._call("POST", f"/v2/bot/user/all/richmenu/{menu_id}")

    async def delete_rich_menu(self, menu_id: str) -> None:
        """Delete a menu."""
        await self._call("DELETE", f"/v2/bot/richmenu/{menu_id}")

    # --- inner -----------------------------------------------------------------------

    async def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | bytes | None = None,
        headers: dict[str, str] | None = None,
        base: str | None = None,
    ) -> dict[str, Any]:
        data = body if isinstance(body, bytes) or body is None else _json(body)
        kind = {"Content-Type": "application/json"} if isinstance(body, dict) else {}
        for last_try in (False, True):
            token = await self._access_token()
            sent = {**kind, **(headers or {}), "Authorization": f"Bearer {token}"}
            try:
                return await self._request(method, (base or self._config.api) + path, data, sent)
            except LineApiError as error:
                # A short-lived token may have been revoked: one fresh one is worth a try.
                if error.status != 401 or self._config.token or last_try:
                    raise
                self._short_lived = None
        raise AssertionError("unreachable")

    async def _access_token(self) -> str:
        """Return the long-lived token, or a stateless one (15 minutes), renewed in time."""
        if self._config.token:
            return self._config.token
        if self._short_lived is None or self._short_lived[1] < time.monotonic():
            form = aiohttp.FormData(
                {
                    "grant_type": "client_credentials",
                    "client_id": self._config.channel_id or "",
                    "client_secret": self._config.secret,
                }
            )
            issued = await self._request("POST", f"{self._config.api}/oauth2/v3/token", form, {})
            until = time.monotonic() + float(issued["expires_in"]) - _RENEW_BEFORE_SECONDS
            self._short_lived = (str(issued["access_token"]), until)
        return self._short_lived[0]

    async def _request(
        self, method: str, url: str, data: Any, headers: dict[str, str]
    ) -> dict[str, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.request(method, url, data=data, headers=headers) as response:
                text = await response.text(errors="replace")
                status = response.status
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise LineUnreachableError(f"{type(error).__name__}: {error}") from error
        answer = _read(text)
        if status >= 300:
            reason = str(
                answer.get("message") or answer.get("error_description") or answer.get("error")
            )
            raise LineApiError(status, reason, _details(answer))
        return answer


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _read(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _details(answer: dict[str, Any]) -> str:
    details = answer.get("details")
    if not isinstance(details, list):
        return ""
    return "; ".join(f"{one.get('property')}: {one.get('message')}" for one in details)
