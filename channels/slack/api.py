"""Calling Slack's Web API: rate limits waited out, errors told apart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

logger = logging.getLogger(__name__)

PUBLIC_API = "https://slack.com/api/"
TIMEOUT = 20
RATE_LIMIT_TRIES = 5
LONGEST_WAIT = 120

Call = Callable[[], Awaitable[AsyncSlackResponse]]


def web_client(token: str, base_url: str = PUBLIC_API) -> AsyncWebClient:
    """Build a client that repeats nothing by itself: a repeated post would be read twice."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])


def error_code(error: SlackApiError) -> str:
    """Return Slack's short name of an error, e.g. `channel_not_found`."""
    response: Any = error.response
    if status_of(error) == 429:
        return "ratelimited"
    try:
        return str(response.get("error") or "unknown_error")
    except (AttributeError, ValueError):
        return "unknown_error"


def status_of(error: SlackApiError) -> int:
    """Return the HTTP status of an error; 200 where Slack answered `ok: false`."""
    return int(getattr(error.response, "status_code", 200) or 200)


async def patiently(
    call: Call, waiting: Callable[[float], None] | None = None
) -> AsyncSlackResponse:
    """Make a call; when Slack asks to wait, wait that long and make it again.

    Args:
        call: Makes the call once.
        waiting: Told before each wait for how many seconds.

    Raises:
        SlackApiError: Slack refused it for another reason, or asks to wait too often.
    """
    for _ in range(RATE_LIMIT_TRIES - 1):
        try:
            return await call()
        except SlackApiError as error:
            if error_code(error) != "ratelimited":
                raise
            seconds = retry_after(error)
        if waiting is not None:
            waiting(seconds)
        logger.info("Slack asks to wait %s seconds", seconds)
        await asyncio.sleep(seconds)
    return await call()


def retry_after(error: SlackApiError) -> float:
    """Return for how many seconds Slack wants no call."""
    headers: Any = getattr(error.response, "headers", None) or {}
    given = next((headers[name] for name in headers if name.lower() == "retry-after"), "1")
    if isinstance(given, list):
        given = given[0]
    return min(float(given), LONGEST_WAIT) if str(given).isdigit() else 1.0
