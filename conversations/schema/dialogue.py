"""Tables of conversations: what came in, what was said, and the state of each dialogue."""

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

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("channel", String(40), nullable=False),
    # The inbox row whose choices may be answered by title or number.
    Column("choice_turn", Integer),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    # Everything in it was erased then; the rest goes once the news of it has arrived.
    Column("erased_at", Float),
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("inbox_id", Integer),
    # customer, bot or staff
    Column("author", String(20), nullable=False),
    Column("text", Text, nullable=False),
    # The message as channels render it: {text, buttons?, custom?}; null for customers.
    Column("body", JSON(none_as_null=True)),
    Column("created_at", Float, nullable=False),
    Index("message_of_conversation", "conversation_id", "id"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("channel", String(40), nullable=False),
    Column("client_message_id", String(255), nullable=False),
    # As typed, until answered; then null (the message row keeps the masked text).
    Column("text", Text),
    Column("choice_id", String(64)),
    # What is said instead of asking the bot.
    Column("answer", Text),
    # What the channel needs to answer: a reply token, a thread.
    Column("origin", JSON(none_as_null=True)),
    # received, then done
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("received_at", Float, nullable=False),
    UniqueConstraint("conversation_id", "client_message_id", name="inbox_once"),
    Index("inbox_open", "state", "id"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("inbox_id", Integer),
    Column("message_id", Integer, nullable=False),
    Column("channel", String(40), nullable=False),
    # pending, delivered or failed
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    Column("delivered_at", Float),
    # Why it failed, for the operator.
    Column("failure", Text),
    Index("outbox_open", "state", "id"),
    Index("outbox_of_inbox", "inbox_id"),
    sqlite_autoincrement=True,
)

choice = Table(
    "choice",
    metadata,
    # Opaque: what a channel shows and sends back instead of the payload.
    Column("id", String(64), primary_key=True),
    conversation_id(),
    Column("turn", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Index("choice_of_turn", "conversation_id", "turn"),
)

sheet = Table(
    "sheet",
    metadata,
    conversation_id(primary_key=True),
    Column("data", JSON, nullable=False),
    Column("updated_at", Float, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("purpose", String(80), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
)

# The dialogue state: one row per conversation, one appended row per turn.
tracker = Table(
    "tracker",
    metadata,
    conversation_id(primary_key=True),
    Column("version", Integer, nullable=False),
    # The version the snapshot stands for; later turns are replayed on top of it.
    Column("snapshot_version", Integer, nullable=False),
    Column("snapshot", Text, nullable=False),
)

tracker_turn = Table(
    "tracker_turn",
    metadata,
    conversation_id(primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("events", Text, nullable=False),
)

# Dialogue events a message broker has not confirmed yet; filled only where one is configured.
event_outbox = Table(
    "event_outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("version", Integer, nullable=False),
    Column("events", Text, nullable=False),
    Index("event_outbox_of_conversation", "conversation_id"),
    sqlite_autoincrement=True,
)
