"""`tsunagari knowledge publish|releases|rollback`: what the bot knows goes live, and back."""

from __future__ import annotations

import getpass
import time
from datetime import datetime

import click

from tsunagari.releases.model import BLOCKED, READY, Candidate, Evaluation, ReleaseError
from tsunagari.releases.publishing import Releases
from tsunagari.settings import UserError, load_settings

_LOOK_SECONDS = 0.3
_SHOWN_ANSWERS = 12
_KINDS = {"added": "＋", "changed": "～", "removed": "－"}
_MODELS = {
    "same": "学習は要りません（モデルはそのまま）",
    "names": "新しい名前だけをモデルに加えました（学習は要りません）",
    "trained": "モデルを学習し直しました",
}


@click.command("publish")
@click.option("--reason", default="", help="変更の理由。履歴に残ります。")
@click.option("--question", "questions", multiple=True, help="公開の前後で答えを比べる質問。")
@click.option("--yes", is_flag=True, help="たずねずに公開する（誤りがあれば公開しません）。")
def publish_command(reason: str, questions: tuple[str, ...], yes: bool) -> None:
    """いまの記録を確かめ、答えがどう変わるかを見せて、公開する。

    記録と参照の検査、出典との照合、組み立て、必要なら学習、質問集による前後の比較を、低い優先度の
    別の処理で行います。動いているサーバーは止めずに、会話の合間に入れ替わります。
    誤りがあれば公開せず、どの記録のどこをどう直すかを並べます。
    """
    releases = Releases(load_settings())
    who = getpass.getuser()
    try:
        candidate_id = releases.prepare(who, reason or "コマンドから公開", questions)
        try:
            candidate = _wait(releases, candidate_id)
        except KeyboardInterrupt:
            releases.cancel(candidate_id)
            raise UserError("取りやめました。公開中のものは変わっていません") from None
        _show(candidate)
        if candidate.state != READY:
            raise UserError(f"公開していません: {candidate.step}")
        if not yes and not click.confirm("公開しますか"):
            click.echo("公開していません。")
            return
        release = releases.publish(candidate_id, who)
    except ReleaseError as error:
        raise UserError(str(error)) from error
    click.echo(f"公開しました: {release.id}（戻すには tsunagari knowledge rollback）")


@click.command("releases")
def releases_command() -> None:
    """公開した版を新しい順に並べる（＊がいま公開中）。"""
    releases = Releases(load_settings())
    live, listed = releases.current(), releases.listed()
    if not listed:
        click.echo("まだ公開した版はありません。make run が作ったモデルで動いています。")
    for one in listed:
        mark = "＊" if live and one.id == live.id else "　"
        when = datetime.fromtimestamp(one.at).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{mark}{one.id}  {when}  {one.by}  {one.reason}（変更 {one.changes} 件）")
    if listed and live is None:
        click.echo("tsunagari の更新のあと、まだ公開していません: tsunagari knowledge publish")
    for name in releases.changed_files() if live else []:
        click.echo(f"未公開の変更: {name}")


@click.command("rollback")
@click.argument("release_id", required=False)
@click.option("--reason", default="", help="戻す理由。履歴に残ります。")
def rollback_command(release_id: str | None, reason: str) -> None:
    """公開中の版を、一つ前（または RELEASE_ID）の版に戻す。記録のファイルは変えない。"""
    releases = Releases(load_settings())
    live = releases.current()
    if release_id is None:
        older = [one for one in releases.listed() if live and one.at < live.at]
        if not older:
            raise UserError("戻せる版がありません: tsunagari knowledge releases で一覧を見られます")
        release_id = older[0].id
    try:
        release = releases.rollback(release_id, getpass.getuser(), reason)
    except ReleaseError as error:
        raise UserError(str(error)) from error
    click.echo(f"戻しました: {release.id}")


@click.command("prepare", hidden=True)
@click.argument("candidate_id")
def prepare_command(candidate_id: str) -> None:
    """Make a candidate that was asked for (started by the server and by publish)."""
    from tsunagari.releases.making import Making

    Making(load_settings(), candidate_id).run()


COMMANDS = (publish_command, releases_command, rollback_command, prepare_command)


def _wait(releases: Releases, candidate_id: str) -> Candidate:
    step = ""
    while True:
        candidate = releases.candidate(candidate_id)
        if candidate.step != step and not candidate.over:
            step = candidate.step
            click.echo(f"… {step}", err=True)
        if candidate.over:
            return candidate
        time.sleep(_LOOK_SECONDS)


def _show(candidate: Candidate) -> None:
    for change in candidate.changes:
        click.echo(f"{_KINDS[change.kind]} {change.record}  {change.name}")
    if candidate.state == BLOCKED:
        for problem in candidate.problems:
            place = " / ".join(
                str(problem[key]) for key in ("file", "record", "field") if problem.get(key)
            )
            click.echo(f"{place}: {problem['what']}", err=True)
    if candidate.model:
        click.echo(_MODELS[candidate.model])
    if candidate.evaluation is not None:
        _show_evaluation(candidate.evaluation)


def _show_evaluation(evaluation: Evaluation) -> None:
    click.echo(
        f"質問 {evaluation.asked} 件のうち、答えが変わるもの {len(evaluation.changed)} 件。"
        f"正しい答え {evaluation.right_before} → {evaluation.right_after} / {evaluation.checked}"
    )
    for one in evaluation.changed[:_SHOWN_ANSWERS]:
        click.echo(f"\n■ {one.question}{'（答えられなくなります）' if one.worse else ''}")
        click.echo(f"  前: {_short(one.before)}\n  後: {_short(one.after)}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:160]}…"
