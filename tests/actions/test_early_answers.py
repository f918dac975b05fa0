"""What is said before the whole profile is known."""

from __future__ import annotations

import asyncio

import pytest

from tests.conversations.runner import Conversation
from tests.heldout.verdicts import reply_text
from tsunagari.assembly import Application


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("水処理の技術を途上国で試したい", "普及・実証事業"),
        ("貧困層向けの浄水器を広めたい", "BOPビジネス協力準備調査"),
    ],
)
def test_the_scheme_nearest_to_the_words_comes_first(
    application: Application, said: str, first: str
) -> None:
    reply = asyncio.run(Conversation(application.gate).say(said))

    assert f"資料の制度では、「{first}」" in reply_text(reply)
