"""One measurement of Rasa in a process of its own; prints one JSON object as its last line.

`python -m bench.rasa_worker train CONFIG OUTPUT` trains on the repository's data;
`python -m bench.rasa_worker parse MODEL UTTERANCES` loads a model and parses JSON lines.
With `TSUNAGARI_REAL_TENSORFLOW=1` this is plain Rasa, else Rasa as tsunagari starts it.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from bench.paths import ROOT
from bench.processes import resident_megabytes
from tsunagari import light_imports
from tsunagari.quiet import quieten

WARM_UP = 10
"""Messages parsed before the clock runs."""


@click.group()
def main() -> None:
    """Measure in this process."""
    if light_imports.install():
        # As `tsunagari serve` does, before NumPy counts its threads.
        quieten()


@main.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
def train(config: Path, output: Path) -> None:
    """Train and report seconds and CPU seconds (imports not counted)."""
    from rasa.model_training import train as train_model

    domain, data = str(ROOT / "domain.yml"), str(ROOT / "data")
    by_node = count_nodes()
    wall, cpu = time.perf_counter(), time.process_time()
    with _as_trained():
        result = train_model(domain, str(config), data, output=str(output))
    if not result.model or result.code:
        raise click.ClickException("training failed, see above")
    report(
        model=Path(result.model).name,
        seconds=time.perf_counter() - wall,
        cpu_seconds=time.process_time() - cpu,
        nlu_cpu_seconds=sum(seconds for kind, seconds in by_node if kind == "nlu"),
        megabytes=resident_megabytes(os.getpid()),
    )


def _as_trained() -> AbstractContextManager[None]:
    """Return what a training of this process's set-up runs in."""
    if os.environ.get(light_imports.REAL_TENSORFLOW_VARIABLE) == "1":
        return nullcontext()
    from tsunagari.light_training import light_training

    return light_training()


def count_nodes() -> list[tuple[str, float]]:
    """Note the CPU seconds of every component Rasa's training graph runs from now on.

    Returns:
        A list that fills up: ("nlu", "policy" or "other", CPU seconds).
    """
    from rasa.core.policies.policy import Policy
    from rasa.engine.graph import GraphNode

    counted: list[tuple[str, float]] = []
    call = GraphNode.__call__

    def timed(node: Any, *inputs: Any) -> Any:
        start = time.process_time()
        try:
            return call(node, *inputs)
        finally:
            kind = "other"
            if node._node_name.startswith(("train_", "run_")):
                kind = "policy" if issubclass(node._component_class, Policy) else "nlu"
            counted.append((kind, time.process_time() - start))

    GraphNode.__call__ = timed
    return counted


@main.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("utterances", type=click.Path(path_type=Path))
def parse(model: Path, utterances: Path) -> None:
    """Parse all utterances one by one; milliseconds and best intents in order."""
    start = time.perf_counter()
    processor = load_processor(model)
    loaded = time.perf_counter() - start
    texts = [json.loads(line)["text"] for line in utterances.read_text("utf-8").splitlines()]
    times, intents = asyncio.run(parse_all(processor, texts))
    report(
        load_seconds=loaded,
        megabytes=resident_megabytes(os.getpid()),
        milliseconds=times,
        intents=intents,
    )


def load_processor(model: Path) -> Any:
    """Load a model the way the server of its set-up does; importing Rasa is part of it."""
    from rasa.core.lock_store import InMemoryLockStore
    from rasa.core.nlg import TemplatedNaturalLanguageGenerator
    from rasa.core.processor import MessageProcessor
    from rasa.core.tracker_store import InMemoryTrackerStore
    from rasa.shared.core.domain import Domain

    kind: type[MessageProcessor] = MessageProcessor
    if os.environ.get(light_imports.REAL_TENSORFLOW_VARIABLE) != "1":
        from tsunagari.processor import LightProcessor

        kind = LightProcessor
    return kind(
        model_path=model,
        tracker_store=InMemoryTrackerStore(Domain.empty()),
        lock_store=InMemoryLockStore(),
        generator=TemplatedNaturalLanguageGenerator({}),
    )


async def parse_all(processor: Any, texts: list[str]) -> tuple[list[float], list[str]]:
    """Parse every text once, after a warm-up.

    Returns:
        Milliseconds per text and the best intent of each, also below a fallback limit.
    """
    from rasa.core.channels.channel import UserMessage

    for text in texts[:WARM_UP]:
        await processor.parse_message(UserMessage(text))
    times, intents = [], []
    for text in texts:
        start = time.perf_counter()
        parsed = await processor.parse_message(UserMessage(text))
        times.append((time.perf_counter() - start) * 1000)
        ranking = [*parsed.get("intent_ranking", []), parsed["intent"]]
        intents.append(next(i["name"] for i in ranking if i["name"] != "nlu_fallback"))
    return times, intents


def report(**values: Any) -> None:
    """Print the result as the last line of standard output."""
    click.echo("\n" + json.dumps(values, ensure_ascii=False))


if __name__ == "__main__":
    main()
