"""Shared by the understanding tests: the linker and one trained pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tsunagari.light_imports import install

install()


@pytest.fixture(scope="session")
def tokenize() -> Callable[[str], list[Any]]:
    """Cuts a text with the pipeline's tokenizer."""
    from rasa.shared.nlu.training_data.message import Message

    from nlu.sudachi_tokenizer import SudachiTokenizer

    tokenizer = SudachiTokenizer(SudachiTokenizer.get_default_config())
    return lambda text: tokenizer.tokenize(Message({"text": text}), "text")


@pytest.fixture(scope="session")
def link(tokenize: Callable[[str], list[Any]]) -> Callable[[str], list[Any]]:
    """Links a text with the committed dictionary."""
    from nlu import gazetteer
    from nlu.linking import Linker

    linker = Linker(
        gazetteer.load_rows(gazetteer.GAZETTEER.read_text("utf-8")),
        gazetteer.load_partials(gazetteer.PARTIALS.read_text("utf-8")),
    )
    return lambda text: linker.link(text, tokenize(text))


@pytest.fixture(scope="session")
def pipeline() -> Any:
    """The pipeline of config.yml, trained on every example under data/."""
    from nlu.pipeline import Pipeline, own_training_data

    return Pipeline(own_training_data())
