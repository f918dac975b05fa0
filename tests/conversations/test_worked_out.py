"""What is worked out of two figures, in whatever words it is asked for."""

from __future__ import annotations

import asyncio

import pytest

from tests.conversations.runner import Conversation
from tsunagari.assembly import Application


@pytest.mark.parametrize(
    "question",
    [
        "ベトナムとタイ、人が多いのはどっち",
        "タイとベトナムならどっちが人口多い？",
        "人が少ないのはどっちの国ですか、タイとベトナムで",
    ],
)
def test_which_of_two_countries_has_more_is_told_with_both_figures(
    application: Application, question: str
) -> None:
    said = asyncio.run(Conversation(application.gate).say(question))[0]["text"]
    assert "8,877万人" in said
    assert "6,678万人" in said
    assert "出典" in said
