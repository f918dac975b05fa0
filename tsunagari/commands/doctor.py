"""`tsunagari doctor`: what works and what to do about the rest, one line each."""

from __future__ import annotations

import sys

import click

from tsunagari.settings import load_settings


@click.command()
def command() -> None:
    """この環境で動くかを 1 行ずつ調べる。問題があれば終了コード 1。

    Check Python, packages, knowledge, model, port, disk and write access.
    """
    from tsunagari.health import CHECKS

    settings = load_settings()
    failed = False
    for title, check in CHECKS:
        problem = check(settings)
        failed = failed or problem is not None
        mark = click.style("OK", fg="green") if problem is None else click.style("NG", fg="red")
        click.echo(f"{mark}  {title}" + (f": {problem}" if problem else ""))
    if failed:
        sys.exit(1)
