"""Measures understanding on the held-out utterances: calibration, bands, confusions."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nlu.calibration import expected_calibration_error
from tsunagari.assembly import assemble
from tsunagari.settings import Settings

BANDS = ("answer", "maybe", "unknown")
FALLBACK = "nlu_fallback"
BINS = 10

Parse = Callable[[str], dict[str, Any]]


class Prediction(NamedTuple):
    """What was understood of one held-out utterance.

    Attributes:
        truth: Its intent.
        guess: The intent of highest confidence, also where the band was "unknown".
        confidence: Calibrated confidence of the guess, 0 to 1.
        right: Whether the guess is the intent, or one that is as right.
        band: "answer", "maybe" or "unknown".
        final: The intent handed to the dialogue (nlu_fallback in the band "unknown").
        accepted: Whether the final intent is right.
    """

    truth: str
    guess: str
    confidence: float
    right: bool
    band: str
    final: str
    accepted: bool


class Bin(NamedTuple):
    """Predictions of like confidence: their number, mean confidence and share of right ones."""

    size: int
    confidence: float
    accuracy: float


class Band(NamedTuple):
    """Utterances of one band: their number and how many best guesses were right."""

    name: str
    size: int
    right: int


@contextmanager
def trained_parser(settings: Settings) -> Iterator[Parse]:
    """Opens the newest model as a function that understands one message.

    Raises:
        UserError: There is no model.
    """
    with tempfile.TemporaryDirectory(prefix="tsunagari-report-") as folder:
        url = f"sqlite:///{folder}/conversations.sqlite"
        application = assemble(replace(settings, database_url=url))
        from rasa.core.channels.channel import UserMessage

        processor = application.responder.processor
        loop = asyncio.new_event_loop()
        try:
            yield lambda text: dict(
                loop.run_until_complete(processor.parse_message(UserMessage(text)))
            )
        finally:
            loop.close()
            application.close()


def read_held_out(path: Path) -> list[dict[str, Any]]:
    """Reads utterances with their intents, one JSON object a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def predict(parse: Parse, examples: Sequence[dict[str, Any]]) -> list[Prediction]:
    """Understands every utterance.

    Args:
        parse: Understands one message.
        examples: ``{text, intent, accept?}``.
    """
    found = []
    for item in examples:
        parsed = parse(item["text"])
        best = next(
            (one for one in parsed.get("intent_ranking", ()) if one["name"] != FALLBACK),
            parsed["intent"],
        )
        final = parsed["intent"]["name"]
        right = {item["intent"], *item.get("accept", ())}
        found.append(
            Prediction(
                item["intent"],
                best["name"],
                float(best["confidence"]),
                best["name"] in right,
                parsed.get("band", "answer"),
                final,
                final in right,
            )
        )
    return found


def accuracy(predictions: Sequence[Prediction]) -> float:
    """Returns the share of utterances whose final intent is right."""
    return sum(one.accepted for one in predictions) / len(predictions)


def calibration_error(predictions: Sequence[Prediction]) -> float:
    """Returns the expected calibration error of the best guesses."""
    return expected_calibration_error(
        np.asarray([one.confidence for one in predictions]),
        np.asarray([one.right for one in predictions]),
        BINS,
    )


def reliability(predictions: Sequence[Prediction]) -> list[Bin]:
    """Groups the best guesses by confidence into equal-width bins; empty ones are left out."""
    groups: list[list[Prediction]] = [[] for _ in range(BINS)]
    for one in predictions:
        groups[min(int(one.confidence * BINS), BINS - 1)].append(one)
    return [
        Bin(
            len(group),
            sum(one.confidence for one in group) / len(group),
            sum(one.right for one in group) / len(group),
        )
        for group in groups
        if group
    ]


def bands(predictions: Sequence[Prediction]) -> list[Band]:
    """Counts the utterances of each band and the right best guesses among them."""
    return [
        Band(
            name,
            sum(one.band == name for one in predictions),
            sum(one.band == name and one.right for one in predictions),
        )
        for name in BANDS
    ]


def confusions(predictions: Sequence[Prediction]) -> Counter[tuple[str, str]]:
    """Counts the wrong final intents: ``(truth, final) → number``."""
    return Counter((one.truth, one.final) for one in predictions if not one.accepted)
