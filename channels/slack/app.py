"""Bolt's listeners: each makes durable what came, and only then acknowledges it.

Bolt checks signatures and knows every payload, over HTTP and Socket Mode alike. It runs with
`process_before_response`: listeners end before the answer goes out, and they only write the
inbox (milliseconds), the bot answers afterwards. What cannot be written is answered by 500, so
that Slack delivers it again.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from channels.slack.channel import SlackChannel
from channels.slack.choices import BLOCK
from channels.slack.rendering import EDIT_SHEET
from channels.slack.sheet_view import PERSON, SHEET
from channels.slack.staff import PREFIX

logger = logging.getLogger(__name__)
# Bolt warns that it ignores a token in the environment, and of requests nobody listens to.
logger.setLevel(logging.ERROR)

ANYTHING = re.compile(".*", re.DOTALL)
_DESK = re.compile(rf"\A{re.escape(PREFIX)}")
_CHOICES = re.compile(rf"{re.escape(BLOCK)}-")


def bolt_app(channel: SlackChannel, signing_secret: str | None) -> AsyncApp:
    """Build the Bolt app.

    Args:
        channel: What it does.
        signing_secret: Proves that requests are Slack's; None with Socket Mode, which has none.
    """

    async def authorize(**_context: Any) -> AuthorizeResult:
        identity = channel.identity
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_user_id=identity.user,
            bot_id=identity.bot,
            bot_token=channel.client.token,
        )

    app = AsyncApp(
        name="tsunagari",
        logger=logger,
        client=channel.client,
        authorize=authorize,
        signing_secret=signing_secret or "",
        request_verification_enabled=signing_secret is not None,
        process_before_response=True,
        # The desk has to learn that somebody deleted a card of ours; what we posted is told
        # apart by whoever hears it.
        ignoring_self_events_enabled=False,
    )
    _listen_to_events(app, channel)
    _listen_to_controls(app, channel)

    @app.error
    async def failed(error: Exception) -> BoltResponse:
        logger.error("A request of Slack could not be taken in: %r", error)
        return BoltResponse(status=500, body="")

    return app


def _listen_to_events(app: AsyncApp, channel: SlackChannel) -> None:
    @app.event("message")
    @app.event("app_mention")
    async def heard(event: dict[str, Any], body: dict[str, Any]) -> None:
        await channel.hear(event, body.get("team_id"))

    @app.event("app_home_opened")
    async def home_opened(event: dict[str, Any], body: dict[str, Any]) -> None:
        await channel.home_opened(event, body.get("team_id"))

    @app.event(ANYTHING)
    async def unknown_event() -> None:
        """Events nobody needs are taken off Slack's hands."""


def _listen_to_controls(app: AsyncApp, channel: SlackChannel) -> None:
    @app.command(ANYTHING)
    async def command(ack: Any, body: dict[str, Any]) -> BoltResponse:
        said = await channel.command(body)
        return await _ack(ack, text=said, response_type="ephemeral") if said else await _ack(ack)

    @app.action(EDIT_SHEET)
    async def edit(ack: Any, body: dict[str, Any]) -> BoltResponse:
        await channel.open_sheet(body)
        return await _ack(ack)

    @app.action(PERSON)
    async def person(ack: Any, body: dict[str, Any], action: dict[str, Any]) -> BoltResponse:
        await channel.request_person(body, action)
        return await _ack(ack)

    @app.action({"block_id": _CHOICES, "action_id": ANYTHING})
    async def click(ack: Any, body: dict[str, Any], action: dict[str, Any]) -> BoltResponse:
        await channel.click(body, action)
        return await _ack(ack)

    @app.action({"action_id": _DESK})
    async def staff_acts(ack: Any, body: dict[str, Any], action: dict[str, Any]) -> BoltResponse:
        if channel.staff is not None:
            await channel.staff.act(body, action)
        return await _ack(ack)

    @app.view(_DESK)
    async def staff_submits(ack: Any, body: dict[str, Any]) -> BoltResponse:
        errors = await channel.staff.submit(body) if channel.staff is not None else {}
        return (
            await _ack(ack, response_action="errors", errors=errors) if errors else await _ack(ack)
        )

    @app.view(SHEET)
    async def saved(ack: Any, body: dict[str, Any]) -> BoltResponse:
        errors = await channel.edit_sheet(body)
        return (
            await _ack(ack, response_action="errors", errors=errors) if errors else await _ack(ack)
        )

    for unknown in (
        app.action({"action_id": ANYTHING}),
        app.view(ANYTHING),
        app.view_closed(ANYTHING),
        app.shortcut(ANYTHING),
        app.options(ANYTHING),
    ):
        unknown(_ignored)


async def _ignored(ack: Any) -> BoltResponse:
    return await _ack(ack)


async def _ack(ack: Any, **said: Any) -> BoltResponse:
    response: BoltResponse = await ack(**said)
    return response
