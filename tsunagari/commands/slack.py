"""`tsunagari slack`: the app's manifest for Slack's console, and a check of the set-up."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tsunagari import light_imports
from tsunagari.settings import UserError, load_settings
from tsunagari.slack_setup import BOT_TOKEN, DESK_CHANNEL, SlackConfig, slack_config

if TYPE_CHECKING:
    from desk.slack.people import Links


@click.group()
def command() -> None:
    """Slack のアプリを用意し、設定を確かめる（手順は docs/slack.md）。

    Prepare the Slack app and check its set-up.
    """


@command.command()
@click.option("--url", help="サーバーの公開の URL（https://…）。既定は TSUNAGARI_PUBLIC_URL。")
@click.option("--socket-mode", is_flag=True, help="公開の URL を使わない（Socket Mode）。")
@click.option(
    "--desk", is_flag=True, help=f"担当者も Slack で答える。{DESK_CHANNEL} があれば付けなくてよい。"
)
def manifest(url: str | None, socket_mode: bool, desk: bool) -> None:
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
    desk = desk or bool(os.environ.get(DESK_CHANNEL))
    click.echo(json.dumps(build(address, desk), ensure_ascii=False, indent=2))


@command.command()
def check() -> None:
    """トークン・権限・担当者のチャンネルなどを Slack に確かめる。問題があれば終了コード 1。

    Verify the configuration against Slack.
    """
    config = slack_config()
    if config is None:
        raise UserError(f"{BOT_TOKEN} がありません（手順は docs/slack.md）")
    if not asyncio.run(_check(config)):
        sys.exit(1)


@command.group()
def staff() -> None:
    """Slack の人と、担当者の画面（/desk）のアカウントを結び付ける: add、list、remove。

    Who in Slack has which account of the desk; needed only where both are used.
    """


@staff.command()
@click.argument("slack_user")
@click.argument("login")
def add(slack_user: str, login: str) -> None:
    """結び付ける。SLACK_USER はメンバー ID（U で始まる）、LOGIN は /desk のログイン名。

    Say that both are the same person.
    """
    with _links() as links:
        account = links.add(slack_user, login)
    click.echo(f"結び付けました: {slack_user} = {account.name}（{account.role.label}）")


@staff.command(name="list")
def list_() -> None:
    """結び付きの一覧。

    List who is who.
    """
    with _links() as links:
        for slack_user, login in links.all():
            click.echo(f"{slack_user}\t{login}")


@staff.command()
@click.argument("slack_user")
def remove(slack_user: str) -> None:
    """結び付きを外す。

    Undo it.
    """
    with _links() as links:
        if not links.remove(slack_user):
            raise UserError(f"結び付いていません: {slack_user}")
    click.echo(f"外しました: {slack_user}")


@contextmanager
def _links() -> Iterator[Links]:
    """Open the links; what cannot be done ends as one line."""
    from desk.accounts import AccountError, Accounts
    from desk.slack.people import Links
    from tsunagari.assembly import open_database

    database = open_database(load_settings())
    try:
        yield Links(database, Accounts(database))
    except AccountError as error:
        raise UserError(str(error)) from error
    finally:
        database.close()


def _signs() -> dict[str, str]:
    """Return when Slack last told the desk something, by kind."""
    from desk.slack.ledger import DeskLedger
    from tsunagari.assembly import open_database

    database = open_database(load_settings())
    try:
        signs = DeskLedger(database, time.time).signs()
    finally:
        database.close()
    return {
        kind: datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M") for kind, at in signs.items()
    }


async def _check(config: SlackConfig) -> bool:
    from channels.slack.api import PUBLIC_API, web_client
    from channels.slack.checking import Finding, desk_findings, findings

    client = web_client(config.bot_token, config.api or PUBLIC_API)
    good = True

    def show(finding: Finding) -> None:
        nonlocal good
        bad = finding.problem is not None
        good = good and not bad
        mark = click.style("NG", fg="red") if bad else click.style("OK", fg="green")
        told = finding.problem or finding.detail
        click.echo(f"{mark}  {finding.title}" + (f": {told}" if told else ""))

    desk = config.desk_channel
    async for finding in findings(client, config.app_token, config.teams, desk is not None):
        show(finding)
    if desk is not None and good:
        async for finding in desk_findings(client, desk, _signs()):
            show(finding)
    return good
