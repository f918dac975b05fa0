"""The same scenarios through `rasa run`'s parts: stock agent, actions over HTTP; answers match."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations.runner import ROOT
from tests.conversations.stock_way import texts
from tsunagari.assembly import Application, newest_model

PATIENCE = 60.0


@pytest.fixture(scope="module")
def action_server() -> Iterator[str]:
    """The ordinary action server of rasa_sdk, as endpoints.yml names it, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}/webhook"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise TimeoutError(f"{url} does not answer")


def test_scenarios_match(application: Application, action_server: str, tmp_path: Path) -> None:
    model = str(newest_model(application.settings))
    command = [
        *(sys.executable, "-m", "tests.conversations.stock_way"),
        *(action_server, model, str(tmp_path / "stock.sqlite")),
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    stock = json.loads(run.stdout.splitlines()[-1])
    assert stock == asyncio.run(texts(application.gate))
