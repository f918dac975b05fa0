"""nlp.js (node-nlp with its Japanese language) on the same data, where Node.js is at hand."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from bench.paths import BENCH, WORK
from bench.processes import BenchError, run_json

_FILES = ("package.json", "package-lock.json", "measure.js")
_INSTALL_SECONDS = 300
_RUN_SECONDS = 1800


def measure(texts: list[str]) -> dict[str, Any]:
    """Train nlp.js on the examples of data/ and process the texts.

    Returns:
        ``cpu_seconds, load_seconds, megabytes, milliseconds, intents``.

    Raises:
        BenchError: Node.js or its registry is missing (the caller shows the gap).
    """
    folder = WORK / "nlpjs"
    _install(folder)
    data = folder / "data.json"
    data.write_text(
        json.dumps({"train": training_examples(), "test": texts}, ensure_ascii=False), "utf-8"
    )
    command = ["node", str(folder / "measure.js"), str(data)]
    return run_json(command, "nlpjs", _RUN_SECONDS)


def training_examples() -> list[dict[str, str]]:
    """Read the examples of data/ without their entity annotations."""
    from nlu.pipeline import own_training_data

    return [
        {"text": message.get("text"), "intent": message.get("intent")}
        for message in own_training_data().intent_examples
    ]


def _install(folder: Path) -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        raise BenchError("Node.js (node, npm) is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "package-lock.json"
    fresh = lock.exists() and lock.read_bytes() == (BENCH / "nlpjs" / lock.name).read_bytes()
    for name in _FILES:
        shutil.copy(BENCH / "nlpjs" / name, folder / name)
    if fresh and (folder / "node_modules").exists():
        return
    try:
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
            cwd=folder,
            capture_output=True,
            timeout=_INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchError("npm ci did not finish") from error
    if done.returncode:
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        raise BenchError("npm ci failed: the npm registry cannot be reached")
