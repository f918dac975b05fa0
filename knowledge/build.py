"""Compiles the knowledge folder into one SQLite file.

Typed tables (documents, sections, records, facts, citations, vocabularies, municipalities)
for programs and people with an SQL client, and an FTS5 table over the normalised content
words and readings of every fact. The file is rewritten only when the content changed.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge.analysis import ANALYSIS_VERSION, Analyser
from knowledge.fact_text import fact_texts
from knowledge.loader import ROOT, Knowledge, load_knowledge
from knowledge.schema import Record

DEFAULT_PATH = ROOT.parent / "build" / "knowledge.sqlite"

#: Part of the content hash: raise it when the tables below change.
SCHEMA_VERSION = 2

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, date TEXT, valid_until TEXT, superseded_by TEXT,
    json TEXT NOT NULL
);
CREATE TABLE section (
    document_id TEXT NOT NULL REFERENCES document (id), id TEXT NOT NULL,
    heading TEXT NOT NULL, page INTEGER, PRIMARY KEY (document_id, id)
);
CREATE TABLE attribute (id TEXT PRIMARY KEY, label TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE record (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, short_name TEXT NOT NULL,
    summary TEXT NOT NULL, as_of TEXT, valid_until TEXT, superseded_by TEXT, json TEXT NOT NULL
);
CREATE TABLE fact (
    id INTEGER PRIMARY KEY, record_id TEXT NOT NULL REFERENCES record (id),
    position INTEGER NOT NULL, attribute_id TEXT NOT NULL, text TEXT NOT NULL,
    value REAL, unit TEXT, as_of TEXT, valid_until TEXT, superseded_by TEXT, source TEXT
);
CREATE TABLE citation (
    fact_id INTEGER NOT NULL REFERENCES fact (id), document_id TEXT NOT NULL,
    section_id TEXT NOT NULL, PRIMARY KEY (fact_id, document_id, section_id)
);
CREATE TABLE slot_value (
    slot TEXT NOT NULL, id TEXT NOT NULL, label TEXT NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (slot, id)
);
CREATE TABLE municipality (
    name TEXT PRIMARY KEY, reading TEXT NOT NULL, prefectures TEXT NOT NULL, parents TEXT NOT NULL
);
CREATE TABLE question (
    text TEXT NOT NULL, record_id TEXT NOT NULL REFERENCES record (id), attribute_id TEXT NOT NULL
);
CREATE VIRTUAL TABLE fact_index USING fts5 (tokens, readings, tokenize = 'unicode61');
"""


def content_hash(root: Path = ROOT) -> str:
    """Returns the hash of everything the build depends on."""
    digest = hashlib.sha256(f"{SCHEMA_VERSION} {ANALYSIS_VERSION}".encode())
    files = [root / "documents.yml", *sorted((root / "records").glob("*.yml"))]
    files += sorted((root / "questions").glob("*.yml"))
    files += sorted((root / "vocabulary").glob("*.yml"))
    files += sorted((root / "vocabulary").glob("*.tsv"))
    for path in files:
        if path.exists():
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def built_hash(path: Path) -> str | None:
    """Returns the content hash a built file was made from, or None without a usable file."""
    if not path.exists():
        return None
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = 'content'").fetchone()
    except sqlite3.DatabaseError:
        return None
    return row[0] if row else None


def build(
    path: Path = DEFAULT_PATH,
    root: Path = ROOT,
    *,
    strict: bool = True,
    force: bool = False,
    progress: Callable[[Iterator[Record], int], Iterator[Record]] | None = None,
) -> bool:
    """Builds the knowledge file when it is missing or its content changed.

    Args:
        path: File to write; replaced in one step, so that readers never see half of it.
        root: The knowledge folder.
        strict: False leaves broken records out instead of raising.
        force: Build even if nothing changed.
        progress: Wraps the iteration over the records (iterator, length), to show it.

    Returns:
        True when the file was written, False when it was up to date.

    Raises:
        KnowledgeError: When strict and anything in the folder is wrong.
    """
    wanted = content_hash(root)
    if not force and built_hash(path) == wanted:
        return False
    knowledge = load_knowledge(root, strict=strict)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    connection = sqlite3.connect(draft)
    try:
        connection.executescript(_TABLES)
        _write_vocabulary(connection, knowledge)
        records: Iterator[Record] = iter(knowledge.records.values())
        if progress is not None:
            records = progress(records, len(knowledge.records))
        _write_records(connection, knowledge, records)
        _write_questions(connection, knowledge)
        # An incomplete draft is never taken for an up-to-date build.
        made_from = wanted if not knowledge.problems else "draft"
        connection.execute("INSERT INTO meta VALUES ('content', ?)", (made_from,))
        connection.commit()
        connection.execute("VACUUM")
    finally:
        connection.close()
    draft.replace(path)
    return True


def _write_vocabulary(connection: sqlite3.Connection, knowledge: Knowledge) -> None:
    for document in knowledge.documents.values():
        connection.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?)",
            (document.id, document.title, document.date, document.valid_until,
             document.superseded_by, _json(document)),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO section VALUES (?, ?, ?, ?)",
            [(document.id, part.id, part.heading, part.page) for part in document.sections],
        )
    connection.executemany(
        "INSERT INTO attribute VALUES (?, ?, ?)",
        [(item.id, item.label, _json(item)) for item in knowledge.attributes.values()],
    )
    connection.executemany(
        "INSERT INTO slot_value VALUES (?, ?, ?, ?)",
        [
            (slot, value.id, value.label, _json(value))
            for slot, values in knowledge.slots.items()
            for value in values
        ],
    )
    connection.executemany(
        "INSERT INTO municipality VALUES (?, ?, ?, ?)",
        [
            (place.name, place.reading, " ".join(place.prefectures), " ".join(place.parents))
            for place in knowledge.municipalities.values()
        ],
    )


def _write_records(
    connection: sqlite3.Connection, knowledge: Knowledge, records: Iterator[Record]
) -> None:
    analyser = Analyser()
    for record in records:
        connection.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (record.id, record.kind, record.name, record.short_name, record.summary,
             record.as_of, record.valid_until, record.superseded_by, _json(record)),
        )  # fmt: skip
        for position, fact in enumerate(record.facts):
            cursor = connection.execute(
                "INSERT INTO fact (record_id, position, attribute_id, text, value, unit, as_of,"
                " valid_until, superseded_by, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (record.id, position, fact.attribute, fact.text, fact.value, fact.unit,
                 fact.as_of, fact.valid_until, fact.superseded_by, fact.source),
            )  # fmt: skip
            fact_id = cursor.lastrowid
            connection.executemany(
                "INSERT OR IGNORE INTO citation VALUES (?, ?, ?)",
                [(fact_id, *reference.split("#", 1)) for reference in fact.cite],
            )
            text = "。".join(fact_texts(record, fact, knowledge.attributes.get(fact.attribute)))
            words = analyser.content(text)
            connection.execute(
                "INSERT INTO fact_index (rowid, tokens, readings) VALUES (?, ?, ?)",
                (
                    fact_id,
                    " ".join(word.normal for word in words),
                    " ".join(word.reading for word in words),
                ),
            )


def _write_questions(connection: sqlite3.Connection, knowledge: Knowledge) -> None:
    connection.executemany(
        "INSERT INTO question VALUES (?, ?, ?)",
        [
            (text, group.record, group.attribute)
            for group in knowledge.questions
            for _, text in group.texts()
        ],
    )


def _json(model: object) -> str:
    return model.json(ensure_ascii=False, exclude_defaults=True)  # type: ignore[attr-defined]
