"""`tsunagari doctor`: what works and what to do about the rest, one line each."""

from __future__ import annotations

import sys

import click

from tsunagari.settings import UserError, load_settings

_COLOURS = {"OK": "green", "--": "bright_black", "注意": "yellow", "NG": "red"}


@click.command()
def command() -> None:
    """この環境で動くかを 1 行ずつ調べる。何も変えない。NG が一つでもあれば終了コード 1。

    Check packages, knowledge, model, every setting and secret, the store and its schema, Redis,
    RabbitMQ, port, disk and write access.
    """
    from tsunagari.health.checks import CHECKS
    from tsunagari.health.finding import Mark, wrong

    settings = load_settings()
    failed = 0
    for title, check in CHECKS:
        try:
            found = check(settings)
        except UserError as error:
            found = wrong(str(error))
        failed += found.mark is Mark.WRONG
        mark = click.style(found.mark.value, fg=_COLOURS[found.mark.value])
        click.echo(f"{mark}  {title}" + (f": {found.text}" if found.text else ""))
    if failed:
        click.echo(f"直すところが {failed} 件あります", err=True)
        sys.exit(1)
