"""The app's manifest: everything the channel needs at Slack, pasted once into its console."""

from __future__ import annotations

from typing import Any

from channels.slack.routes import PATH

COMMAND = "/tsunagari"
BOT_NAME = "つながり"
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
)
DESK_SCOPES = (
    # Who writes, who is in the staff's channel, and marks of delivery.
    "channels:read",
    "groups:read",
    "reactions:write",
    "users:read",
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
)


def manifest(public_url: str | None, desk: bool = False) -> dict[str, Any]:
    """Return the manifest.

    Args:
        public_url: Address of the server on the internet; None for Socket Mode.
        desk: Whether the staff answers in Slack too.
    """
    address = None if public_url is None else f"{public_url.rstrip('/')}{PATH}"
    to_us = {} if address is None else {"request_url": address}
    command = {
        "command": COMMAND,
        "description": "海外展開の相談窓口・支援制度をご案内します",
        "usage_hint": "相談したいこと、または「カルテ」",
        "should_escape": True,
    }
    return {
        "display_information": {
            "name": BOT_NAME,
            "description": "中小企業の海外展開を、相談窓口・支援制度・現地デスクへ案内します",
            "background_color": "#1b4965",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": BOT_NAME, "always_online": True},
            "slash_commands": [command if address is None else {**command, "url": address}],
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, *(DESK_SCOPES if desk else ())]}},
        "settings": {
            "event_subscriptions": {**to_us, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **to_us},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }
