"""Tables of the channels: sessions of websites, requests to LINE, posts in Slack."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint

from conversations.schema.base import conversation_id, metadata

# A visitor of a website: what the web channel knows beside the conversation itself.
web_session = Table(
    "web_session",
    metadata,
    conversation_id(primary_key=True),
    Column("site_key", String(80), nullable=False),
    Column("locale", String(20), nullable=False),
    Column("created_at", Float, nullable=False),
    # Set when the visitor ended the conversation; nothing is taken in after that.
    Column("ended_at", Float),
)

resume_token = Table(
    "resume_token",
    metadata,
    # SHA-256 of the token: who reads the table cannot take a conversation over.
    Column("hash", String(64), primary_key=True),
    conversation_id(),
    Column("created_at", Float, nullable=False),
    Column("used_at", Float),
    Index("resume_token_of_conversation", "conversation_id"),
)

feedback = Table(
    "feedback",
    metadata,
    conversation_id(primary_key=True),
    Column("message_id", Integer, primary_key=True),
    # up or down
    Column("rating", String(10), nullable=False),
    # wrong, unclear, not_asked or other
    Column("reason", String(20)),
    Column("comment", Text),
    Column("created_at", Float, nullable=False),
)

# A person or group on LINE: whether we may send, and what the profile says.
line_contact = Table(
    "line_contact",
    metadata,
    conversation_id(primary_key=True),
    Column("blocked_at", Float),
    # Language of the profile (BCP 47); empty when LINE does not tell, null until asked.
    Column("language", String(20)),
)

# Requests to LINE: what is sent by which token or retry key, decided before the first try.
line_request = Table(
    "line_request",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    # The first outbox row of the turn, and the request's place among the turn's requests.
    Column("outbox_id", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    # A request without a reply token is a push.
    Column("reply_token", String(255)),
    Column("reply_until", Float),
    Column("retry_key", String(36), nullable=False),
    # [{message, plain}], until sent; then null.
    Column("messages", JSON(none_as_null=True)),
    # open, tried (LINE may have it), held (no quota), done or cancelled
    Column("state", String(20), nullable=False),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("outbox_id", "position", name="line_request_once"),
    Index("line_request_open", "conversation_id", "state"),
    sqlite_autoincrement=True,
)

# Posts in Slack: one row for each, so that none is made twice.
slack_post = Table(
    "slack_post",
    metadata,
    Column("outbox_id", Integer, primary_key=True, autoincrement=False),
    # Its place among the posts one message became.
    Column("part", Integer, primary_key=True, autoincrement=False),
    conversation_id(),
    # Posting began then; while there is no time stamp from Slack, it may or may not have arrived.
    Column("begun_at", Float, nullable=False),
    # Until then it belongs to the process that is posting it.
    Column("leased_until", Float, nullable=False),
    Column("ts", String(40)),
    Index("slack_post_of_conversation", "conversation_id"),
)
