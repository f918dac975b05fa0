"""Posts of ours that can be found again in Slack: by what they carry unseen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from channels.slack.api import Call, patiently

Caller = Callable[[Call], Awaitable[AsyncSlackResponse]]
HISTORY = 100


def post_arguments(
    channel: str,
    text: str,
    blocks: Sequence[Mapping[str, Any]],
    event_type: str,
    payload: Mapping[str, Any],
    thread: str | None,
) -> dict[str, Any]:
    """Return the arguments of `chat.postMessage` for a post that `find_post` recognises."""
    arguments: dict[str, Any] = {
        "channel": channel,
        "text": text,
        "metadata": {"event_type": event_type, "event_payload": dict(payload)},
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if blocks:
        arguments["blocks"] = list(blocks)
    if thread:
        arguments["thread_ts"] = thread
    return arguments


async def find_post(
    client: AsyncWebClient,
    channel: str,
    thread: str | None,
    event_type: str,
    payload: Mapping[str, Any],
    since: float,
    made: Caller = patiently,
) -> str | None:
    """Return the time stamp of a post that did arrive though we never heard so.

    Args:
        client: Slack's Web API.
        channel: Where to look.
        thread: In which thread; None for the channel itself.
        event_type: Under which name the post carries its payload.
        payload: What it carries.
        since: When it was posted at the earliest, seconds since the epoch.
        made: Makes the calls.
    """
    arguments: dict[str, Any] = {
        "channel": channel,
        "oldest": f"{since:.6f}",
        "include_all_metadata": True,
        "limit": HISTORY,
    }
    if thread:
        arguments["ts"] = thread
    read = client.conversations_replies if thread else client.conversations_history
    cursor = None
    while True:
        page = await made(lambda: read(**arguments, cursor=cursor))  # noqa: B023
        for message in page.get("messages") or []:
            metadata = message.get("metadata") or {}
            ours = metadata.get("event_type") == event_type
            if ours and metadata.get("event_payload") == dict(payload):
                return str(message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
