"""Models of both set-ups, trained once per content of what they are made from."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.paths import BENCH, ROOT, WORK
from bench.processes import BenchError, run_json
from tsunagari.fingerprint import MODEL_SOURCES, fingerprint
from tsunagari.light_imports import REAL_TENSORFLOW_VARIABLE

STOCK_EPOCHS = 100
"""What `rasa init` writes."""
QUICK_EPOCHS = 2
_DATA = ("domain.yml", "data/**/*.yml")
_TRAIN = ("python", "-m", "bench.rasa_worker", "train")
_LIMIT_SECONDS = 3 * 3600


@dataclass(frozen=True)
class Trained:
    """A set-up's model and what it cost.

    Attributes:
        path: The model archive.
        nlu_cpu: CPU seconds of its understanding components.
        cpu: CPU seconds of the whole training from clean.
        seconds: The same by the clock.
    """

    path: Path
    nlu_cpu: float
    cpu: float
    seconds: float


def stock_environment() -> dict[str, str]:
    """Variables under which a child process is plain Rasa."""
    return {REAL_TENSORFLOW_VARIABLE: "1"}


def ours() -> Trained:
    """Return tsunagari's model, trained from clean when their sources changed."""
    key = fingerprint(ROOT, MODEL_SOURCES)
    return _trained(f"ours-{key[:16]}", (ROOT / "config.yml").read_text("utf-8"), {})


def stock(quick: bool) -> Trained:
    """Return the stock model, trained when configuration or data changed.

    Args:
        quick: Few epochs, for developing the benchmark; accuracy then means nothing.
    """
    name, config = _stock_recipe(quick)
    return _trained(name, config, stock_environment())


def stock_if_trained() -> Trained:
    """Return the full stock model where an earlier run trained it, which takes hours.

    Raises:
        BenchError: None did for today's data.
    """
    name, config = _stock_recipe(quick=False)
    if not (WORK / "models" / name / "costs.json").exists():
        raise BenchError("the stock model is not trained for today's data: `make bench` first")
    return _trained(name, config, stock_environment())


def stock_training(quick: bool) -> str | None:
    """Say how the stock model was trained, or None while there is none for today's data."""
    costs = WORK / "models" / _stock_recipe(quick)[0] / "costs.json"
    if not costs.exists():
        return None
    read = json.loads(costs.read_text("utf-8"))
    return (
        f"Stock model: bench/stock_config.yml with {_stock_epochs(quick)} epochs, trained from "
        f"clean on the same data in {read['cpu_seconds'] / 60:.0f} minutes of processor time "
        f"({read['seconds'] / 60:.0f} by the clock); kept under build/bench until the data change"
    )


def _stock_epochs(quick: bool) -> int:
    return QUICK_EPOCHS if quick else STOCK_EPOCHS


def _stock_recipe(quick: bool) -> tuple[str, str]:
    """Return the name of the stock model's folder, which follows its contents, and its config."""
    template = (BENCH / "stock_config.yml").read_text("utf-8")
    config = template.replace("{epochs}", str(_stock_epochs(quick)))
    key = sha256((config + fingerprint(ROOT, _DATA)).encode()).hexdigest()
    return f"stock-{key[:16]}", config


def _trained(name: str, config: str, extra: dict[str, str]) -> Trained:
    folder = WORK / "models" / name
    costs = folder / "costs.json"
    if not costs.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "config.yml").write_text(config, "utf-8")
        costs.write_text(json.dumps(_train(name, folder, extra)), "utf-8")
    read = json.loads(costs.read_text("utf-8"))
    return Trained(
        folder / read["model"], read["nlu_cpu_seconds"], read["cpu_seconds"], read["seconds"]
    )


def _train(name: str, folder: Path, extra: dict[str, str]) -> dict[str, Any]:
    # A cache of its own, thrown away: nothing learnt before may shorten the training.
    with tempfile.TemporaryDirectory(prefix="bench-cache-") as cache:
        return run_json(
            [*_TRAIN, str(folder / "config.yml"), str(folder)],
            f"train-{name}",
            _LIMIT_SECONDS,
            {**extra, "RASA_CACHE_DIRECTORY": cache},
            nice=10,
        )
