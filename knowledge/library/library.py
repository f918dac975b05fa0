"""The library of ingested documents, in one file beside the conversations."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.dates import checked
from knowledge.library.documents import LibraryDocument, LibraryPassage, NewPassage
from knowledge.library.index import IndexedPassage, LibraryHit, PassageIndex
from knowledge.library.rows import (
    free_series,
    insert,
    log,
    read_document,
    read_passage,
    stamp_of,
)
from knowledge.library.tables import LibraryError, opened
from knowledge.loader import ROOT
from knowledge.schema import Document, Section

logger = logging.getLogger(__name__)

#: What `describe` can change.
DESCRIBED = ("title", "publisher", "date", "valid_until")


def default_path() -> Path:
    """Returns where the library lies: ``TSUNAGARI_LIBRARY``, else in the data directory."""
    if named := os.environ.get("TSUNAGARI_LIBRARY"):
        return Path(named)
    home = os.environ.get("TSUNAGARI_HOME")
    return (Path(home) if home else ROOT.parent) / "var" / "library.sqlite"


def open_library() -> Library:
    """Returns the library of this process: one object for each file."""
    return _opened(default_path())


@lru_cache(maxsize=4)
def _opened(path: Path) -> Library:
    return Library(path)


class Library:
    """Documents, passages and the search over them. Safe across threads.

    What another process ingests is seen at the next call; the search takes it up at its next
    use, or by itself where :meth:`watch` runs.

    Args:
        path: The file; an absent one is an empty library.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._index: PassageIndex | None = None
        self._building = threading.Lock()
        self._watched = threading.Event()

    def documents(self, current: bool = True) -> tuple[LibraryDocument, ...]:
        """Returns the documents, the last ingested first.

        Args:
            current: False returns the superseded editions too.
        """
        where = "WHERE superseded_by IS NULL" if current else ""
        rows = self._rows(f"SELECT * FROM document {where} ORDER BY ingested DESC, id DESC")
        return tuple(read_document(row) for row in rows)

    def document(self, document_id: str) -> LibraryDocument:
        """Returns one document; KeyError when there is none of this id."""
        for row in self._rows("SELECT * FROM document WHERE id = ?", document_id):
            return read_document(row)
        raise KeyError(document_id)

    def editions(self, series: str) -> tuple[LibraryDocument, ...]:
        """Returns the editions of a series, the newest first."""
        rows = self._rows("SELECT * FROM document WHERE series = ? ORDER BY edition DESC", series)
        return tuple(read_document(row) for row in rows)

    def passages(self, document_id: str) -> tuple[LibraryPassage, ...]:
        """Returns the passages of a document in reading order."""
        rows = self._rows("SELECT * FROM passage WHERE document = ? ORDER BY position", document_id)
        return tuple(read_passage(row) for row in rows)

    def passage(self, cite: str) -> LibraryPassage:
        """Returns the passage a ``<document>#<section>`` names; KeyError when there is none."""
        document, _, section = cite.partition("#")
        found = "SELECT * FROM passage WHERE document = ? AND section = ?"
        for row in self._rows(found, document, section):
            return read_passage(row)
        raise KeyError(cite)

    def search(self, query: str, limit: int = 5, document: str | None = None) -> list[LibraryHit]:
        """Returns the passages nearest to a query, best first, of current editions only.

        Args:
            query: As typed; eras are folded.
            limit: How many at most.
            document: Only passages of this document.
        """
        index = self.index()
        return index.search(query, limit, document) if index else []

    def index(self) -> PassageIndex | None:
        """Returns the search index as of now; None where nothing is ingested.

        A watched library answers from the index it has until the watcher has built the next.
        """
        if not self._watched.is_set():
            self._refresh()
        return self._index if self._index is not None and len(self._index) else None

    def watch(self, interval: float = 0.5) -> threading.Event:
        """Keeps the search up to date in a thread, so that no turn waits for it.

        While the file cannot be used, the search keeps what it has and the log says so once.

        Args:
            interval: Seconds between two looks at the file.

        Returns:
            Setting it ends the thread.
        """
        stop = threading.Event()

        def look() -> None:
            trouble = ""
            while True:
                try:
                    self._refresh()
                    trouble = ""
                except LibraryError as error:
                    if str(error) != trouble:
                        trouble = str(error)
                        logger.error("%s", trouble)
                self._watched.set()
                if stop.wait(interval):
                    break
            self._watched.clear()

        threading.Thread(target=look, name="library-watch", daemon=True).start()
        return stop

    def add(
        self, document: LibraryDocument, passages: Sequence[NewPassage], who: str = ""
    ) -> LibraryDocument:
        """Adds a document, or the next edition of its series, in one step.

        Args:
            document: Its ``id``, ``series`` and ``edition`` are given here when ``series`` is
                empty; else it becomes the next edition and supersedes the last one.
            passages: Its passages in order.
            who: Who ingested it.
        """
        with opened(self.path, write=True) as connection:
            last = connection.execute(
                "SELECT id, edition FROM document WHERE series = ? ORDER BY edition DESC LIMIT 1",
                (document.series,),
            ).fetchone()
            edition = last["edition"] + 1 if last else 1
            series = document.series or free_series(connection, document.sha256)
            document = replace(
                document, id=f"lib_{series}_{edition}", series=series, edition=edition
            )
            values = {**vars(document), "unreadable": json.dumps(document.unreadable)}
            insert(connection, "document", values)
            connection.execute(
                "UPDATE document SET superseded_by = ? WHERE series = ? AND id != ?",
                (document.id, series, document.id),
            )
            for position, passage in enumerate(passages):
                row = {**passage._asdict(), "document": document.id, "position": position}
                row["path"] = json.dumps(passage.path, ensure_ascii=False)
                row["words"] = " ".join(passage.words)
                row["title_words"] = " ".join(passage.title_words)
                insert(connection, "passage", row)
            what = "new_edition" if last else "new_document"
            log(connection, what, document, who, last["id"] if last else "")
        return document

    def describe(self, document_id: str, who: str = "", **changes: str | None) -> LibraryDocument:
        """Changes what is known of a document: title, publisher, date, valid_until.

        Raises:
            KeyError: There is no such document, or nothing of this name to change.
            ValueError: A date cannot be read; the message says how to write one.
        """
        before = self.document(document_id)
        unknown = changes.keys() - set(DESCRIBED)
        if unknown:
            raise KeyError(", ".join(sorted(unknown)))
        for name in ("date", "valid_until"):
            if changes.get(name):
                changes[name] = checked(str(changes[name]))
        changes = {name: value for name, value in changes.items() if vars(before)[name] != value}
        if not changes:
            return before
        if "title" in changes and not changes["title"]:
            raise ValueError("題名を空にはできません")
        with opened(self.path, write=True) as connection:
            for name, value in changes.items():
                connection.execute(
                    f"UPDATE document SET {name} = ? WHERE id = ?", (value or None, document_id)
                )
            told = json.dumps(changes, ensure_ascii=False)
            log(connection, "described", before, who, told)
        return self.document(document_id)

    def checked_again(self, document_id: str, etag: str | None, modified: str | None) -> None:
        """Remembers what the web server says of an edition that did not change."""
        with opened(self.path, write=True) as connection:
            connection.execute(
                "UPDATE document SET etag = ?, last_modified = ? WHERE id = ?",
                (etag, modified, document_id),
            )

    def remove(self, document_id: str, who: str = "") -> LibraryDocument:
        """Removes an edition with its passages and undecided drafts.

        The edition before it is not brought back: an old text must not return unseen.

        Raises:
            KeyError: There is no such document.
        """
        document = self.document(document_id)
        with opened(self.path, write=True) as connection:
            connection.execute("DELETE FROM document WHERE id = ?", (document_id,))
            connection.execute(
                "DELETE FROM draft WHERE document = ? AND status = 'draft'", (document_id,)
            )
            log(connection, "removed", document, who, "")
        return document

    def registration(self, document_id: str, cites: Iterable[str] | None = None) -> Document:
        """Returns the entry of ``documents.yml`` that lets records cite a document.

        Args:
            document_id: The document.
            cites: The passages to be cited; None for all.
        """
        document = self.document(document_id)
        wanted = None if cites is None else {cite.partition("#")[2] for cite in cites}
        return Document(
            id=document.id,
            title=document.title,
            citation=document.citation,
            publisher=document.publisher,
            date=document.date,
            valid_until=document.valid_until,
            url=document.url,
            sections=tuple(
                Section(id=one.section, heading=one.heading, page=one.page, place=one.place or None)
                for one in self.passages(document_id)
                if wanted is None or one.section in wanted
            ),
        )

    def _refresh(self) -> None:
        stamp = stamp_of(self.path)
        if self._index is not None and self._index.stamp == stamp:
            return
        with self._building:
            if self._index is None or self._index.stamp != stamp:
                self._index = PassageIndex(stamp, self._indexed() if stamp else [])

    def _indexed(self) -> list[IndexedPassage]:
        documents = {document.id: document for document in self.documents()}
        rows = self._rows(
            "SELECT passage.* FROM passage JOIN document ON document.id = passage.document"
            " WHERE document.superseded_by IS NULL ORDER BY document.id, position"
        )
        return [
            IndexedPassage(
                read_passage(row),
                documents[row["document"]],
                row["title_words"].split(),
                row["words"].split(),
            )
            for row in rows
            if row["document"] in documents
        ]

    def _rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        if not self.path.exists():
            return []
        with opened(self.path) as connection:
            return connection.execute(statement, values).fetchall()
