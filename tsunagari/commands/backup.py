"""`tsunagari backup make|check|restore`: everything of an installation in one file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tsunagari.settings import load_settings


@click.group()
def command() -> None:
    """会話・知識・公開の状態を一つのファイルに保存し、元に戻す。

    SQLite で作ったバックアップを PostgreSQL に戻すこと（逆も）ができます。引っ越しにも使えます。
    ファイルには会話と個人情報が入ります。暗号化した場所に保管してください。
    """


@command.command("make")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--without-secrets", is_flag=True, help="署名の秘密と、封じた本文の鍵を入れない。")
def make(path: Path | None, without_secrets: bool) -> None:
    """バックアップを作る。サーバーは動かしたままでよい。

    場所を書かなければ var/backups/ に日時の名前で作ります。
    """
    from tsunagari.assembly import open_database
    from tsunagari.backups import back_up

    settings = load_settings()
    if path is None:
        folder = settings.var / "backups"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{datetime.now():%Y%m%d-%H%M%S}.tar.gz"
    manifest = back_up(settings, open_database(settings), path, secrets=not without_secrets)
    click.echo(f"{path}（会話 {manifest.rows['conversation']} 件、{_size(path)}）")
    if manifest.secrets:
        click.echo("鍵も入っています。人目に触れない場所に保管してください。", err=True)


@command.command("check")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(path: Path) -> None:
    """バックアップが壊れていないかを調べ、中身を数える。何も変えない。"""
    from conversations.schema import SCHEMA_VERSION
    from tsunagari.backups import read_manifest

    manifest = read_manifest(path, SCHEMA_VERSION)
    click.echo(f"壊れていません: {manifest.made_at} に tsunagari {manifest.program} で作成")
    for table, number in manifest.rows.items():
        if number:
            click.echo(f"  {table}: {number}")


@command.command("restore")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="いまある会話を消して置き換える。")
@click.option("--store-only", is_flag=True, help="会話だけを戻し、知識や鍵のファイルは変えない。")
def restore_command(path: Path, replace: bool, store_only: bool) -> None:
    """バックアップから元に戻す。サーバーを止めてから行う。

    はじめに全体を検査し、壊れていれば何も変えません。
    """
    from tsunagari.assembly import open_database
    from tsunagari.backups import restore

    settings = load_settings()
    manifest = restore(
        settings, open_database(settings), path, replace=replace, files=not store_only
    )
    click.echo(f"戻しました（{manifest.made_at} の状態、会話 {manifest.rows['conversation']} 件）")


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1024 / 1024:.1f} MB"
