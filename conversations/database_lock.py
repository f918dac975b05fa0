"""Waiting for a SQLite file that another process holds, without holding up every conversation.

SQLite's own waiting blocks the thread. On the event loop that would be everybody's thread, so
there a write waits a moment only and then says so; `patiently` tries again in between of
other conversations. Threads of their own wait themselves, and commands wait for long.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

PATIENCE_SECONDS = 3.0
"""How long somebody is kept waiting for an answer before hearing that it takes longer."""

COMMAND_SECONDS = 10.0
LOOP_SECONDS = 0.1
"""Longer than most writes of a command beside the server, shorter than a person notices."""
HELD_SECONDS = 1.0
"""So long after a refusal the event loop does not wait again: it has just been in vain."""
RETRY_SECONDS = 0.1
_LOOK_SECONDS = 0.005
_STATEMENT_MILLISECONDS = 250

Result = TypeVar("Result")


class StoreBusyError(OperationalError):
    """Another process holds the file; nothing of the write was begun."""


class WriteLock:
    """Takes the write lock of one SQLite file."""

    def __init__(self) -> None:
        self._refused_at = float("-inf")

    def begin(self, connection: Any, at_most: float | None = None) -> None:
        """Begin a write transaction on a connection of the driver.

        Args:
            connection: Of the driver.
            at_most: Wait no longer, although this thread might.

        Raises:
            StoreBusyError: The file is held for longer than this thread may wait.
            OperationalError: It cannot be written at all.
        """
        end = None
        connection.execute("PRAGMA busy_timeout=0").close()
        try:
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if "database is locked" not in str(error):
                        raise OperationalError("BEGIN IMMEDIATE", None, error) from error
                    at = time.monotonic()
                    if end is None:
                        wait = self._may_wait(at)
                        end = at + (wait if at_most is None else min(wait, at_most))
                    if at >= end:
                        self._refused_at = at
                        raise StoreBusyError("BEGIN IMMEDIATE", None, error) from error
                    time.sleep(_LOOK_SECONDS)
        finally:
            connection.execute(f"PRAGMA busy_timeout={_STATEMENT_MILLISECONDS}").close()

    def _may_wait(self, at: float) -> float:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            command = threading.current_thread() is threading.main_thread()
            # Somebody waits for what a server does in a thread of its own.
            return COMMAND_SECONDS if command else PATIENCE_SECONDS
        return 0.0 if at - self._refused_at < HELD_SECONDS else LOOP_SECONDS


async def patiently(work: Callable[[], Result], seconds: float = PATIENCE_SECONDS) -> Result:
    """Do something that writes; again, a little later, while the store is held.

    Args:
        work: Begins with its write, or may be repeated up to there.
        seconds: After so long it is given up.

    Raises:
        StoreBusyError: The store was held all the time.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return work()
        except StoreBusyError:
            if time.monotonic() >= end:
                raise
        await asyncio.sleep(RETRY_SECONDS)
