"""`tsunagari knowledge ingest`, `documents`, `remove`, `drafts`: the operators' own documents."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tsunagari.settings import UserError, load_settings

if TYPE_CHECKING:
    from knowledge.ingest import Description, Options, Outcome
    from knowledge.library import Library

_STAGES = {"fetch": "取得", "read": "読み取り", "index": "索引"}
_STATES = {
    "new": "取り込みました",
    "new_edition": "新しい版を取り込みました",
    "unchanged": "変更はありません",
    "described": "説明を直しました（内容に変更はありません）",
}
_WIDTH = 36


@click.command("ingest")
@click.argument("sources", metavar="FILE|URL…", nargs=-1, required=True)
@click.option("--title", help="題名。省くと資料から読み取る。")
@click.option("--publisher", help="発行者。")
@click.option("--date", help="資料の日付（2026-04-01、2026-04、令和8年4月1日）。")
@click.option("--valid-until", help="有効期限。過ぎると、期限切れと伝える。")
@click.option(
    "--replaces", metavar="ID", help="この資料の新しい版として取り込む（documents で確認）。"
)
@click.option("--ask/--no-ask", default=None, help="足りない説明を尋ねるか（端末では尋ねる）。")
@click.option("--by", default="", help="取り込んだ人。")
def ingest(
    sources: tuple[str, ...],
    title: str | None,
    publisher: str | None,
    date: str | None,
    valid_until: str | None,
    replaces: str | None,
    ask: bool | None,
    by: str,
) -> None:
    """資料（ファイルやウェブページ）を取り込み、出典つきで答えられるようにする。

    PDF（文字と表）、PowerPoint（.pptx）、Word（.docx）、Excel（.xlsx）、HTML、
    テキスト・Markdown（UTF-8、Shift_JIS、EUC-JP、JIS）を読む。動いているサーバーは、
    再起動なしで 1〜2 秒のうちに取り込んだ資料を使う。

    同じ内容なら何もしない。同じファイル名（同じ場所）や同じアドレスの内容が
    変わっていれば新しい版になり、古い版は答えに使われなくなる。

    \b
    例  tsunagari knowledge ingest 公募要領.pdf --date 令和8年4月1日 --valid-until 2026-06-30
        tsunagari knowledge ingest https://www.example.jp/support.html
        tsunagari knowledge ingest 公募要領_改.pdf --replaces lib_3f9a1c2b_1
    """  # noqa: D301 - click reads the \b itself
    from knowledge.ingest import Description, Options
    from knowledge.ingest.fetching import FetchLimits

    settings = load_settings()
    library = _library()
    if (title or replaces) and len(sources) > 1:
        raise click.UsageError("--title と --replaces は、資料を一つだけ指定するときに使えます")
    if ask is None:
        ask = sys.stdin.isatty()
    options = Options(
        description=Description(title, publisher, date, valid_until),
        replaces=replaces,
        who=by,
        fetch_limits=FetchLimits(allowed_hosts=settings.ingest_hosts),
        ask=_ask if ask else None,
        known_names=_known_names(),
    )
    failed = [source for source in sources if not _ingest_one(source, library, options)]
    if failed:
        raise SystemExit(1)


def _ingest_one(source: str, library: Library, options: Options) -> bool:
    """Takes one source in and says what came of it; False where it was rejected."""
    from knowledge.ingest import Rejected, ingest_file, ingest_url

    is_address = source.startswith(("http://", "https://"))
    try:
        with _progress() as progress:
            asked = replace(options, progress=progress)
            if is_address:
                outcome = ingest_url(source, library, asked)
            else:
                outcome = ingest_file(Path(source), library, asked)
    except (Rejected, ValueError) as error:
        click.echo(f"{source}: 取り込みませんでした。{error}", err=True)
        return False
    except KeyError as error:
        click.echo(f"{source}: 資料 {error} はありません（documents で確認できます）", err=True)
        return False
    _tell(source, outcome)
    return True


def _tell(source: str, outcome: Outcome) -> None:
    document = outcome.document
    click.echo(f"{source}: {_STATES[outcome.state]}。{document.citation}（{document.id}）")
    if outcome.state in {"new", "new_edition"}:
        pages = f"{document.pages} ページ、" if document.pages else ""
        click.echo(f"  {pages}{outcome.passages} か所を検索できます。")
        if outcome.superseded:
            click.echo(f"  これまでの版 {outcome.superseded} は、答えに使わなくなりました。")
        if outcome.drafts:
            click.echo(
                f"  記録の下書きを {outcome.drafts} 件作りました（確かめるまで答えに使いません）。"
                "担当者の画面か tsunagari knowledge drafts で確かめてください。"
            )
    for remark in outcome.remarks:
        click.echo(f"  ・{remark}")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Shows a bar for each stage, on a terminal only."""
    shown: dict[str, Any] = {}

    def tell(stage: str, done: int, whole: int) -> None:
        if not sys.stderr.isatty():
            return
        if stage not in shown:
            for bar in shown.values():
                bar.render_finish()
            shown[stage] = click.progressbar(
                length=max(whole, 1), label=_STAGES[stage], file=sys.stderr
            )
            shown[stage].render_progress()
        bar = shown[stage]
        bar.length = max(whole, done, 1)
        bar.update(done - bar.pos)

    try:
        yield tell
    finally:
        for bar in shown.values():
            bar.render_finish()


