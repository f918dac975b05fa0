"""The file of a SQLite store: that it is still the one that was opened, and that there is room.

SQLite goes on writing into a file that somebody removed or put another one in place of; all of
it would be gone at the next start. A write therefore looks first.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy.exc import OperationalError

MIN_FREE_BYTES = 2 * 1024 * 1024
"""With less a turn may not fit: a server then takes nothing in rather than half of it."""


class StoreFile:
    """Watches one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity: tuple[int, int] | None = None

    def opened(self) -> None:
        """Remember the file as it is now."""
        self._identity = self._found()

    def check(self) -> None:
        """See that it is still there.

        Raises:
            OperationalError: It is not.
        """
        if self._identity is not None and self._found() != self._identity:
            raise _trouble("the file of the store is gone")

    def check_room(self) -> None:
        """See that a turn would fit on its disk.

        Raises:
            OperationalError: It would not.
        """
        try:
            disk = os.statvfs(self._path.parent)
        except OSError:
            raise _trouble("the file of the store is gone") from None
        if disk.f_bavail * disk.f_frsize < MIN_FREE_BYTES:
            raise _trouble("the disk is full")

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _trouble(said: str) -> OperationalError:
    return OperationalError("BEGIN", None, sqlite3.OperationalError(said))
