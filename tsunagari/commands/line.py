"""`tsunagari line`: check the LINE channel's settings, set the rich menu."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsunagari.line_setup import line_config
from tsunagari.settings import UserError, load_settings

if TYPE_CHECKING:
    from channels.line.client import LineClient


@click.group()
def command() -> None:
    """LINE のチャネル: 設定の確認とリッチメニュー（docs/line.md）。

    The secrets come from the environment: LINE_CHANNEL_SECRET and either
    LINE_CHANNEL_ACCESS_TOKEN or LINE_CHANNEL_ID.
    """


@command.command()
def check() -> None:
    """設定を LINE に確かめる。問題があれば終了コード 1。

    Ask LINE about the token, webhook address, its reachability and the quota.
    """
    public_url = load_settings().public_url

    async def run(client: LineClient) -> bool:
        from channels.line.setup_check import findings

        sound = True
        async for finding in findings(client, public_url):
            sound = sound and finding.problem is None
            mark = click.style("NG", fg="red") if finding.problem else click.style("OK", fg="green")
            words = finding.problem or finding.note
            click.echo(f"{mark}  {finding.title}" + (f": {words}" if words else ""))
        return sound

    if not _with_client(run):
        sys.exit(1)


@command.group(name="rich-menu")
def rich_menu() -> None:
    """トーク画面の下のメニュー。Set, show or remove the rich menu."""


@rich_menu.command(name="set")
@click.option(
    "--image",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="メニューの画像（2500x843、PNG か JPEG、1 MB まで）。既定は付属の画像。",
)
def set_menu(image: Path | None) -> None:
    """メニューを全員に表示し、前に置いたものを消す。

    Put the menu of channels/line/menu.yml in place of an earlier one of ours.
    """
    from channels.line.limits import limit
    from channels.line.menu import PICTURE, load_menu

    picture = image or PICTURE
    content, most = picture.read_bytes(), limit("rich_menu", "image_bytes_max")
    if len(content) > most:
        raise UserError(f"{picture} が大きすぎます: {most:,} バイトまでにしてください")
    kind = "image/jpeg" if picture.suffix.lower() in {".jpg", ".jpeg"} else "image/png"
    menu = load_menu()

    async def run(client: LineClient) -> bool:
        earlier = [one for one in await client.rich_menus() if one.get("name") == menu.name]
        made = await client.create_rich_menu(menu.request, content, kind)
        await client.show_rich_menu(made)
        for one in earlier:
            await client.delete_rich_menu(str(one["richMenuId"]))
        click.echo(f"メニューを置きました: {made}")
        return True

    _with_client(run)


@rich_menu.command()
def remove() -> None:
    """置いたメニューを消す。Remove the menus this command put there."""
    from channels.line.menu import load_menu

    async def run(client: LineClient) -> bool:
        ours = [one for one in await client.rich_menus() if one.get("name") == load_menu().name]
        for one in ours:
            await client.delete_rich_menu(str(one["richMenuId"]))
        click.echo(f"{len(ours)} 件のメニューを消しました")
        return True

    _with_client(run)


@rich_menu.command()
def show() -> None:
    """API で置かれたメニューの一覧。List the menus made by the API."""

    async def run(client: LineClient) -> bool:
        for one in await client.rich_menus():
            click.echo(f"{one.get('richMenuId')}  {one.get('name')}  {one.get('chatBarText')}")
        return True

    _with_client(run)


def _with_client(run: Callable[[LineClient], Awaitable[bool]]) -> bool:
    """Run something against LINE.

    Raises:
        UserError: A setting is missing, or LINE refuses or cannot be reached.
    """
    from channels.line.client import LineApiError, LineClient, LineUnreachableError

    config = line_config(needed=True)
    assert config is not None

    async def main() -> bool:
        client = LineClient(config)
        try:
            return await run(client)
        finally:
            await client.close()

    try:
        return asyncio.run(main())
    except (LineApiError, LineUnreachableError) as error:
        raise UserError(f"LINE: {error}") from error
