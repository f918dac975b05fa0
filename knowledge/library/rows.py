"""Rows of the library's file: how they are written and read."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from knowledge.library.documents import LibraryDocument, LibraryPassage
from knowledge.library.tables import now


def stamp_of(path: Path) -> tuple[int, int, int] | None:
    """Returns what changes with the file's content; None for an absent file."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino


def free_series(connection: sqlite3.Connection, sha256: str) -> str:
    """Returns the shortest beginning of a hash that no document ever had as its series."""
    for length in range(8, len(sha256)):
        taken = connection.execute(
            "SELECT 1 FROM change WHERE subject GLOB ?", (f"lib_{sha256[:length]}_*",)
        ).fetchone()
        known = connection.execute(
            "SELECT 1 FROM document WHERE series = ?", (sha256[:length],)
        ).fetchone()
        if not taken and not known:
            return sha256[:length]
    return sha256


def insert(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> None:
    """Inserts one row, its columns named by the keys."""
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))


def log(
    connection: sqlite3.Connection, what: str, document: LibraryDocument, who: str, detail: str
) -> None:
    """Writes down a change of a document."""
    connection.execute(
        "INSERT INTO change (at, what, subject, title, by, detail) VALUES (?, ?, ?, ?, ?, ?)",
        (now(), what, document.id, document.title, who, detail),
    )


def read_document(row: sqlite3.Row) -> LibraryDocument:
    """Returns the document of a row."""
    values = dict(row)
    values["unreadable"] = tuple(json.loads(values["unreadable"]))
    return LibraryDocument(**values)


def read_passage(row: sqlite3.Row) -> LibraryPassage:
    """Returns the passage of a row."""
    return LibraryPassage(
        row["document"],
        row["section"],
        row["page"],
        row["place"],
        row["heading"],
        tuple(json.loads(row["path"])),
        row["kind"],
        row["text"],
    )
