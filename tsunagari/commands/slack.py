"""`tsunagari slack`: the app's manifest for Slack's console, and a check of the set-up."""

from __future__ import annotations

import asyncio
import sys

import click

from tsunagari import light_imports
from tsunagari.settings import UserError, load_settings
from tsunagari.slack_setup import BOT_TOKEN, SlackConfig, slack_config


@click.group()
def command() -> None:
    """Slack のアプリを用意し、設定を確かめる（手順は docs/slack.md）。

    Prepare the Slack app and check its set-up.
    """


@command.command()
@click.option("--url", help="サーバーの公開の URL（https://…）。既定は TSUNAGARI_PUBLIC_URL。")
@click.option("--socket-mode", is_flag=True, help="公開の URL を使わない（Socket Mode）。")
def manifest(url: str | None, socket_mode: bool) -> None:
    """アプリの定義（App Manifest、JSON）を表示する。Slack の画面に貼り付ける。

    Print the app manifest.
    """
    import json

    light_imports.install()
    from channels.slack.manifest import manifest as build

    address = None if socket_mode else url or load_settings().public_url
    if address is None and not socket_mode:
        raise UserError(
            "--url か TSUNAGARI_PUBLIC_URL に公開の URL を指定してください"
            "（公開の URL がないときは --socket-mode）"
        )
    if address is not None and not address.startswith("https://"):
        raise UserError(f"公開の URL は https:// で始めてください: {address}")
    click.echo(json.dumps(build(address), ensure_ascii=False, indent=2))


@command.command()
def check() -> None:
    """トークン・権限・ワークスペース・Socket Mode を Slack に確かめる。問題があれば終了コード 1。

    Verify the configuration against Slack.
    """
    config = slack_config()
    if config is None:
        raise UserError(f"{BOT_TOKEN} がありません（手順は docs/slack.md）")
    if not asyncio.run(_check(config)):
        sys.exit(1)


async def _check(config: SlackConfig) -> bool:
    from channels.slack.api import PUBLIC_API, web_client
    from channels.slack.checking import findings

    client = web_client(config.bot_token, config.api or PUBLIC_API)
    good = True
    async for finding in findings(client, config.app_token, config.teams):
        bad = finding.problem is not None
        good = good and not bad
        mark = click.style("NG", fg="red") if bad else click.style("OK", fg="green")
        told = finding.problem or finding.detail
        click.echo(f"{mark}  {finding.title}" + (f": {told}" if told else ""))
    return good
