"""`tsunagari serve`: the chat page, REST and the dialogue in one process."""

from __future__ import annotations

import click

from tsunagari.settings import load_settings


@click.command()
@click.option("--host", help="待ち受けるアドレス。既定は 127.0.0.1（この端末からだけ）。")
@click.option("--port", type=int, help="ポート番号。既定は環境変数 PORT か 5005。")
@click.option(
    "--public/--local", default=None, help="公開用。/webhooks/rest を閉じる。既定は --local。"
)
def command(host: str | None, port: int | None, public: bool | None) -> None:
    """サーバーを起動する。最後に 1 行、チャットのページの URL を表示する。

    Serve the chat page and the channels from the newest model; actions run in this process.
    `/webhooks/rest/webhook` answers only while bound to this machine and not --public.
    """
    settings = load_settings(host, port, public)
    from tsunagari.bootstrap import run_server

    run_server(settings)
