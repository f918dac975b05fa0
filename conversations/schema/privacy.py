"""Tables of privacy: sealed texts, receipts of erasures, leases of jobs."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table, Text

from conversations.schema.base import conversation_id, metadata

# What was masked, as typed, encrypted; only the desk opens it, and only for a set time.
private_text = Table(
    "private_text",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    # message, note, wish or contact
    Column("part", String(20), nullable=False),
    # The line of the log, the event (a note) or the request it belongs to.
    Column("message_id", Integer),
    Column("event_id", Integer),
    Column("receipt", String(20)),
    # Which key opens it.
    Column("key_id", String(16), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Index("private_text_of_conversation", "conversation_id", "part"),
    Index("private_text_of_message", "message_id"),
    Index("private_text_age", "created_at"),
    sqlite_autoincrement=True,
)

# That something was erased, and how much; nothing that says what or whose.
erasure = Table(
    "erasure",
    metadata,
    Column("receipt", String(20), primary_key=True),
    Column("at", Float, nullable=False),
    Column("channel", String(40), nullable=False),
    # asked, operator or retention
    Column("reason", String(20), nullable=False),
    # Table → number of rows.
    Column("counts", JSON, nullable=False),
    # Who had the case, and its receipt number, until that person has seen it.
    Column("owner", String(255)),
    Column("case_receipt", String(20)),
    Index("erasure_of_owner", "owner"),
)

# To be told to followers of the event stream (RabbitMQ), gone as soon as the broker has it: they
# know a conversation by its id alone. The table does not hang on the conversation, which is gone.
erasure_notice = Table(
    "erasure_notice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(255), nullable=False),
    Column("receipt", String(20), nullable=False),
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,
)

# Jobs that run once however many processes there are.
lease = Table(
    "lease",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("holder", String(60), nullable=False),
    Column("until", Float, nullable=False),
    # When it was last done.
    Column("done_at", Float),
)
