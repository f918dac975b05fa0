"""Real servers for the tests, started in folders of their own on free ports and ended after."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_STOP_SECONDS = 20.0
_UNPRIVILEGED = "nobody"


class ServerFailedError(Exception):
    """A server did not start; the message ends with its log."""


def find(program: str, *folders: str) -> str | None:
    """Return a program from the path or from where Debian keeps it, the newest version first."""
    for pattern in folders:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (folder / program).is_file():
                return str(folder / program)
    return shutil.which(program)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server that tests may kill and start again."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        ready: Callable[[], bool],
        environment: dict[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self._command = list(command)
        self._log = log
        self._ready = ready
        self._environment = {**os.environ, **(environment or {})}
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            ServerFailedError: It ended, or does not answer in time.
        """
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdout=log,
                stderr=log,
                env=self._environment,
                user=self._user,
                start_new_session=True,
                cwd=self._log.parent,
            )
        end = time.monotonic() + _START_SECONDS
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                tail = self._log.read_text("utf-8", "replace")[-2000:]
                raise ServerFailedError(f"{self._command[0]}: {tail}")
            time.sleep(_LOOK_SECONDS)

    def stop(self) -> None:
        """End it in order."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._signal(signal.SIGKILL)

    def pause(self) -> None:
        """Let it hang: connections stay open and nothing answers."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a hanging server go on."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: int) -> None:
        """Signal the process and its children, which may have groups of their own."""
        assert self._process is not None
        asked = ["ps", "-o", "pid=", "--ppid", str(self._process.pid)]
        children = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        for process in (self._process.pid, *map(int, children.split())):
            os.kill(process, number)

    def _signal(self, number: int) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, number)
            self._process.wait(_STOP_SECONDS)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Run a server for the length of a block."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


def listens(port: int) -> bool:
    """Return whether somebody accepts connections on a port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def folder_of_unprivileged() -> Iterator[tuple[Path, str | None]]:
    """Make a folder for a server that refuses to run as root, and name who it runs as.

    Not below pytest's own folder, which pytest closes to everybody but its owner.
    """
    with tempfile.TemporaryDirectory(prefix="tsunagari-service-") as name:
        folder = Path(name)
        user = _UNPRIVILEGED if os.geteuid() == 0 else None
        if user is not None:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        yield folder, user
