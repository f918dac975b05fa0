"""Setting the Slack channel up: tokens from the environment, never from a file of the project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tsunagari.settings import UserError

if TYPE_CHECKING:
    from channels.slack.channel import SlackChannel
    from channels.slack.routes import Way
    from conversations.gate import Gate
    from conversations.ports import SheetView

BOT_TOKEN = "SLACK_BOT_TOKEN"
SIGNING_SECRET = "SLACK_SIGNING_SECRET"
APP_TOKEN = "SLACK_APP_TOKEN"
TEAMS = "TSUNAGARI_SLACK_TEAMS"
API = "TSUNAGARI_SLACK_API"
DESK_CHANNEL = "TSUNAGARI_SLACK_DESK_CHANNEL"


@dataclass(frozen=True)
class SlackConfig:
    """How the channel is set up.

    Attributes:
        bot_token: Lets the app speak (`xoxb-…`).
        signing_secret: Proves requests over HTTP; None with Socket Mode.
        app_token: Opens Socket Mode (`xapp-…`); None over HTTP.
        teams: Workspaces whose people are answered; none means the app's own alone.
        api: Where Slack's Web API is, if not at Slack.
        desk_channel: The staff's channel; None where the staff does not answer in Slack.
    """

    bot_token: str = field(repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    app_token: str | None = field(default=None, repr=False)
    teams: frozenset[str] = frozenset()
    api: str | None = None
    desk_channel: str | None = None

    @property
    def way(self) -> Way:
        """How Slack reaches us."""
        from channels.slack.routes import Way

        return Way(self.signing_secret, self.app_token)


def slack_config(environ: Mapping[str, str] = os.environ) -> SlackConfig | None:
    """Read the configuration; None where Slack is not used.

    Raises:
        UserError: Something is missing or is no token of this kind; the message names the variable.
    """
    token = environ.get(BOT_TOKEN, "").strip()
    secret = environ.get(SIGNING_SECRET, "").strip()
    app_token = environ.get(APP_TOKEN, "").strip()
    desk_channel = environ.get(DESK_CHANNEL, "").strip()
    if not (token or secret or app_token or desk_channel):
        return None
    if not token:
        raise UserError(
            f"{BOT_TOKEN} がありません（OAuth & Permissions の xoxb- で始まるトークン）"
        )
    if not token.startswith("xoxb-"):
        raise UserError(f"{BOT_TOKEN} は xoxb- で始まるボットのトークンにしてください")
    if not (secret or app_token):
        raise UserError(
            f"{SIGNING_SECRET} がありません（公開の URL がないときは、Socket Mode の {APP_TOKEN}）"
        )
    if app_token and not app_token.startswith("xapp-"):
        raise UserError(f"{APP_TOKEN} は xapp- で始まるアプリのトークンにしてください")
    teams = frozenset(team.strip() for team in environ.get(TEAMS, "").split(",") if team.strip())
    for team in teams:
        if not (team.startswith(("T", "E")) and team.isascii() and team.isalnum()):
            raise UserError(f"{TEAMS} はワークスペースの ID（T で始まる英数字）の並びです: {team}")
    if desk_channel and not (
        desk_channel.startswith(("C", "G")) and desk_channel.isascii() and desk_channel.isalnum()
    ):
        raise UserError(
            f"{DESK_CHANNEL} はチャンネルの ID（C か G で始まる英数字。名前ではありません）です: "
            f"{desk_channel}"
        )
    return SlackConfig(
        token,
        secret or None,
        app_token or None,
        teams,
        environ.get(API) or None,
        desk_channel or None,
    )


def slack_channel(gate: Gate, sheet: SheetView, config: SlackConfig) -> SlackChannel:
    """Build the channel and plug it into the gate."""
    from channels.slack.api import PUBLIC_API, web_client
    from channels.slack.channel import SlackChannel
    from channels.slack.delivery import SlackDelivery
    from channels.slack.ledger import Ledger
    from channels.slack.places import CHANNEL

    client = web_client(config.bot_token, config.api or PUBLIC_API)
    ledger = Ledger(gate.store.database)
    delivery = SlackDelivery(client, ledger, gate.store.outbox)
    gate.deliveries.add(CHANNEL, delivery)
    return SlackChannel(gate, sheet, client, ledger, delivery, config.teams)
