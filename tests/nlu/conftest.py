"""Shared by the understanding tests: the linker and one trained pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tsunagari.light_imports import install

install()

from tsunagari.assembly import Application  # noqa: E402


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
def pipeline(application: Application) -> Any:
    """The pipeline of the newest model, which was trained on every example under data/.

    Its components stand in a pipeline without Rasa's graph around them; training them once more
    would take as long as all tests of this folder together, and give the same.
    """
    from nlu.pipeline import Pipeline

    nodes = application.responder.processor.graph_runner._nodes
    pipeline = object.__new__(Pipeline)
    pipeline.components = [
        node._component for name, node in nodes.items() if name.startswith("run_nlu.")
    ]
    return pipeline
