"""Tables of the Slack desk: what stands in the staff's channel, and what was heard there.

They hang on no conversation on purpose: what was posted must be taken down when a conversation
is erased, and can only be found by what is still written here.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table

from conversations.schema.base import account_login, metadata

# The card of a conversation; its time stamp is the thread's.
slack_desk_thread = Table(
    "slack_desk_thread",
    metadata,
    Column("conversation_id", String(255), primary_key=True),
    # Stands for the conversation in Slack: its id may hold what a person is called elsewhere.
    Column("code", String(20), nullable=False, unique=True),
    Column("channel", String(40), nullable=False),
    # Null until the card is posted, or where none is needed.
    Column("ts", String(40)),
    # What was said before is told in one piece.
    Column("begun_at", Float, nullable=False),
    # The last of the desk's events that the thread shows.
    Column("shown_event", Integer, nullable=False, default=0),
    # Everything in Slack up to here was heard.
    Column("heard_ts", String(40)),
    # Until then it belongs to the process that works on it.
    Column("lease", String(40)),
    Column("leased_until", Float, nullable=False, default=0.0),
    Index("slack_desk_thread_place", "channel", "ts"),
)

# One row for each post, so that none is made twice.
slack_desk_post = Table(
    "slack_desk_post",
    metadata,
    Column("conversation_id", String(255), primary_key=True),
    # What it shows: `card`, `m<message>`, `e<event>` …
    Column("name", String(40), primary_key=True),
    # Its place among the posts one thing became.
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("begun_at", Float, nullable=False),
    # Null: it may or may not have arrived.
    Column("ts", String(40)),
    # Of what it shows.
    Column("digest", String(20), nullable=False),
)

# What the staff wrote in a thread, and the mark it bears.
slack_desk_message = Table(
    "slack_desk_message",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("ts", String(40), primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    # said, note, unsent or uncorrected
    Column("kind", String(20), nullable=False),
    # The mark it bears now.
    Column("mark", String(20)),
    # Of its text as last taken in: an edit nobody told us of is found by it.
    Column("digest", String(20)),
    Index("slack_desk_message_of_conversation", "conversation_id"),
)

# When Slack last told us something of a kind: `event`, `interaction`.
slack_desk_sign = Table(
    "slack_desk_sign",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("at", Float, nullable=False),
)

# People in Slack who have an account at the built-in desk: the same person in both.
slack_desk_person = Table(
    "slack_desk_person",
    metadata,
    Column("slack_user", String(40), primary_key=True),
    account_login(unique=True),
)
