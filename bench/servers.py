"""The servers under test, each on free loopback ports and an empty store."""

from __future__ import annotations

import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
import yaml

from bench import models
from bench.paths import WORK
from bench.processes import BenchError, free_port, resident_megabytes, running

START_SECONDS = 600
_POLL_SECONDS = 0.05
_GREETING = "こんにちは"


@dataclass
class Server:
    """A server that has answered.

    Attributes:
        name: Set-up.
        url: Address of its REST webhook.
        base: Address of the server.
        process: The server.
        helpers: Further processes it needs (the action server).
        seconds: From starting the processes to the first answer.
        store: SQLite file, if any.
    """

    name: str
    url: str
    base: str
    process: subprocess.Popen[bytes]
    helpers: list[subprocess.Popen[bytes]]
    seconds: float
    store: Path | None = None

    def megabytes(self) -> float:
        """Resident memory of the server, without its helpers."""
        return resident_megabytes(self.process.pid) or float("nan")

    def helper_megabytes(self) -> float:
        """Resident memory of its helpers."""
        return sum(resident_megabytes(one.pid) or float("nan") for one in self.helpers)


@contextmanager
def tsunagari(
    durable: bool, model: models.Trained, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run `tsunagari serve`.

    Args:
        durable: On a SQLite file as by default; else on SQLite in memory.
        model: What to serve.
        settings: Further environment variables, for example another store.
    """
    port = free_port()
    home = _home(model)
    store = WORK / "stores" / f"{uuid.uuid4().hex}.sqlite" if durable else None
    variables = {
        "TSUNAGARI_HOME": str(home),
        "TSUNAGARI_DATABASE_URL": f"sqlite:///{store}" if store else "sqlite://",
        **(settings or {}),
    }
    name = "tsunagari, SQLite file" if durable else "tsunagari, in memory"
    command = ["python", "-m", "tsunagari", "serve", "--host", "127.0.0.1", "--port", str(port)]
    started = time.perf_counter()
    with running(command, f"serve-{'file' if durable else 'memory'}", variables) as process:
        base = f"http://127.0.0.1:{port}"
        url = first_answer(base, process)
        seconds = time.perf_counter() - started
        yield Server(name, url, base, process, [], seconds, store)


@contextmanager
def stock(model: models.Trained) -> Iterator[Server]:
    """Run `rasa run` with an in-memory tracker store, and our actions in an action server."""
    port, action_port = free_port(), free_port()
    folder = WORK / "stock"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "credentials.yml").write_text("rest:\n", "utf-8")
    endpoints = folder / f"endpoints-{port}.yml"
    address = f"http://127.0.0.1:{action_port}/webhook"
    endpoints.write_text(yaml.safe_dump({"action_endpoint": {"url": address}}), "utf-8")
    # The action server has no option for its address; it listens everywhere unless told.
    plain = {
        **models.stock_environment(),
        "TSUNAGARI_DATABASE_URL": "sqlite://",
        "SANIC_HOST": "127.0.0.1",
    }
    actions = ["python", "-m", "rasa", "run", "actions", "--port", str(action_port)]
    command = [
        *("python", "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port)),
        *("-m", str(model.path), "--endpoints", str(endpoints)),
        *("--credentials", str(folder / "credentials.yml")),
    ]
    started = time.perf_counter()
    with ExitStack() as stack:
        helper = stack.enter_context(running(actions, "stock-actions", plain))
        process = stack.enter_context(running(command, "stock-server", plain))
        base = f"http://127.0.0.1:{port}"
        url = first_answer(base, process)
        seconds = time.perf_counter() - started
        _await_actions(f"http://127.0.0.1:{action_port}/health", helper)
        yield Server("stock", url, base, process, [helper], seconds)
        endpoints.unlink()


def first_answer(base: str, process: subprocess.Popen[bytes]) -> str:
    """Ask until the server answers with a message; return its webhook's address.

    Raises:
        BenchError: It ended, or said nothing in time.
    """
    url = f"{base}/webhooks/rest/webhook"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise BenchError(f"a server ended with code {process.returncode}, see build/bench/logs")
        try:
            body = {"sender": uuid.uuid4().hex, "message": _GREETING}
            reply = requests.post(url, json=body, timeout=60)
            if reply.ok and reply.json():
                return url
        except (requests.ConnectionError, requests.Timeout):
            pass
        time.sleep(_POLL_SECONDS)
    raise BenchError(f"no answer after {START_SECONDS} s")


def _await_actions(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(url, timeout=10).ok:
                return
        except requests.ConnectionError:
            time.sleep(_POLL_SECONDS)
    raise BenchError("the action server did not start, see build/bench/logs/stock-actions.log")


def _home(model: models.Trained) -> Path:
    """Make a project directory that holds nothing but the model under test."""
    home = model.path.parent / "home"
    link = home / "models" / model.path.name
    if not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(model.path)
    return home
