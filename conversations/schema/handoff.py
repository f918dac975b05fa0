"""Tables of the hand-off: who holds a conversation, what was asked of the desk and done there."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from conversations.schema.base import conversation_id, metadata

ownership = Table(
    "ownership",
    metadata,
    conversation_id(primary_key=True),
    Column("state", String(20), nullable=False),
    Column("owner", String(255)),
    # Goes up with every change of state or owner; who changes it says which version was seen.
    Column("version", Integer, nullable=False, default=1),
    Column("updated_at", Float, nullable=False),
    Column("owner_name", String(255)),
    # The request for a person this is about.
    Column("receipt", String(20)),
    # Step of the contact form.
    Column("step", String(20)),
    Column("queued_at", Float),
    Column("claimed_at", Float),
    Column("last_customer_at", Float),
    Column("last_staff_at", Float),
    # The company was told that it waits, or that the staff is late.
    Column("acknowledged_at", Float),
    # The staff was told that the company waits.
    Column("warned_at", Float),
    # The company was asked whether its matter is settled.
    Column("asked_at", Float),
    Column("anger", Integer),
    Column("angry_at", Float),
    Column("redacted_at", Float),
)

handoff_request = Table(
    "handoff_request",
    metadata,
    Column("receipt", String(20), primary_key=True),
    conversation_id(),
    Column("wish", Text, nullable=False),
    Column("contact", Text),
    Column("consent", Boolean, nullable=False),
    Column("sheet", JSON, nullable=False),
    # stored, waiting, contact, claimed, done or withdrawn
    Column("state", String(20), nullable=False),
    Column("created_at", Float, nullable=False),
    # Why a person was wanted: asked, fallback, high_risk, distress, anger
    Column("reason", String(20)),
    Column("claimed_at", Float),
    Column("closed_at", Float),
    # resolved or unresolved, as the company said
    Column("outcome", String(20)),
    Index("handoff_request_open", "state", "created_at"),
)

# Everything the desk did, in order: who read, took, answered; also a feed for its screens.
desk_event = Table(
    "desk_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("kind", String(30), nullable=False),
    Column("staff_id", String(255)),
    Column("staff_name", String(255)),
    # The message said, if any.
    Column("message_id", Integer),
    # The text of a note, who it was passed to …
    Column("detail", Text),
    # The caller's name of this action: the same key is done once.
    Column("key", String(255)),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("conversation_id", "key", name="desk_event_once"),
    Index("desk_event_of_conversation", "conversation_id", "id"),
    sqlite_autoincrement=True,
)
