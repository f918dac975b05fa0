"""What a message with choices shows once one is picked."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from channels.slack.api import TIMEOUT, patiently
from channels.slack.choices import picked

logger = logging.getLogger(__name__)


async def show_picked(client: AsyncWebClient, body: dict[str, Any], label: str) -> None:
    """Replace the choices of a message by the one that was picked.

    Args:
        client: Slack's Web API.
        body: The interaction.
        label: What was picked.
    """
    message = body.get("message") or {}
    shown: dict[str, Any] = {
        "text": message.get("text") or label,
        "blocks": picked(message.get("blocks") or [], label),
    }
    container = body.get("container") or {}
    channel = container.get("channel_id") or body["channel"]["id"]
    ts = container.get("message_ts") or message.get("ts")
    try:
        if container.get("is_ephemeral") or not ts:
            raise LookupError("ephemeral messages have no place")
        await patiently(lambda: client.chat_update(channel=channel, ts=ts, **shown))
    except (SlackApiError, LookupError) as error:
        address = body.get("response_url")
        if not address:
            logger.warning("The choices of a message stay: %s", error)
            return
        webhook = AsyncWebhookClient(address, timeout=TIMEOUT)
        await webhook.send(**shown, replace_original=True)
