"""`tsunagari privacy-eval`: recall and precision of the masking on labelled sentences."""

from __future__ import annotations

from pathlib import Path

import click

from tsunagari.settings import UserError, load_settings


@click.command()
@click.option(
    "--labelled",
    type=click.Path(path_type=Path),
    help="注釈つきの文（JSON Lines）。既定は tests/privacy/labelled.jsonl。",
)
@click.option(
    "--split",
    type=click.Choice(["dev", "unseen", "all"]),
    default="unseen",
    show_default=True,
    help="unseen は、規則を書くときに見ていない半分。",
)
@click.option("--mistakes", is_flag=True, help="見逃しと伏せすぎを1件ずつ示す（dev で使う）。")
def command(labelled: Path | None, split: str, mistakes: bool) -> None:
    """個人情報をどれだけ伏せられるかを測る（再現率と適合率、種類ごと）。

    再現率は、注釈の範囲が1文字残らず伏せられた割合。漏れは、1文字でも見えていた数。

    Recall and precision of the masking by kind.
    """
    from conversations.masking import kinds, label
    from knowledge.store import open_store
    from tsunagari.privacy_figures import measure, read_sentences
    from tsunagari.privacy_setup import masker_of

    path = labelled or load_settings().root / "tests" / "privacy" / "labelled.jsonl"
    if not path.exists():
        raise UserError(f"注釈つきの文がありません: {path}")
    sentences = read_sentences(path, None if split == "all" else split)
    result = measure(masker_of(open_store()), sentences)
    click.echo(f"{len(sentences)}文（{split}）、1文の中央値 {result.milliseconds:.2f} ms")
    click.echo("再現率            適合率            漏れ  種類")
    for kind in (*kinds(), "total"):
        figures = result.total if kind == "total" else result.kinds.get(kind)
        if figures is None:
            continue
        name = "すべて" if kind == "total" else label(kind)
        click.echo(
            f"{figures.recall:6.1%} ({figures.hidden:>3}/{figures.labelled:>3})  "
            f"{figures.precision:6.1%} ({figures.right:>3}/{figures.found:>3})  "
            f"{figures.leaked:>4}  {name}"
        )
    click.echo(f"個人情報のない文で、何かを伏せた文: {result.touched}/{result.clean}")
    if mistakes:
        for text, said in result.mistakes:
            click.echo(f"{said}  |  {' '.join(text.split())}")
