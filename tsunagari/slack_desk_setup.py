"""Setting the Slack desk up: the staff's channel beside the built-in desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sanic import Sanic

from channels.slack.channel import SlackChannel
from conversations.finishing import STOP_SECONDS
from desk.accounts import Accounts
from desk.pages.views import address_of
from desk.service import DeskService
from desk.slack.desk import SlackDesk
from desk.slack.people import Links
from tsunagari.assembly import Application
from tsunagari.slack_workspace import SlackWorkspace


def install(app: Sanic, application: Application) -> None:
    """Plug the Slack desk in and run it beside the server, where it is set up."""
    config = application.slack_config
    if application.slack is None or config is None or config.desk_channel is None:
        return
    desk = slack_desk(
        application.desk,
        application.slack,
        config.desk_channel,
        Accounts(application.database),
        _site(application),
    )
    run_beside(app, desk)


def slack_desk(
    service: DeskService,
    slack: SlackChannel,
    channel: str,
    accounts: Accounts,
    site: str,
) -> SlackDesk:
    """Build the Slack desk over the Slack channel.

    Args:
        service: The desk.
        slack: Whose app and connection the staff uses too.
        channel: The staff's channel.
        accounts: Of the built-in desk.
        site: Address of the server, where the cards' links lead.
    """
    links = Links(service.database, accounts)
    desk = SlackDesk(service, SlackWorkspace(slack), links, channel, _addresses(accounts, site))
    slack.staff = desk
    return desk


def run_beside(app: Sanic, desk: SlackDesk) -> None:
    """Keep the threads while the server runs."""
    beside: list[asyncio.Task[None]] = []

    @app.after_server_start
    async def keep_threads(_app: Sanic, _loop: Any) -> None:
        beside.append(asyncio.create_task(desk.run()))

    @app.before_server_stop
    async def leave_threads(_app: Sanic, _loop: Any) -> None:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await desk.background.drain(STOP_SECONDS)


def _addresses(accounts: Accounts, site: str) -> Callable[[str], str | None]:
    def address(conversation_id: str) -> str | None:
        # Without an account the pages do not exist.
        return f"{site}{address_of(conversation_id)}" if accounts.any_active() else None

    return address


def _site(application: Application) -> str:
    settings = application.settings
    if settings.public_url:
        return settings.public_url.rstrip("/")
    return f"http://localhost:{settings.port}"
