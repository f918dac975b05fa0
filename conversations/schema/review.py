"""Tables of the review pages: who changed which record file, when and why."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from conversations.schema.base import metadata

knowledge_change = Table(
    "knowledge_change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("staff_id", String(80), nullable=False),
    Column("staff_name", String(80), nullable=False),
    # saved, retired, removed, imported, outside (found changed by hand), published, rolled_back
    Column("deed", String(20), nullable=False),
    # The file (knowledge/… or data/…); empty for what concerns a whole release.
    Column("path", String(255), nullable=False),
    Column("record", String(120)),
    Column("reason", Text, nullable=False),
    Column("diff", Text, nullable=False),
    # What the file was after the change: another content was put there by hand.
    Column("version", String(64), nullable=False),
    Index("knowledge_change_of_record", "record", "id"),
    Index("knowledge_change_of_path", "path", "id"),
)
