"""`tsunagari knowledge stale` and `changes`: what needs a look, and what changed."""

from __future__ import annotations

import csv
import sys
from itertools import groupby

import click

from tsunagari.settings import UserError, load_settings

_CHANGES = {
    "new_document": "資料を取り込み",
    "new_edition": "資料の新しい版",
    "described": "資料の説明を変更",
    "removed": "資料を削除",
    "record_added": "記録を追加",
    "record_changed": "記録を変更",
    "record_removed": "記録を削除",
}


@click.command("stale")
@click.option("--centre", metavar="NAME", help="この窓口・実施機関のものだけ（名前の一部でよい）。")
@click.option("--within", default=60, show_default=True, help="何日以内の期限切れを知らせるか。")
@click.option("--months", default=12, show_default=True, help="現況の確認を古いとみなす月数。")
@click.option("--years", default=3, show_default=True, help="資料を古いとみなす年数。")
@click.option("--csv", "as_csv", is_flag=True, help="CSV で出す（Excel で開ける）。")
def stale_command(centre: str | None, within: int, months: int, years: int, as_csv: bool) -> None:
    """見直しが要るものを、窓口・実施機関ごとに出す。

    期限切れ、まもなく期限、後継あり、現況が未確認・未調査、現況の確認が古い、資料が古い・日付なし。
    """
    from knowledge.errors import KnowledgeError
    from knowledge.library import Library
    from knowledge.stale import LABELS, stale
    from knowledge.store import open_store
    from knowledge.validity import today

    try:
        store = open_store()
    except KnowledgeError as error:
        raise UserError(str(error)) from None
    found = stale(
        store,
        Library(load_settings().library).documents(current=False),
        today(),
        within=within,
        status_months=months,
        document_years=years,
    )
    found = [item for item in found if not centre or centre in item.centre]
    if as_csv:
        # Excel takes a CSV for UTF-8 by its mark.
        sys.stdout.write("\ufeff")
        writer = csv.writer(sys.stdout, lineterminator="\r\n")
        writer.writerow(["窓口・実施機関", "id", "名前", "理由", "内容", "日付"])
        for item in found:
            row = [item.centre, item.subject, item.name, LABELS[item.why], item.detail]
            writer.writerow([_safe(cell) for cell in [*row, item.since or ""]])
        return
    if not found:
        click.echo("見直しが要るものはありません。")
    for name, items in groupby(found, key=lambda item: item.centre):
        click.echo(f"■ {name}")
        for item in items:
            detail = item.detail if len(item.detail) <= 60 else f"{item.detail[:59]}…"
            click.echo(f"  {LABELS[item.why]}  {item.name}（{item.subject}）  {detail}".rstrip())
    click.echo(f"計 {len(found)} 件")


@click.command("changes")
@click.option("--since", metavar="DATE", default="", help="この日から（2026-04-01）。")
@click.option(
    "--format",
    "form",
    type=click.Choice(["list", "csv", "atom", "sitemap"]),
    default="list",
    show_default=True,
    help="出し方。atom は更新情報、sitemap は公開ページの一覧。",
)
def changes_command(since: str, form: str) -> None:
    """資料と記録の何が、いつ変わったかを新しい順に出す。

    記録は、前に見たときとの違いから調べる（初めて見たときの記録は、変わっていないものとする）。
    """
    from knowledge.dates import checked
    from knowledge.errors import KnowledgeError
    from knowledge.library.changes import Changes
    from knowledge.store import open_store
    from tsunagari.change_feeds import atom, sitemap

    settings = load_settings()
    try:
        since = checked(since) if since else ""
        store = open_store()
    except (ValueError, KnowledgeError) as error:
        raise UserError(str(error)) from None
    changes = Changes(settings.library)
    changes.note(store)
    found = changes.listed(since)
    base = settings.public_url or f"http://localhost:{settings.port}"
    if form == "sitemap":
        click.echo(sitemap(store, changes.last_changed(), base))
    elif form == "atom":
        click.echo(atom(found, base))
    elif form == "csv":
        sys.stdout.write("\ufeff")
        writer = csv.writer(sys.stdout, lineterminator="\r\n")
        writer.writerow(["日時", "変更", "id", "名前", "人", "内容"])
        for one in found:
            row = [one.at, _CHANGES[one.what], one.subject, one.title, one.by, one.detail]
            writer.writerow([_safe(cell) for cell in row])
    else:
        for one in found:
            by = f"（{one.by}）" if one.by else ""
            click.echo(f"{one.at[:16].replace('T', ' ')}  {_CHANGES[one.what]}  {one.title}{by}")
        if not found:
            click.echo("変更はありません。")


def _safe(cell: str) -> str:
    """Keeps a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


COMMANDS = (stale_command, changes_command)
