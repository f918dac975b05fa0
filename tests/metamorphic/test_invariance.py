"""Rewritten utterances keep their meaning: a floor for each phenomenon.

The floors lie a few points under what `tsunagari understanding-report` measures. The seeds are
held-out utterances, which nothing is trained on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.metamorphic.invariance import Invariance, measure, seeds
from tests.metamorphic.rewrites import REWRITES
from tsunagari.assembly import Application

# Phenomenon: share of kept intents, share of kept entity values.
FLOORS = {
    "全角英数": (0.96, 0.97),
    "半角カナ": (0.96, 0.97),
    "ひらがな": (0.96, 0.96),
    "カタカナ": (0.94, 0.96),
    "送り仮名": (0.90, 0.90),
    "敬語を上げる": (0.93, 0.95),
    "敬語を下げる": (0.96, 0.94),
    "助詞抜き": (0.94, 0.96),
    "同音の誤変換": (0.90, 0.87),
    "言いよどみ": (0.92, 0.97),
    "語順": (0.93, 0.93),
    "絵文字": (0.96, 0.97),
    "お願いします": (0.97, 0.97),
    "記号と空白": (0.95, 0.97),
    "打ち間違い": (0.93, 0.95),
}


@pytest.fixture(scope="module")
def outcomes(application: Application) -> Iterator[dict[str, Invariance]]:
    """Every seed by every phenomenon, understood by the trained model."""
    from rasa.core.channels.channel import UserMessage

    processor = application.responder.processor
    loop = asyncio.new_event_loop()

    def parse(text: str) -> dict[str, Any]:
        return dict(loop.run_until_complete(processor.parse_message(UserMessage(text))))

    yield measure(parse, seeds())
    loop.close()


@pytest.mark.parametrize("name", FLOORS)
def test_meaning_survives(outcomes: dict[str, Invariance], name: str) -> None:
    outcome = outcomes[name]
    intent, entities = FLOORS[name]
    lost = "\n".join(map(str, outcome.broken))
    assert outcome.intent / outcome.pairs >= intent, lost
    assert outcome.entities / outcome.pairs >= entities, lost


def test_every_phenomenon_has_a_floor_and_enough_pairs(outcomes: dict[str, Invariance]) -> None:
    assert FLOORS.keys() == REWRITES.keys() == outcomes.keys()
    assert all(outcome.pairs >= 15 for outcome in outcomes.values())
