"""`tsunagari ranking-fit`: weigh the signs of a fact on questions whose answers are known."""

from __future__ import annotations

import click

_HEAD = """\
# How the signs of a fact are weighed (actions/fact_ranking.py). Written by
# `tsunagari ranking-fit` from knowledge/questions/ and data/outside.yml; not by hand.
"""


@click.command()
@click.option("--write/--no-write", default=True, help="actions/fact_weights.yml に書き込む。")
def command(write: bool) -> None:
    """事実の選び方の重みを、答えの分かっている質問から求める（数分）。

    Prints the share of questions whose best fact, and whose three told facts, are right, and
    how well the confidence tells answered from unanswerable questions.
    """
    from tsunagari.light_imports import install

    install()
    from actions.fact_ranking import WEIGHTS
    from tsunagari import ranking_fit

    asked = ranking_fit.questions()
    fit = ranking_fit.fit(asked)
    answerable = sum(one.record is not None for one in asked)
    click.echo(f"質問 {len(asked)} 件（うち資料で答えられるもの {answerable} 件）")
    click.echo(f"最初の事実が正しい {fit.first:.3f}　示す3件に正しいものがある {fit.told:.3f}")
    click.echo(f"答えられるかの見分け（AUC、交差検証） {fit.area:.3f}")
    if write:
        WEIGHTS.write_text(ranking_fit.write(fit.weights, _HEAD), "utf-8")
        click.echo(f"{WEIGHTS.name} に書き込みました")
