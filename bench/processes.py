"""Child processes of the benchmark: bounded, logged, ended by their own id."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.paths import ROOT, WORK

_STOP_SECONDS = 10
_QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "LOG_LEVEL": "WARNING",
    "RASA_TELEMETRY_ENABLED": "false",
}


class BenchError(Exception):
    """A part of the benchmark cannot run; the message says why."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a child: quiet, this work tree first, no caller's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TSUNAGARI_", "RASA_"))}
    return {**kept, **_QUIET, "PYTHONPATH": str(ROOT), **(extra or {})}


def free_port() -> int:
    """Return a loopback port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def run_json(
    command: Sequence[str],
    log: str,
    seconds: float,
    extra: Mapping[str, str] | None = None,
    nice: int = 0,
) -> dict[str, Any]:
    """Run a command and return the JSON object it prints as its last line.

    Args:
        command: Program and arguments; ``python`` means this interpreter.
        log: Name of its log file under build/bench/logs.
        seconds: Time limit.
        extra: Environment variables.
        nice: Lowered priority, 0 to 19.

    Raises:
        BenchError: It failed or took too long.
    """
    path = _log_path(log)
    with path.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*(["nice", "-n", str(nice)] if nice else []), *_resolve(command)],
            cwd=ROOT,
            env=environment(extra),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise BenchError(f"{log}: not done after {seconds:.0f} s") from error
        finally:
            stop(process)
    if process.returncode:
        raise BenchError(f"{log}: failed, see {path.relative_to(ROOT)}")
    result: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return result


@contextmanager
def running(
    command: Sequence[str], log: str, extra: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a server running for the duration of a block."""
    with _log_path(log).open("wb") as output:
        process = subprocess.Popen(
            _resolve(command),
            cwd=ROOT,
            env=environment(extra),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[Any]) -> None:
    """End one process: ask first, then insist."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def resident_megabytes(pid: int) -> float | None:
    """Return the resident memory of a process, or None where /proc does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace")
    except OSError:
        return None
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else None


def _resolve(command: Sequence[str]) -> list[str]:
    return [sys.executable if part == "python" else part for part in command]


def _log_path(name: str) -> Path:
    path = WORK / "logs" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
