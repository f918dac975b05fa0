"""`tsunagari chat`: the same conversation in the terminal, through the same gate."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import click

from tsunagari.settings import load_settings

_QUIT = {"/quit", "/exit", "/q"}
_INTRODUCTION = (
    "つながり — 中小企業の海外展開のご案内\n"
    "ふだんのことばで話しかけてください。選択肢は番号でも選べます。終わるときは /quit\n"
)


@click.command()
@click.option("--resume", metavar="ID", help="前の会話を続ける（終了時に表示される ID）。")
def command(resume: str | None) -> None:
    """端末で会話する。選択肢は番号・題名のどちらでも選べる。/quit で終わる。

    Chat in the terminal through the same gate and store as every other channel.
    """
    settings = load_settings()
    click.echo("準備しています…", err=True)
    from tsunagari.assembly import assemble

    application = assemble(settings)
    name = resume or secrets.token_hex(4)
    click.echo(_INTRODUCTION)
    try:
        asyncio.run(_converse(application.gate, f"terminal:{name}"))
    finally:
        application.close()
        click.echo(f"\n会話 ID: {name}（tsunagari chat --resume {name} で続けられます）", err=True)


async def _converse(gate: Any, conversation_id: str) -> None:
    from conversations.database import STORE_AWAY
    from conversations.database_problems import explained
    from conversations.ports import IncomingMessage

    await gate.recover()
    while True:
        try:
            text = input("あなた> ")
        except (EOFError, KeyboardInterrupt):
            return
        if text.strip() in _QUIT:
            return
        try:
            reply = await gate.receive(IncomingMessage(conversation_id, "terminal", text=text))
        except STORE_AWAY as error:
            click.echo(f"いま受け付けられません: {explained(error)}", err=True)
            continue
        for message in reply.messages:
            click.echo(f"\n{message['text']}\n")
