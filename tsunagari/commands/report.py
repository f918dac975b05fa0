"""`tsunagari report`: how the bot and the desk were used in a period."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from desk.hours import HoursError, load_hours
from desk.report.period import PeriodError, read_period
from tsunagari.settings import UserError, load_settings


@click.command()
@click.option(
    "--period",
    help="期間。2026-11、2026-11-01..2026-11-15、30d、2026年度。既定は今月（今日まで）。",
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
    help="書き出すファイル（- は標準出力）。既定は tsunagari-report-<はじめの日>.html か .csv。",
)  # fmt: skip
@click.option("--csv", "as_csv", is_flag=True, help="HTML ではなく CSV（表計算ソフト用）にする。")
@click.option("--part", is_flag=True, hidden=True)
def command(period: str | None, output: Path | None, as_csv: bool, part: bool) -> None:
    """利用の報告を、1 つの HTML ファイル（または CSV）にする。画面は /desk/report。

    相談の数、相談から解決までの流れ、都道府県・国・段階・入り口別の数、答えた割合、待ち時間、評価、
    よくある質問、知識の足りないところ。会社が書いた文は入らず、小さい数は隠します。

    \b
    tsunagari report                        今月（今日まで）
    tsunagari report --period 2026-10       先月など
    tsunagari report --period 2026年度 --csv

    Report of a period: one HTML file, or CSV; nothing personal in it.
    """  # noqa: D301 (click wants the control character)
    # The charts need the real Matplotlib, so nothing of Rasa is imported here.
    from tsunagari.reporting import Reports

    try:
        zone = load_hours().zone
        today = datetime.now(zone).date()
        wanted = read_period(period, today, zone)
    except (HoursError, PeriodError) as error:
        raise UserError(str(error)) from error
    made = Reports(load_settings()).make(wanted, "part" if part else "csv" if as_csv else "html")
    if part or str(output) == "-":
        sys.stdout.buffer.write(made)
        return
    path = output or Path(f"tsunagari-report-{wanted.first}.{'csv' if as_csv else 'html'}")
    try:
        path.write_bytes(made)
    except OSError as error:
        raise UserError(f"書き出せません（{error.strerror}）: {path}") from error
    click.echo(f"書き出しました: {path}（{wanted.label}）")
