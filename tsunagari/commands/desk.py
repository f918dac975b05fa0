"""`tsunagari desk`: the accounts of the staff."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from desk.accounts import Account, AccountError, Accounts, Role
from desk.login_journal import LoginJournal
from desk.pages.wording import texts
from desk.second_factor import SecondFactors
from tsunagari.assembly import open_database
from tsunagari.settings import UserError, load_settings

_FROM_STDIN = click.option(
    "--password-stdin", is_flag=True, help="パスワードを標準入力の 1 行目から読む（自動化用）。"
)


@click.group()
def command() -> None:
    """担当者の画面（/desk）を使う人を管理する（手順は docs/desk.md）。

    Manage who may open the desk.
    """


@command.group()
def account() -> None:
    """担当者のアカウント: add、list、password、disable、enable。最初の一人を作ると /desk が開く。

    Accounts of the staff; the desk exists once there is one.
    """


@account.command()
@click.argument("login")
@click.option("--name", prompt="名前（同僚に見えます）", help="同僚に見える名前。")
@click.option("--role", default=Role.COUNSELLOR.label, help="相談員 か 管理者。既定は相談員。")
@_FROM_STDIN
def add(login: str, name: str, role: str, password_stdin: bool) -> None:
    """アカウントを作る。LOGIN は半角英数字（例: yamada）。

    Create an account.
    """
    with _accounts() as accounts:
        kind = Role.named(role)
        made = accounts.add(login, name, kind, _password(password_stdin))
    click.echo(f"作りました: {_described(made)}")


@account.command(name="list")
def list_() -> None:
    """アカウントの一覧。

    List the accounts.
    """
    with _accounts() as accounts:
        factors = SecondFactors(accounts.database, b"")
        for one in accounts.all():
            second = "二要素認証あり" if factors.since(one.login) else "二要素認証なし"
            click.echo(f"{_described(one)}\t{second}")


@account.command()
@click.argument("login")
@_FROM_STDIN
def password(login: str, password_stdin: bool) -> None:
    """パスワードを変える。ログイン中の画面はすべて閉じる。

    Change a password; ends all sessions of the account.
    """
    with _accounts() as accounts:
        accounts.set_password(login, _password(password_stdin))
    click.echo(f"パスワードを変えました: {login}")


@account.command()
@click.argument("login")
def disable(login: str) -> None:
    """使えなくする（退職・異動のとき）。ログイン中の画面もすぐに閉じる。

    Disable an account at once.
    """
    _change(login, Accounts.disable, "使えなくしました")


@account.command()
@click.argument("login")
def enable(login: str) -> None:
    """また使えるようにする。

    Enable an account again.
    """
    _change(login, Accounts.enable, "使えるようにしました")


@account.command(name="reset-second-factor")
@click.argument("login")
def reset_second_factor(login: str) -> None:
    """二要素認証を外す（端末も予備のコードもなくしたとき）。本人を確かめてから使う。

    Take the second factor off an account; all its sessions end.
    """
    with _accounts() as accounts:
        removed = SecondFactors(accounts.database, b"").remove(login)
        accounts.end_sessions(login)
        if removed:
            LoginJournal(accounts.database).note(login, "no_second", "command")
    click.echo(f"二要素認証を外しました: {login}" if removed else f"使っていません: {login}")


@command.command()
@click.option("--login", help="この人の分だけ。")
@click.option("--failed", is_flag=True, help="入れなかったものだけ。")
@click.option("--limit", default=100, show_default=True, help="新しい順に、何件まで。")
def logins(login: str | None, failed: bool, limit: int) -> None:
    """ログインの記録: だれが、いつ、どこから入ったか、入れなかったか（180日分）。

    The journal of log-ins.
    """
    with _accounts() as accounts:
        entries = LoginJournal(accounts.database).latest(limit, login, failed)
    outcomes = texts()["login_outcomes"]
    for one in entries:
        time = datetime.fromtimestamp(one.at).strftime("%Y-%m-%d %H:%M:%S")
        who = one.login or outcomes["nobody"]
        click.echo(f"{time}\t{who}\t{outcomes[one.outcome]}\t{one.address}")
    if not entries:
        click.echo("記録はありません。")


def _change(login: str, change: Callable[[Accounts, str], None], said: str) -> None:
    with _accounts() as accounts:
        change(accounts, login)
    click.echo(f"{said}: {login}")


@contextmanager
def _accounts() -> Iterator[Accounts]:
    """Open the accounts; what cannot be done ends as one line."""
    database = open_database(load_settings())
    try:
        yield Accounts(database)
    except AccountError as error:
        raise UserError(str(error)) from error
    finally:
        database.close()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt(
        "パスワード（12 文字以上）",
        hide_input=True,
        confirmation_prompt="確認のため、もう一度",
    )
    return typed


def _described(one: Account) -> str:
    state = "停止" if one.disabled_at is not None else "有効"
    last = (
        datetime.fromtimestamp(one.last_login_at).strftime("最終ログイン %Y-%m-%d %H:%M")
        if one.last_login_at
        else "ログインなし"
    )
    return f"{one.login}\t{one.name}\t{one.role.label}\t{state}\t{last}"
