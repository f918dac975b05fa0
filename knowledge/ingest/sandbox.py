"""Reads an untrusted file in a process of its own and takes back only text."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO

from knowledge.ingest.content import Block, Content, Facts
from knowledge.ingest.limits import Limits, megabytes
from knowledge.ingest.rejection import Rejected
from knowledge.loader import ROOT

#: What the worker needs of the environment; tokens and addresses of the server are not among it.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV")
#: Bytes of a line beyond the characters of its text: JSON escapes a kanji by six.
_ESCAPED = 6


def read_apart(
    file: BinaryIO,
    name: str,
    limits: Limits,
    progress: Callable[[int, int], None],
    declared: str | None = None,
    charset: str | None = None,
) -> Content:
    """Reads a file with limits on memory and time.

    Args:
        file: The open file, at its beginning; it must have a file descriptor.
        name: Its name, for its extension.
        limits: Of this file.
        progress: Told (pages done, pages).
        declared: Media type a web server named.
        charset: Encoding a web server named.

    Raises:
        Rejected: It cannot be read; why.
    """
    told = {"name": name, "limits": asdict(limits), "declared": declared, "charset": charset}
    environment = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
    environment["PYTHONPATH"] = str(ROOT.parent)
    # One BLAS thread: each reserves address space.
    environment.update(PYTHONUTF8="1", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [sys.executable, "-m", "knowledge.ingest.worker", json.dumps(told)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=ROOT.parent,
            env=environment,
            start_new_session=True,
        ) as process,
    ):
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(limits.seconds, stop)
        clock.start()
        try:
            return _collect(process, limits, progress, late)
        finally:
            clock.cancel()
            process.kill()


def _collect(
    process: subprocess.Popen[bytes],
    limits: Limits,
    progress: Callable[[int, int], None],
    late: threading.Event,
) -> Content:
    blocks: list[Block] = []
    budget = limits.characters * _ESCAPED * 2
    output: Any = process.stdout
    for line in output:
        budget -= len(line)
        if budget < 0:
            raise Rejected("too_much_text", limit=f"{limits.characters:,}")
        try:
            said = json.loads(line)
        except ValueError:
            break
        if "progress" in said:
            progress(*said["progress"])
        elif "block" in said:
            blocks.append(Block(*said["block"]))
        elif "rejected" in said:
            raise Rejected(said["rejected"], **said["words"])
        elif "facts" in said:
            return Content(said["media"], Facts(**said["facts"]), blocks)
    code = process.wait()
    if late.is_set() or code == -getattr(signal, "SIGXCPU", 24):
        raise Rejected("time", limit=limits.seconds)
    if code == -signal.SIGKILL:
        raise Rejected("memory", limit=megabytes(limits.memory_bytes))
    raise Rejected("crashed")
