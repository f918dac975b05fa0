"""What Slack's payloads say: who sent them, from where, and whether a person said something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from channels.slack.places import Place
from conversations.ports import UNREAD

# Messages with another subtype are about a message, not from a person.
_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})


class NotReadyError(Exception):
    """Slack has not told yet who the app is; Slack delivers again later."""


@dataclass(frozen=True)
class Identity:
    """Who the app is in its workspace.

    Attributes:
        team: Workspace id.
        user: User id of the bot.
        bot: Bot id.
    """

    team: str
    user: str
    bot: str | None = None


def is_spoken(event: dict[str, Any]) -> bool:
    """Return whether an event is a message somebody wrote."""
    complete = event.get("user") and event.get("ts") and event.get("channel")
    return bool(complete) and event.get("subtype") in _SPOKEN and not event.get("bot_id")


def place_of_event(event: dict[str, Any], team: str) -> Place:
    """Return the conversation of a message: the person's direct messages, or a thread.

    Args:
        event: A message somebody wrote.
        team: Workspace the app is installed in.
    """
    if event.get("channel_type") == "im" or event["channel"].startswith("D"):
        return Place(team, event["user"])
    return Place(team, event["channel"], event.get("thread_ts") or event["ts"])


def place_of_click(body: dict[str, Any], team: str) -> tuple[Place, str | None]:
    """Return the conversation of a message with choices, and its thread if it is direct.

    Args:
        body: The interaction.
        team: Workspace the app is installed in.
    """
    message, container = body.get("message") or {}, body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    thread = message.get("thread_ts") or container.get("thread_ts")
    if channel.startswith("D") or not channel:
        return Place(team, body["user"]["id"]), thread
    ts = message.get("ts") or container.get("message_ts")
    return Place(team, channel, thread or ts), None


def origin_of(thread: str | None, unread: str | None = None) -> dict[str, str] | None:
    """Return what `SlackDelivery` needs beside the conversation: the thread of the question.

    Args:
        thread: Time stamp of the thread.
        unread: What came with the message and nobody gets (画像, ファイル2件).
    """
    told = {"thread": thread, UNREAD: unread}
    return {name: value for name, value in told.items() if value} or None


def team_of_event(event: dict[str, Any]) -> str | None:
    """Return the sender's own workspace, where an event names it (Slack Connect)."""
    return event.get("user_team") or event.get("source_team") or event.get("team")


def team_of_user(body: dict[str, Any]) -> str | None:
    """Return the workspace of whoever used a control."""
    user, team = body.get("user") or {}, body.get("team") or {}
    return user.get("team_id") or team.get("id")
