"""The `tsunagari` command: a click group that loads a sub-command only when it is called."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from tsunagari import __version__
from tsunagari.settings import UserError

# name → (module, one line of help); the module's attribute `command` is the click command.
COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("serve", "サーバーを起動する (one process: site, all channels, desk)"),
    "chat": ("chat", "端末で会話する (chat in the terminal)"),
    "train": ("train", "知識ベースとモデルを作る (build knowledge and model)"),
    "doctor": ("doctor", "動く状態かを調べる (check this installation)"),
    "slack": ("slack", "Slack: 設定の検査 check、アプリの定義 manifest、担当者 staff"),
    "desk": ("desk", "担当者の画面: アカウント account、ログインの記録 logins"),
    "line": ("line", "LINE: check, rich-menu"),
    "knowledge": ("knowledge", "知識ベース: build, check, search …、公開は publish と rollback"),
    "learning": ("learning", "答えられなかった質問: group, list (what the bot could not answer)"),
    "report": ("report", "利用の報告を作る (report of a period: HTML, CSV)"),
    "privacy": ("privacy", "個人情報: status, erase, export, retain, new-key, rotate-key, receipt"),
    "privacy-eval": ("privacy_eval", "個人情報の伏せ方を評価する (evaluate masking)"),
    "backup": ("backup", "バックアップ: make, check, restore (all of an installation in one file)"),
    "nlu-eval": ("nlu_eval", "言語理解を評価する (evaluate understanding)"),
    "search-eval": ("search_eval", "検索を評価する (evaluate search)"),
    "ranking-fit": ("ranking_fit", "事実の選び方の重みを求める (fit the ranking of facts)"),
    "understanding-report": (
        "understanding_report",
        "理解の図と表を作り直す (renew docs/understanding.md)",
    ),
}


class LazyGroup(click.Group):
    """Keeps `tsunagari --help` instant: nothing heavy is imported to list the commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one sub-command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tsunagari.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the table without importing the commands."""
        with formatter.section("コマンド (commands)"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tsunagari")
def group() -> None:
    """つながり: 中小企業の海外展開を、相談窓口・支援制度・現地デスクへ案内する。

    \b
    はじめて使うとき   make run        準備してチャットを開く
    端末で試すとき     tsunagari chat
    調子が悪いとき     tsunagari doctor

    A Japanese guidance chatbot for small companies going abroad. Each command has its own
    --help.
    """  # noqa: D301 (click wants the control character)


def main(args: list[str] | None = None) -> Any:
    """Run the tool; problems the operator can fix end as one line on stderr, exit code 1."""
    if sys.version_info[:2] != (3, 10):
        running = ".".join(map(str, sys.version_info[:2]))
        click.echo(f"Python 3.10 が必要です（いまは {running}）。make run で用意されます", err=True)
        sys.exit(1)
    from tsunagari.quiet import quieten

    quieten()
    try:
        return group.main(args=args, prog_name="tsunagari")
    except UserError as error:
        click.echo(f"エラー: {error}", err=True)
        sys.exit(1)
