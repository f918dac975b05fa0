"""What changed, and when: documents taken in, records added, changed or removed.

Records are plain files that anybody may edit, so their changes are found by comparing: each look
compares every record with what it was at the last look and writes down what differs.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from knowledge.library.tables import now, opened
from knowledge.store import Store

_KEPT = 5_000


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        at: When it was made, or noticed, ISO 8601 in UTC.
        what: ``new_document``, ``new_edition``, ``described``, ``removed``, ``record_added``,
            ``record_changed`` or ``record_removed``.
        subject: Id of the document or record.
        title: Its name.
        by: Who, where known.
        detail: More of it.
    """

    at: str
    what: str
    subject: str
    title: str
    by: str
    detail: str


class Changes:
    """The changes of one library file.

    Args:
        path: The library's file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, store: Store) -> int:
        """Writes down how the records differ from the last look; returns how many do.

        The first look writes none: everything was there before anybody looked.
        """
        digests = {
            record.id: hashlib.sha256(record.json(sort_keys=True).encode()).hexdigest()
            for record in store.records()
        }
        with opened(self.path, write=True) as connection:
            known = {
                row["id"]: row["digest"]
                for row in connection.execute("SELECT id, digest FROM known_record")
            }
            differing = [
                (name, "record_changed" if name in known else "record_added")
                for name, digest in digests.items()
                if known.get(name) != digest
            ]
            removed = [name for name in known if name not in digests]
            if known:
                for name, what in differing:
                    _write(connection, what, name, store.record(name).name)
                for name in removed:
                    _write(connection, "record_removed", name, name)
            when = now() if known else None
            connection.executemany(
                "INSERT INTO known_record VALUES (?, ?, ?) ON CONFLICT (id)"
                " DO UPDATE SET digest = excluded.digest, changed = excluded.changed",
                [(name, digests[name], when) for name, _ in differing],
            )
            connection.executemany(
                "DELETE FROM known_record WHERE id = ?", [(name,) for name in removed]
            )
        return len(differing) + len(removed) if known else 0

    def listed(self, since: str = "", limit: int = _KEPT) -> list[Change]:
        """Returns changes, the newest first.

        Args:
            since: Only from this day on (``YYYY-MM-DD``).
            limit: How many at most.
        """
        if not self.path.exists():
            return []
        with opened(self.path) as connection:
            rows = connection.execute(
                "SELECT at, what, subject, title, by, detail FROM change WHERE at >= ?"
                " ORDER BY id DESC LIMIT ?",
                (since, limit),
            ).fetchall()
        return [Change(*row) for row in rows]

    def last_changed(self) -> dict[str, str]:
        """Returns when each record changed, for those that did since the first look."""
        if not self.path.exists():
            return {}
        with opened(self.path) as connection:
            rows = connection.execute(
                "SELECT id, changed FROM known_record WHERE changed IS NOT NULL"
            ).fetchall()
        return {row["id"]: row["changed"] for row in rows}


def _write(connection: sqlite3.Connection, what: str, subject: str, title: str) -> None:
    connection.execute(
        "INSERT INTO change (at, what, subject, title, by, detail) VALUES (?, ?, ?, ?, '', '')",
        (now(), what, subject, title),
    )
