"""Section `parse`: understanding alone, against the stock pipeline and nlp.js."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import models, nlpjs_runner
from bench.options import Options
from bench.paths import ROOT, WORK
from bench.processes import BenchError, run_json
from bench.report import Table, median, number, percentile, ratio

_SETS = (
    ("dev", ROOT / "tests" / "nlu" / "dev_utterances.jsonl"),
    ("held-out", ROOT / "tests" / "heldout" / "nlu.jsonl"),
)
_LIMIT_SECONDS = 1800
_MOST_RUNS = 3


@dataclass(frozen=True)
class Understanding:
    """Figures of one set-up.

    Attributes:
        name: Shown in the table.
        p50: Median milliseconds per parse; median of the runs.
        p95: 95th percentile, likewise.
        accuracy: Share of right intents by utterance set.
        megabytes: Resident memory after parsing.
        load: Seconds from nothing imported to a loaded model.
        cpu: CPU seconds to train the understanding.
        whole_cpu: CPU seconds of the whole training from clean; NaN where there is nothing more.
    """

    name: str
    p50: float
    p95: float
    accuracy: dict[str, float]
    megabytes: float
    load: float
    cpu: float
    whole_cpu: float = math.nan


def run(options: Options) -> list[Table]:
    """Measure all set-ups in alternating runs."""
    sets = {name: read_utterances(path) for name, path in _SETS if path.exists()}
    texts = [item["text"] for items in sets.values() for item in items]
    utterances = WORK / "utterances.jsonl"
    utterances.write_text(
        "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts), "utf-8"
    )
    trained = {"tsunagari": models.ours(), "stock": models.stock(options.quick)}
    extra = {"tsunagari": {}, "stock": models.stock_environment()}
    outcomes: dict[str, list[dict[str, Any]]] = {name: [] for name in trained}
    for _ in range(min(options.runs, _MOST_RUNS)):
        for name, model in trained.items():
            command = ["python", "-m", "bench.rasa_worker", "parse", str(model.path)]
            outcomes[name].append(
                run_json([*command, str(utterances)], f"parse-{name}", _LIMIT_SECONDS, extra[name])
            )
    results = [
        replace(
            summary(name, outcomes[name], sets, trained[name].nlu_cpu),
            whole_cpu=trained[name].cpu,
        )
        for name in ("tsunagari", "stock")
    ]
    notes = [
        f"Stock: SpacyNLP (ja_ginza) + CountVectors (word, char_wb) + DIET, "
        f"{models.QUICK_EPOCHS if options.quick else models.STOCK_EPOCHS} epochs, "
        "the same files of data/. Both through Rasa's `parse_message`, one process each.",
        "Accuracy: best intent, also below a fallback limit. "
        + " ".join(f"{name}: {len(items)} utterances." for name, items in sets.items()),
    ]
    try:
        outcome = nlpjs_runner.measure(texts)
        results.append(summary("nlp.js", [outcome], sets, outcome["cpu_seconds"]))
        notes.append("nlp.js: intents only (its entity search by edit distance is left out).")
    except BenchError as error:
        notes.append(f"**nlp.js was skipped**: {error}.")
    return [table(results, list(sets), notes)]


def read_utterances(path: Path) -> list[dict[str, Any]]:
    """Read JSON lines with ``text``, ``intent`` and perhaps ``accept`` (as right)."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def summary(
    name: str,
    outcomes: list[dict[str, Any]],
    sets: dict[str, list[dict[str, Any]]],
    cpu: float,
) -> Understanding:
    """Bring the runs of one set-up together."""
    accuracy, place = {}, 0
    for label, items in sets.items():
        guesses = outcomes[0]["intents"][place : place + len(items)]
        place += len(items)
        right = [
            guess in {item["intent"], *item.get("accept", [])}
            for guess, item in zip(guesses, items, strict=True)
        ]
        accuracy[label] = sum(right) / len(right)
    return Understanding(
        name,
        median([median(one["milliseconds"]) for one in outcomes]),
        median([percentile(one["milliseconds"], 95) for one in outcomes]),
        accuracy,
        median([one["megabytes"] for one in outcomes]),
        median([one["load_seconds"] for one in outcomes]),
        cpu,
    )


def table(results: list[Understanding], sets: list[str], notes: list[str]) -> Table:
    """Lay the set-ups side by side; ratios are stock (or nlp.js) against tsunagari."""
    ours, *others = results
    shown = Table(
        "Understanding",
        ("", *(one.name for one in results), *(f"{one.name} / tsunagari" for one in others)),
        notes=notes,
    )
    measures: list[tuple[str, str]] = [
        ("parse, median ms", "p50"),
        ("parse, p95 ms", "p95"),
        ("memory, MB", "megabytes"),
        ("start and load, s", "load"),
        ("training the understanding, CPU s", "cpu"),
        ("training dialogue and understanding, CPU s", "whole_cpu"),
    ]
    for label, key in measures:
        mine = getattr(ours, key)
        values = [getattr(one, key) for one in others]
        shown.add(label, *map(number, [mine, *values]), *(ratio(mine, value) for value in values))
    for name in sets:
        mine = ours.accuracy[name]
        differences = [f"{one.accuracy[name] - mine:+.3f}" for one in others]
        shown.add(
            f"intent accuracy, {name}", *(f"{r.accuracy[name]:.3f}" for r in results), *differences
        )
    return shown
