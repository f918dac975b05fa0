"""Tables of the one store (SQLAlchemy Core; SQLite and PostgreSQL)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 13

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))


def _conversation_id(**options: bool) -> Column:
    # Deleting a conversation deletes everything that hangs on it.
    return Column(
        "conversation_id",
        String(255),
        ForeignKey("conversation.id", ondelete="CASCADE"),
        nullable=False,
        **options,
    )


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
    _conversation_id(),
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
    _conversation_id(),
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
    _conversation_id(),
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
    _conversation_id(),
    Column("turn", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Index("choice_of_turn", "conversation_id", "turn"),
)

ownership = Table(
    "ownership",
    metadata,
    _conversation_id(primary_key=True),
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

sheet = Table(
    "sheet",
    metadata,
    _conversation_id(primary_key=True),
    Column("data", JSON, nullable=False),
    Column("updated_at", Float, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _conversation_id(),
    Column("purpose", String(80), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
)

handoff_request = Table(
    "handoff_request",
    metadata,
    Column("receipt", String(20), primary_key=True),
    _conversation_id(),
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
    _conversation_id(),
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

# The dialogue state: one row per conversation, one appended row per turn.
tracker = Table(
    "tracker",
    metadata,
    _conversation_id(primary_key=True),
    Column("version", Integer, nullable=False),
    # The version the snapshot stands for; later turns are replayed on top of it.
    Column("snapshot_version", Integer, nullable=False),
    Column("snapshot", Text, nullable=False),
)

tracker_turn = Table(
    "tracker_turn",
    metadata,
    _conversation_id(primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("events", Text, nullable=False),
)

# A visitor of a website: what the web channel knows beside the conversation itself.
web_session = Table(
    "web_session",
    metadata,
    _conversation_id(primary_key=True),
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
    _conversation_id(),
    Column("created_at", Float, nullable=False),
    Column("used_at", Float),
    Index("resume_token_of_conversation", "conversation_id"),
)

feedback = Table(
    "feedback",
    metadata,
    _conversation_id(primary_key=True),
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
    _conversation_id(primary_key=True),
    Column("blocked_at", Float),
    # Language of the profile (BCP 47); empty when LINE does not tell, null until asked.
    Column("language", String(20)),
)

# Requests to LINE: what is sent by which token or retry key, decided before the first try.
line_request = Table(
    "line_request",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _conversation_id(),
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
    _conversation_id(),
    # Posting began then; while there is no time stamp from Slack, it may or may not have arrived.
    Column("begun_at", Float, nullable=False),
    # Until then it belongs to the process that is posting it.
    Column("leased_until", Float, nullable=False),
    Column("ts", String(40)),
    Index("slack_post_of_conversation", "conversation_id"),
)

# Staff of the support centre who may open the desk's pages.
staff_account = Table(
    "staff_account",
    metadata,
    Column("login", String(60), primary_key=True),
    Column("name", String(120), nullable=False),
    # counsellor or administrator
    Column("role", String(20), nullable=False),
    # Argon2id, with its parameters and salt.
    Column("password_hash", String(255), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("disabled_at", Float),
    Column("last_login_at", Float),
)

staff_session = Table(
    "staff_session",
    metadata,
    # SHA-256 of the cookie: who reads the table cannot take a session over.
    Column("hash", String(64), primary_key=True),
    Column(
        "login",
        String(60),
        ForeignKey("staff_account.login", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Index("staff_session_of_account", "login"),
)
staff_second_factor = Table(
    "staff_second_factor",
    metadata,
    Column(
        "login",
        String(60),
        ForeignKey("staff_account.login", ondelete="CASCADE"),
        primary_key=True,
    ),
    # With the installation's secret it makes the key of the telephone; alone it is worth nothing.
    Column("nonce", String(64), nullable=False),
    # Not before a first code was typed does it count.
    Column("confirmed_at", Float),
    # Time step of the last code: none is good twice.
    Column("last_step", Integer, nullable=False),
    # SHA-256 of the recovery codes that are left.
    Column("recovery", JSON, nullable=False),
)
staff_login = Table(
    "staff_login",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    # Empty for a login nobody has; what was typed may be a password.
    Column("login", String(60), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("address", String(80), nullable=False),
    Index("staff_login_at", "at"),
)

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
    _conversation_id(),
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

# Dialogue events a message broker has not confirmed yet; filled only where one is configured.
event_outbox = Table(
    "event_outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _conversation_id(),
    Column("version", Integer, nullable=False),
    Column("events", Text, nullable=False),
    Index("event_outbox_of_conversation", "conversation_id"),
    sqlite_autoincrement=True,
)
