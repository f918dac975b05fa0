"""Measures understanding: intents, spans, speed, and a character n-gram baseline beside it."""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from nlu.calibration import expected_calibration_error
from nlu.intent_classifier import PREVIOUS
from nlu.pipeline import Pipeline

_KEYS = ("text", "intent")


class Result(NamedTuple):
    """Figures of one evaluation.

    Attributes:
        accuracy: Share of right intents (the best guess, also below the fallback limit).
        macro_f1: F1 averaged over the intents.
        span_f1: Micro F1 of exact ``(start, end, entity)`` over the annotated entity types;
            None where the test data has no spans.
        calibration_error: Expected calibration error of the confidence.
        median_ms: Median milliseconds per parse.
        p95_ms: 95th percentile.
        train_seconds: Training time.
        confusions: ``(truth, guess) → count`` of the errors.
        bands: Messages by band.
    """

    accuracy: float
    macro_f1: float
    span_f1: float | None
    calibration_error: float
    median_ms: float
    p95_ms: float
    train_seconds: float
    confusions: Counter[tuple[str, str]]
    bands: Counter[str]


def read_examples(path: Path) -> list[dict[str, Any]]:
    """Reads JSON lines ``{text, intent, entities?: [{start, end, entity, value}], …}``.

    ``prev_system``, where given, is what was said to the person before.

    Raises:
        ValueError: If a line is no such object; the message names file and line.
    """
    examples = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            example = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path.name}:{number}: not JSON ({error.msg})") from error
        if not isinstance(example, dict) or any(
            not isinstance(example.get(key), str) for key in _KEYS
        ):
            raise ValueError(f"{path.name}:{number}: needs the strings 'text' and 'intent'")
        examples.append(example)
    if not examples:
        raise ValueError(f"{path.name}: holds no examples")
    return examples


def training_data(examples: Sequence[dict[str, Any]]) -> TrainingData:
    """Turns examples into Rasa training data."""
    return TrainingData(
        [
            Message(
                {
                    TEXT: item["text"],
                    INTENT: item["intent"],
                    ENTITIES: [e for e in item.get("entities", []) if "start" in e],
                    PREVIOUS: item.get("prev_system") or "",
                }
            )
            for item in examples
            if item["text"]
        ]
    )


def evaluate(pipeline: Pipeline, test: Sequence[dict[str, Any]], train_seconds: float) -> Result:
    """Parses every test message and scores the outcome."""
    truth, guesses, confidences, times = [], [], [], []
    confusions: Counter[tuple[str, str]] = Counter()
    bands: Counter[str] = Counter()
    types = {e["entity"] for item in test for e in item.get("entities", []) if "start" in e}
    spans = Counter({"expected": 0, "found": 0, "right": 0})
    for item in test:
        began = time.perf_counter()
        parsed = pipeline.parse(item["text"], item.get("prev_system") or "")
        times.append((time.perf_counter() - began) * 1000)
        best = _best_guess(parsed)
        truth.append(item["intent"])
        guesses.append(best["name"] or "")
        confidences.append(best["confidence"])
        bands[parsed.get("band", "answer")] += 1
        if guesses[-1] != truth[-1]:
            confusions[truth[-1], guesses[-1]] += 1
        expected = {
            (e["start"], e["end"], e["entity"]) for e in item.get("entities", []) if "start" in e
        }
        found = {
            (e["start"], e["end"], e["entity"])
            for e in parsed.get("entities", [])
            if e["entity"] in types
        }
        spans.update(expected=len(expected), found=len(found), right=len(expected & found))
    right = np.asarray([a == b for a, b in zip(truth, guesses, strict=True)])
    return Result(
        float(right.mean()),
        float(f1_score(truth, guesses, average="macro", labels=sorted(set(truth)))),
        2 * spans["right"] / max(spans["expected"] + spans["found"], 1) if types else None,
        expected_calibration_error(np.asarray(confidences), right),
        statistics.median(times),
        float(np.percentile(times, 95)),
        train_seconds,
        confusions,
        bands,
    )


def _best_guess(parsed: dict[str, Any]) -> dict[str, Any]:
    for item in parsed.get("intent_ranking", []):
        if item["name"] != "nlu_fallback":
            return dict(item)
    return dict(parsed.get("intent") or {"name": None, "confidence": 0.0})


def baseline(
    train: Sequence[dict[str, Any]], test: Sequence[dict[str, Any]], seed: int = 2014
) -> tuple[float, float]:
    """Scores character 1–3-gram TF-IDF with logistic regression on the same split.

    Returns:
        Intent accuracy and macro F1.
    """
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    model = LogisticRegression(C=10.0, max_iter=300, random_state=seed)
    model.fit(
        vectorizer.fit_transform(item["text"] for item in train), [i["intent"] for i in train]
    )
    truth = [item["intent"] for item in test]
    guesses = list(model.predict(vectorizer.transform(item["text"] for item in test)))
    return (
        float(np.mean([a == b for a, b in zip(truth, guesses, strict=True)])),
        float(f1_score(truth, guesses, average="macro", labels=sorted(set(truth)))),
    )