def _ask(told: Description, guess: Description) -> Description:
    """Asks for what the command line did not say; Enter takes what the document says."""
    from knowledge.dates import checked
    from knowledge.ingest import Description

    def date(text: str) -> str:
        if not text.strip():
            return ""
        try:
            return checked(text)
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    def prompt(given: str | None, label: str, default: str | None, **options: Any) -> str | None:
        if given is not None:
            return given
        answer: str = click.prompt(
            label, default=default or "", show_default=bool(default), err=True, **options
        )
        return answer or None

    return Description(
        prompt(told.title, "題名", guess.title),
        prompt(told.publisher, "発行者（分からなければ Enter）", guess.publisher),
        prompt(told.date, "資料の日付（分からなければ Enter）", guess.date, value_proc=date),
        prompt(told.valid_until, "有効期限（なければ Enter）", None, value_proc=date),
    )


@click.command("documents")
@click.option("--all", "every", is_flag=True, help="古い版も出す。")
def documents(every: bool) -> None:
    """取り込んだ資料の一覧（新しい順）。"""
    from knowledge.dates import said
    from knowledge.validity import Validity, state, today

    library = _library()
    found = library.documents(current=not every)
    if not found:
        click.echo("取り込んだ資料はありません。tsunagari knowledge ingest FILE で取り込めます。")
    for one in found:
        notes = []
        if one.superseded_by:
            notes.append(f"古い版（→ {one.superseded_by}）")
        elif one.valid_until:
            expired = state(one, today()) is Validity.EXPIRED
            notes.append(f"{said(one.valid_until)}まで{'（期限切れ）' if expired else ''}")
        if one.unreadable:
            notes.append(f"読めないページ {len(one.unreadable)}")
        pages = f"{one.pages} ページ" if one.pages else "ページなし"
        click.echo(
            f"{one.id}  {one.citation}  第{one.edition}版  {one.media}  {pages}  "
            f"{len(library.passages(one.id))} か所  {'、'.join(notes)}".rstrip()
        )
        click.echo(f"    {one.source}")


@click.command("remove")
@click.argument("document_id", metavar="ID")
@click.option("--yes", is_flag=True, help="確かめずに消す。")
@click.option("--by", default="", help="消した人。")
def remove(document_id: str, yes: bool, by: str) -> None:
    """取り込んだ資料を消す（前の版は戻らない。下書きも消える）。"""
    library = _library()
    try:
        document = library.document(document_id)
    except KeyError:
        raise UserError(
            f"資料 {document_id} はありません。tsunagari knowledge documents で確かめてください"
        ) from None
    if not yes:
        click.confirm(f"{document.citation} を消しますか", abort=True, err=True)
    library.remove(document_id, by)
    click.echo(f"消しました: {document.citation}")


@click.command("drafts")
@click.option("--document", "document_id", metavar="ID", help="この資料の下書きだけ。")
def drafts(document_id: str | None) -> None:
    """資料から作った記録の下書き（確認するまで答えには使わない）。"""
    from knowledge.library.drafts import Drafts

    library = _library()
    found = Drafts(library.path).listed(document=document_id)
    if not found:
        click.echo("確認を待つ下書きはありません。")
    for one in found:
        target = f"（{one.target} への追加）" if one.target else ""
        click.echo(f"{one.id}  {one.kind}  {one.name}{target}")
        for field in one.fields:
            place = library.passage(field.cite).place
            click.echo(f"    {field.attribute}: {field.text}  〔{place or field.cite}〕")


def _library() -> Library:
    from knowledge.library import Library
    from knowledge.library.tables import LibraryError

    library = Library(load_settings().library)
    try:
        library.documents()
    except LibraryError as error:
        raise UserError(str(error)) from None
    return library


def _known_names() -> dict[str, str]:
    """Returns the folded names of the records → their ids."""
    from knowledge.loader import load_knowledge
    from knowledge.mentions import fold_name

    # Broken records are reported by `knowledge check`; a document can be taken in all the same.
    records = load_knowledge(load_settings().knowledge, strict=False).records
    return {
        fold_name(name): record.id
        for record in records.values()
        for name in (record.name, record.short_name, *record.aliases)
    }


COMMANDS = (ingest, documents, remove, drafts)
