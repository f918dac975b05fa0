"""`python -m bench [SECTION…]`: measure and print tables with ratios."""

from __future__ import annotations

import shlex
import signal
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from bench import capacity, long, machine, models, parse, search, soak, start, turns
from bench.options import Options
from bench.paths import WORK
from bench.processes import BenchError
from bench.report import Table

SECTIONS: dict[str, Callable[[Options], list[Table]]] = {
    "parse": parse.run,
    "turns": turns.run,
    "long": long.run,
    "search": search.run,
    "start": start.run,
}
# Their results stand in docs/operations.md: `make load`.
LOAD_SECTIONS: dict[str, Callable[[Options], list[Table]]] = {
    "capacity": capacity.run,
    "soak": soak.run,
}
_RUNS, _QUICK_RUNS = 5, 2
_QUICK_NOTE = (
    "- **Quick run**: the stock model saw a few epochs only, so its accuracy and training time "
    "mean nothing yet; few turns and runs."
)
_TERMINATED = 128 + signal.SIGTERM


@click.command()
@click.argument("sections", nargs=-1, type=click.Choice([*SECTIONS, *LOAD_SECTIONS]))
@click.option("--quick", is_flag=True, help="Few epochs, few turns: to develop, not to quote.")
@click.option("--runs", type=click.IntRange(1, 20), help="Alternating runs; medians are shown.")
@click.option(
    "--write", type=click.Path(path_type=Path), help="Write the tables to a Markdown file too."
)
def main(sections: tuple[str, ...], quick: bool, runs: int | None, write: Path | None) -> None:
    """Measure tsunagari beside the stock Rasa set-up and nlp.js (all sections by default)."""
    # A termination must end the servers too: let it unwind like an interruption.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    WORK.mkdir(parents=True, exist_ok=True)
    options = Options(quick, runs or (_QUICK_RUNS if quick else _RUNS))
    about = machine.describe()
    tables: list[Table] = []
    failed = []
    for name in sections or SECTIONS:
        click.echo(f"{name} …", err=True)
        began = time.monotonic()
        try:
            found = {**SECTIONS, **LOAD_SECTIONS}[name](options)
        except BenchError as error:
            click.echo(f"{name}: {error}", err=True)
            failed.append(name)
            continue
        tables += found
        click.echo("\n\n".join(table.markdown() for table in found) + "\n")
        click.echo(f"{name}: {time.monotonic() - began:.0f} s", err=True)
    about += [line] if (line := models.stock_training(quick)) else []
    if write and tables:
        write.write_text(document(tables, about, sys.argv[1:]), "utf-8")
    if failed:
        raise click.ClickException(f"not measured: {', '.join(failed)}")


def document(tables: list[Table], about: list[str], arguments: list[str]) -> str:
    """Return docs/benchmarks.md."""
    command = " ".join(["python", "-m", "bench", *map(shlex.quote, arguments)])
    lines = [
        "# Benchmarks",
        "",
        "Written by the command below. All set-ups run on the same machine in one go, in turn, so",
        "ratios carry over to other machines and milliseconds do not.",
        "",
        f"- Command: `{command}` ({date.today().isoformat()})",
        *(f"- {line}" for line in about),
    ]
    if "--quick" in arguments:
        lines.append(_QUICK_NOTE)
    return "\n\n".join(["\n".join(lines), *(table.markdown() for table in tables)]) + "\n"


if __name__ == "__main__":
    main()
