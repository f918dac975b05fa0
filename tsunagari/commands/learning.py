"""`tsunagari learning`: what the bot could not answer."""

from __future__ import annotations

import time

import click

from desk.learning.learning import LOOK_BACK_DAYS
from desk.learning.questions import Questions
from tsunagari.assembly import open_database
from tsunagari.settings import load_settings

_DAY = 86_400.0
_MOST_SHOWN = 50
_DAYS = click.option(
    "--days", default=LOOK_BACK_DAYS, show_default=True, help="何日前からの質問を見るか。"
)


@click.group()
def command() -> None:
    """答えられなかった質問: まとめ直す group、一覧 list（画面は /desk/learning）。

    What the bot could not answer.
    """


@command.command()
@_DAYS
def group(days: int) -> None:
    """似た質問をまとめ直す。画面を開いたときにも行われるので、定期的に実行しなくてもよい。

    Put like questions together.
    """
    from desk.learning.regroup import regroup
    from knowledge.loader import load_knowledge
    from knowledge.word_vectors import open_word_vectors

    settings = load_settings()
    database = open_database(settings)
    try:
        asked = load_knowledge(settings.knowledge, strict=False).questions
        background = [text for one in asked for _, text in one.texts()]
        done = regroup(
            Questions(database), time.time() - days * _DAY, open_word_vectors(), background
        )
    finally:
        database.close()
    click.echo(f"{done.questions} 件の質問を {done.groups} 組にまとめました")
    if done.left_out:
        click.echo(f"古い {done.left_out} 件は、多すぎるため見ていません", err=True)


@command.command(name="list")
@_DAYS
def list_(days: int) -> None:
    """まとめた質問を、尋ねた会話の多い順に並べる（だれの質問かは分からない形で）。

    List the groups, anonymised.
    """
    from desk.learning.groups import groups_of
    from tsunagari.learning_setup import known_now

    database = open_database(load_settings())
    try:
        open_questions = Questions(database).open(time.time() - days * _DAY)
        for one in groups_of(open_questions, known_now())[:_MOST_SHOWN]:
            click.echo(f"{one.conversations}\t{one.count}\t{one.title}")
    finally:
        database.close()
