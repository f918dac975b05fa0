"""Tables of learning and reports: how each turn ended, and what the staff made of questions."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table

from conversations.schema.base import conversation_id, metadata

# What the staff made of a group of questions: a change of the knowledge, or nothing.
learning_decision = Table(
    "learning_decision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    # alias, question, intent, draft, outside or done
    Column("kind", String(20), nullable=False),
    # What it was filed under: a record, an attribute, an intent …
    Column("target", JSON, nullable=False),
    # Texts that went into a file, as the staff worded them; nothing a company typed unseen.
    Column("texts", JSON, nullable=False),
    # How many questions of how many conversations the group held.
    Column("questions", Integer, nullable=False),
    Column("conversations", Integer, nullable=False),
    Column("staff_id", String(255), nullable=False),
    Column("staff_name", String(255), nullable=False),
    Column("created_at", Float, nullable=False),
    # pending (in the files, not live), published, withdrawn or settled (nothing to publish)
    Column("state", String(20), nullable=False),
    Column("published_at", Float),
    sqlite_autoincrement=True,
)

# How each turn ended, for learning and reports; nothing a company typed stands here.
turn_record = Table(
    "turn_record",
    metadata,
    Column("inbox_id", Integer, primary_key=True, autoincrement=False),
    conversation_id(),
    Column("channel", String(40), nullable=False),
    Column("at", Float, nullable=False),
    Column("milliseconds", Float, nullable=False),
    # Typed freely and meant for the bot: its message may be looked at as a question.
    Column("typed", Boolean, nullable=False),
    # See conversations/turn_records.py
    Column("outcome", String(20), nullable=False),
    Column("intent", String(60)),
    Column("confidence", Float),
    # answer, maybe or unknown
    Column("band", String(10)),
    Column("records", JSON, nullable=False),
    Column("prefecture", String(40)),
    Column("country", String(60)),
    Column("stage", String(20)),
    Column("applicant", String(20)),
    # The group of like questions it was put into.
    Column("group_key", String(40)),
    Column("decision_id", Integer, ForeignKey("learning_decision.id", ondelete="SET NULL")),
    Index("turn_record_of_conversation", "conversation_id"),
    Index("turn_record_at", "at"),
)
