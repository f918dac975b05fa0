"""Floors on the held-out sets, played in process through the assembled bot.

The floors lie a little under what is measured (`python -m tests.heldout.score` and
`tsunagari understanding-report` print the figures); they rise with it.
"""

from __future__ import annotations

import asyncio
import statistics
from typing import Any

import pytest

from tests.conversations.runner import Conversation
from tests.heldout.score import SETS, judge, load
from tests.heldout.verdicts import Verdict
from tsunagari.assembly import Application
from tsunagari.understanding import accuracy, bands, calibration_error, predict

FACTS = 0.985
FACTS_CITED = 0.98
HONEST = 0.98
HONEST_INVENTED = 1
#: Of the later collections, both halves together.
SECOND = {"facts": 0.955, "honest": 0.95, "profiles": 0.95, "context": 0.8}
THIRD = {"facts": 0.955, "honest": 0.95, "profiles": 0.95, "context": 0.85}
FOURTH = {"facts": 0.91, "honest": 0.95, "profiles": 0.9, "context": 0.75}
FIFTH = {"facts": 0.90, "honest": 0.92, "profiles": 0.86, "context": 0.6}
#: Of the development collection: what was mended stays mended.
DEVELOPMENT = {"facts": 0.95, "honest": 0.93, "profiles": 0.97, "context": 0.94}
PROFILES = 0.97
MEDIAN_MESSAGES = 5
INTENTS = 0.89
ANSWER_BAND = 0.95
CALIBRATION_ERROR = 0.05


@pytest.fixture(scope="module")
def verdicts(application: Application) -> dict[str, list[Verdict]]:
    """Every case of every set, each in a conversation of its own."""

    async def play(name: str) -> list[Verdict]:
        return [await judge(name, case, Conversation(application.gate).say) for case in load(name)]

    return {name: asyncio.run(play(name)) for name in SETS if load(name)}


@pytest.mark.parametrize(
    ("collection", "name", "floor"),
    [
        (collection, name, floor)
        for collection, floors in (
            ("second", SECOND),
            ("third", THIRD),
            ("fourth", FOURTH),
            ("fifth", FIFTH),
            ("development", DEVELOPMENT),
        )
        for name, floor in floors.items()
    ],
)
def test_collection(application: Application, collection: str, name: str, floor: float) -> None:
    async def play() -> list[Verdict]:
        return [
            await judge(name, case, Conversation(application.gate).say)
            for case in load(name, collection)
        ]

    verdicts = asyncio.run(play())
    assert _share(verdicts) >= floor, _failures(verdicts)


def test_facts(verdicts: dict[str, list[Verdict]]) -> None:
    facts = verdicts["facts"]
    assert _share(facts) >= FACTS, _failures(facts)
    assert sum(one.cited for one in facts) / len(facts) >= FACTS_CITED


def test_honest_answers(verdicts: dict[str, list[Verdict]]) -> None:
    honest = verdicts["honest"]
    assert _share(honest) >= HONEST, _failures(honest)
    assert sum(bool(one.invented) for one in honest) <= HONEST_INVENTED


def test_profiles(verdicts: dict[str, list[Verdict]]) -> None:
    walks = verdicts["profiles"]
    assert _share(walks) >= PROFILES, _failures(walks)
    reached = [one.user_messages for one in walks if one.reached_plan]
    assert statistics.median(reached) <= MEDIAN_MESSAGES


def test_intents_and_confidence(application: Application) -> None:
    from rasa.core.channels.channel import UserMessage

    processor = application.responder.processor
    loop = asyncio.new_event_loop()

    def parse(text: str) -> dict[str, Any]:
        return dict(loop.run_until_complete(processor.parse_message(UserMessage(text))))

    predictions = predict(parse, load("nlu"))
    loop.close()
    assert accuracy(predictions) >= INTENTS
    assert calibration_error(predictions) <= CALIBRATION_ERROR
    answered = next(one for one in bands(predictions) if one.name == "answer")
    assert answered.right / answered.size >= ANSWER_BAND


def _share(verdicts: list[Verdict]) -> float:
    return sum(one.passed for one in verdicts) / len(verdicts)


def _failures(verdicts: list[Verdict]) -> str:
    return "\n".join(f"{one.case_id}: {one.problems}" for one in verdicts if not one.passed)
