"""`tsunagari privacy`: erase, show, keep the times, exchange the keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import func, select

from conversations import schema
from conversations.database import Database
from conversations.erasure import OPERATOR, ErasureReceipt
from conversations.own_data import OwnData
from conversations.privacy_wording import counted
from conversations.retention import Retained
from conversations.schema import erasure as erasure_table
from conversations.schema import private_text
from conversations.vault import new_secret
from knowledge.store import open_store
from tsunagari.assembly import open_database
from tsunagari.privacy_setup import Privacy, open_privacy
from tsunagari.settings import UserError, load_settings

_WHOSE = click.argument("whose")


@click.group()
def command() -> None:
    """個人情報: 消去、開示、保存期間、暗号鍵（くわしくは docs/privacy.md）。

    Erasure, access, retention and keys.
    """


@command.command()
def status() -> None:
    """いま何を、どれだけ、いつまで預かっているかを示す。

    What is kept, how much and until when.
    """
    with _privacy() as privacy:
        keeping, database = privacy.private.keeping, privacy.store.database
        with database.read() as connection:
            talks, oldest = connection.execute(
                select(func.count(), func.min(schema.conversation.c.updated_at))
            ).one()
            sealed, first = connection.execute(
                select(func.count(), func.min(private_text.c.created_at))
            ).one()
            erased = connection.execute(select(func.count()).select_from(erasure_table)).scalar()
        click.echo(f"会話                 {talks}件（いちばん古い最後の発言: {_day(oldest)}）")
        click.echo(f"  期間               最後の発言から{keeping.conversation_days:g}日")
        click.echo(f"伏せる前の文         {sealed}件（いちばん古いもの: {_day(first)}、暗号化）")
        click.echo(
            f"  期間               依頼あり {keeping.raw_days:g}日、なし {keeping.raw_hours:g}時間"
        )
        click.echo(f"消去の受付番号       {erased}件（{keeping.receipt_days:g}日）")
        where = "環境変数" if privacy.private.vault.in_environment else privacy.private.vault.path
        click.echo(f"暗号鍵               {len(privacy.private.vault.keys)}本（{where}）")
        lost = set(privacy.private.keys_in_use()) - {key.id for key in privacy.private.vault.keys}
        if lost:
            click.echo(
                f"  注意: 鍵 {'、'.join(sorted(lost))} がなく、開けない文があります", err=True
            )
        last = privacy.retention.last_done()
        click.echo(f"期間を過ぎたものの消去 {_day(last) if last else 'まだ動いていません'}")


@command.command()
@_WHOSE
@click.option("--yes", is_flag=True, help="確かめずに消す（自動化用）。")
def erase(whose: str, yes: bool) -> None:
    """会話をすべて消し、受付番号と件数を示す。

    WHOSE は、会話のID（web:… など）、担当者への依頼の受付番号（T-…）、または LINE・Slack の
    利用者ID（その人の会話をすべて消す）。サーバーが動いていても使える。

    Erase conversations with a receipt.
    """
    with _privacy() as privacy:
        found = _found(privacy, whose)
        if not yes:
            click.confirm(
                f"{len(found)}件の会話を消します。元に戻せません。よろしいですか", abort=True
            )
        for conversation_id in found:
            receipt = privacy.store.erase(conversation_id, OPERATOR)
            click.echo(_described(receipt) if receipt else "消すものはありませんでした")


@command.command()
@_WHOSE
@click.option(
    "--out", type=click.Path(path_type=Path), help="書き出す先（.json か .md）。省くと画面に JSON。"
)
@click.option(
    "--internal", is_flag=True, help="担当者のメモも含める（法令による開示を判断する人向け）。"
)
def export(whose: str, out: Path | None, internal: bool) -> None:
    """ある人について預かっているものを、すべて書き出す（開示の請求に）。

    相談カルテの欄は、サーバーの /my-data のページで見られる。WHOSE は erase と同じ。

    Write out everything kept of a person.
    """
    with _privacy() as privacy:
        zone = datetime.now().astimezone().tzinfo
        assert zone is not None
        own = OwnData(privacy.store.database, privacy.private, None, zone)
        found = [own.collect(one, internal) for one in _found(privacy, whose)]
        data = [one for one in found if one is not None]
        if out is not None and out.suffix == ".md":
            text = "\n".join(own.markdown(one) for one in data)
        else:
            text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
        out.chmod(0o600)
    except OSError as error:
        raise UserError(f"{out} に書けません（{error.strerror}）") from error
    click.echo(f"書き出しました: {out}（{len(data)}件の会話。渡したら消してください）")


@command.command()
@click.option("--dry-run", is_flag=True, help="消さずに、消すことになる会話の数だけを示す。")
@click.option(
    "--vacuum", is_flag=True, help="SQLite のファイルを詰め直す（数秒から数分、書き込みが待つ）。"
)
def retain(dry_run: bool, vacuum: bool) -> None:
    """期間を過ぎたものを、いま消す。サーバーも毎晩自分で行うので、ふだんは要らない。

    Do what the nightly job does.
    """
    with _privacy() as privacy:
        done = privacy.retention.run(dry=dry_run)
        click.echo(_told(done, "消すことになるもの" if dry_run else "消したもの"))
        if vacuum and not dry_run:
            _vacuum(privacy.store.database)
            click.echo("ファイルを詰め直しました")


@command.command(name="rotate-key")
def rotate_key() -> None:
    """暗号鍵を新しくし、預かっている文をすべて封じ直す。サーバーが動いていても使える。

    前の鍵は1日たってから消える。鍵が環境変数にあるときは、new-key の鍵を先頭に加えて
    再起動してから実行する。

    Exchange the key and seal everything anew.
    """
    with _privacy() as privacy:
        vault = privacy.private.vault
        if not vault.in_environment:
            click.echo(f"新しい鍵: {vault.add_key().id}（{vault.path}）")
        done, lost = privacy.private.reseal()
        click.echo(f"封じ直しました: {done}件")
        if lost:
            click.echo(
                f"鍵がなくて開けない文が {lost}件あります（期間が過ぎると消えます）", err=True
            )
        gone = vault.drop_retired(frozenset(privacy.private.keys_in_use()))
        if gone:
            click.echo(f"使わなくなった鍵を消しました: {'、'.join(gone)}")


@command.command(name="new-key")
def new_key() -> None:
    """環境変数 TSUNAGARI_PRIVACY_KEYS に書く鍵を1本作る。

    Print a new key.
    """
    click.echo(new_secret())


@command.command()
@click.argument("number")
def receipt(number: str) -> None:
    """消去の受付番号（E-…）の記録を示す。

    Look a receipt of an erasure up.
    """
    with _privacy() as privacy:
        found = privacy.store.erasure.receipt(number)
    if found is None:
        raise UserError(f"その受付番号はありません: {number}")
    click.echo(_described(found))


@contextmanager
def _privacy() -> Iterator[Privacy]:
    settings = load_settings()
    database = open_database(settings)
    try:
        yield open_privacy(settings, database, open_store)
    finally:
        database.close()


def _found(privacy: Privacy, whose: str) -> list[str]:
    """Return the conversations somebody means.

    Raises:
        UserError: There are none.
    """
    talk, request = schema.conversation, schema.handoff_request
    ends = talk.c.id.endswith(f":{whose}", autoescape=True)
    with privacy.store.database.read() as connection:
        found = connection.execute(
            select(talk.c.id).where((talk.c.id == whose) | ends).order_by(talk.c.id)
        ).scalars()
        ids = list(found) or list(
            connection.execute(
                select(request.c.conversation_id).where(request.c.receipt == whose.upper())
            ).scalars()
        )
    if not ids:
        raise UserError(f"その会話はありません: {whose}")
    return ids


def _described(made: ErasureReceipt) -> str:
    reasons = {"asked": "本人の希望", "operator": "運営者", "retention": "保存期間"}
    reason = reasons.get(made.reason, made.reason)
    return (
        f"{made.receipt}  {_day(made.at)}  {made.channel}  {reason}\n"
        f"  消したもの: {counted(made.counts)}（合わせて{made.total}件）"
    )


def _told(done: Retained, heading: str) -> str:
    parts = [
        f"会話 {done.old}件",
        f"あいさつだけの会話 {done.greetings}件",
        f"伏せる前の文 {done.texts}件",
        f"消去のあとの空の記録 {done.shells}件",
        f"再開の鍵 {done.tokens}件",
        f"消去の受付番号 {done.receipts}件",
        f"暗号鍵 {len(done.keys)}本",
    ]
    return f"{heading}: {'、'.join(parts)}"


def _vacuum(database: Database) -> None:
    if database.url.get_backend_name() != "sqlite":
        raise UserError("--vacuum は SQLite のときだけ使えます（PostgreSQL は自動で行います）")
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM")
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def _day(at: float | None) -> str:
    return "－" if at is None else f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M}"
