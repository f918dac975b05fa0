"""`tsunagari train`: build the knowledge base and train the model."""

from __future__ import annotations

import click

from tsunagari.settings import load_settings


@click.command()
@click.option("--if-changed", is_flag=True, help="元になるファイルが変わったときだけ作り直す。")
@click.option("--here", is_flag=True, hidden=True, help="Train in this process, nothing else.")
def command(if_changed: bool, here: bool) -> None:
    """知識ベースを組み立て、モデルを学習する。

    Build the knowledge base and train the model. With --if-changed nothing is done when the
    content of the files they are made from is the same as last time.
    """
    from tsunagari import building

    settings = load_settings()
    if here:
        building.train_here(settings)
        return
    building.build_knowledge(settings, if_changed)
    building.train_model(settings, if_changed)
