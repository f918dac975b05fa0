"""`tsunagari knowledge …`: build, check, verify, digest, count and search the knowledge base."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from knowledge.analysis import Analyser
from knowledge.build import DEFAULT_PATH, build
from knowledge.digest import DIGESTS, add_counts, digest_document, read_digests, write_digest
from knowledge.errors import KnowledgeError, Problem
from knowledge.library import Library
from knowledge.library.digests import library_digests
from knowledge.loader import Knowledge, load_documents, load_knowledge
from knowledge.schema import Document, Record
from knowledge.stats import by_section, stats
from knowledge.store import open_store
from knowledge.verify import Verifier
from knowledge.word_vectors import open_word_vectors
from tsunagari.commands import knowledge_library, knowledge_time, releases
from tsunagari.settings import load_settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("knowledge")
def command() -> None:
    """知識ベース（knowledge/）を組み立て、確かめ、調べる。"""


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Turns knowledge errors into their lines and exit code 1."""
    try:
        yield
    except KnowledgeError as error:
        _report(error.problems)
        raise SystemExit(1) from None


def _report(problems: tuple[Problem, ...] | list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


def _document(documents: dict[str, Document], document_id: str) -> Document:
    if document_id not in documents:
        known = "、".join(documents)
        raise click.ClickException(
            f"資料「{document_id}」は documents.yml にありません。次から選んでください: {known}"
        )
    return documents[document_id]


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(
            f"{file.name} は UTF-8 のテキストではありません。"
            "テキストを取り出したファイルを指定してください"
        ) from None


@command.command("build")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=DEFAULT_PATH,
    help="書き出すファイル。既定は build/knowledge.sqlite。",
)
@click.option("--force", is_flag=True, help="変更がなくても作り直す。")
def build_command(output: Path, force: bool) -> None:
    """レコードを一つの SQLite ファイルにまとめる（変更がなければ何もしない）。"""

    def progress(records: Iterator[Record], length: int) -> Iterator[Record]:
        with click.progressbar(records, length=length, label="知識ベースを作成") as bar:
            yield from bar

    with _one_line_errors():
        written = build(output, force=force, progress=progress)
    click.echo("作成しました。" if written else "変更はありません。", err=True)
    if open_word_vectors() is None:
        click.echo("ja_ginza がないため、検索は単語だけで行います。", err=True)


@command.command("check")
def check_command() -> None:
    """レコードと語彙の書き方・参照を確かめる。誤りはすべて並べる。"""
    with _one_line_errors():
        knowledge = load_knowledge()
    click.echo(f"問題ありません（レコード {len(knowledge.records)} 件）。")


@command.command("verify")
@click.option("--document", "file", type=_FILE, help="資料そのもの（テキスト）と照合する。")
@click.option("--id", "document_id", default="deck2014", show_default=True, help="その資料の id。")
def verify_command(file: Path | None, document_id: str) -> None:
    """事実の数値・年・単位・固有名が、引用した節にあるかを確かめる。"""
    with _one_line_errors():
        knowledge = load_knowledge()
        digests = read_digests()
        if file is not None:
            document = _document(knowledge.documents, document_id)
            fresh = digest_document(document, _read(file), Analyser())
            if digests.get(document_id) != fresh:
                raise KnowledgeError(
                    [
                        Problem(
                            f"digests/{document_id}.yml",
                            "資料から作った digest と違います。"
                            "tsunagari knowledge digest で作り直してください",
                        )
                    ]
                )
            digests[document_id] = fresh
        add_counts(digests)
        library = Library(load_settings().library)
        digests.update(library_digests(library, knowledge.documents.values(), Analyser()))
    result = Verifier(knowledge, digests).run()
    skipped = "".join(f"、{name} {count} 件" for name, count in sorted(result.skipped.items()))
    click.echo(
        f"照合した事実 {result.checked} 件、合わないもの {len(result.problems)} 件"
        f"（digest のない資料を引くため照合しないもの: {skipped.lstrip('、') or 'なし'}）"
    )
    if result.problems:
        _report(result.problems)
        raise SystemExit(1)


@command.command("digest")
@click.argument("file", type=_FILE)
@click.option("--id", "document_id", default="deck2014", show_default=True, help="資料の id。")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=DIGESTS,
    help="書き出すフォルダー。既定は knowledge/digests/。",
)
def digest_command(file: Path, document_id: str, output: Path) -> None:
    """資料 FILE から、節ごとの数値・年・固有名を knowledge/digests/ に書き出す。"""
    with _one_line_errors():
        document = _document(load_documents(), document_id)
        path = write_digest(document, digest_document(document, _read(file), Analyser()), output)
    click.echo(f"{path.name} を書きました（{len(document.sections)} 節）。")


@command.command("stats")
@click.option("--by-section", "section_table", is_flag=True, help="節 → レコードの表だけを出す。")
@click.option("--id", "document_id", default="deck2014", show_default=True, help="表にする資料。")
def stats_command(section_table: bool, document_id: str) -> None:
    """件数と引用の割合、どのレコードにも使われていない節を出す。"""
    with _one_line_errors():
        knowledge = load_knowledge()
    if section_table:
        _document(knowledge.documents, document_id)
        click.echo(by_section(knowledge, document_id), nl=False)
        return
    _print_stats(knowledge)


def _print_stats(knowledge: Knowledge) -> None:
    counts = stats(knowledge)
    click.echo(f"{'種類':<14}レコード    事実")
    for kind, number in counts.records.items():
        click.echo(f"{kind.value:<16}{number:>6}{counts.facts[kind]:>10}")
    share = 100 * counts.cited / counts.all_facts if counts.all_facts else 0
    click.echo(f"{'計':<15}{sum(counts.records.values()):>6}{counts.all_facts:>10}")
    click.echo(f"引用のある事実: {counts.cited}/{counts.all_facts}（{share:.1f} %）")
    click.echo(f"現況のあるレコード: {counts.with_status}")
    for document, (used, number) in counts.sections.items():
        click.echo(f"資料 {document}: {used}/{number} 節を引用")
    for reference in counts.uncovered:
        click.echo(f"どのレコードも引用していない節: {reference}")


@command.command("search")
@click.argument("query")
@click.option("--limit", default=5, show_default=True, help="件数。")
def search_command(query: str, limit: int) -> None:
    """QUERY に近い事実を、出典と確からしさ（0〜1）とともに探す。"""
    from knowledge.search import Search

    with _one_line_errors():
        store = open_store()
    hits = Search(store).facts(query, limit=limit)
    if not hits:
        click.echo("見つかりませんでした。")
    for hit in hits:
        cited = "、".join(
            f"{citation.title}「{citation.heading}」" for citation in store.citation(hit.fact)
        )
        name = store.record(hit.record_id).short_name
        click.echo(f"{hit.confidence:.2f}  {name}: {hit.fact.text}〔出典: {cited}〕")


for _further in (*releases.COMMANDS, *knowledge_library.COMMANDS, *knowledge_time.COMMANDS):
    command.add_command(_further)


if __name__ == "__main__":
    command()
