"""Tables of the one store (SQLAlchemy Core; SQLite and PostgreSQL), by what they are about."""

from __future__ import annotations

from conversations.schema.base import SCHEMA_VERSION, metadata, schema_version
from conversations.schema.channels import (
    feedback,
    line_contact,
    line_request,
    resume_token,
    slack_post,
    web_session,
)
from conversations.schema.dialogue import (
    choice,
    consent,
    conversation,
    event_outbox,
    inbox,
    message,
    outbox,
    sheet,
    tracker,
    tracker_turn,
)
from conversations.schema.handoff import (
    desk_event,
    handoff_request,
    ownership,
)
from conversations.schema.learning import (
    learning_decision,
    turn_record,
)
from conversations.schema.privacy import (
    erasure,
    erasure_notice,
    lease,
    private_text,
)
from conversations.schema.review import (
    knowledge_change,
)
from conversations.schema.slack_desk import (
    slack_desk_message,
    slack_desk_person,
    slack_desk_post,
    slack_desk_sign,
    slack_desk_thread,
)
from conversations.schema.staff import (
    staff_account,
    staff_login,
    staff_second_factor,
    staff_session,
)

__all__ = [
    "SCHEMA_VERSION",
    "choice",
    "consent",
    "conversation",
    "desk_event",
    "erasure",
    "erasure_notice",
    "event_outbox",
    "feedback",
    "handoff_request",
    "inbox",
    "knowledge_change",
    "learning_decision",
    "lease",
    "line_contact",
    "line_request",
    "message",
    "metadata",
    "outbox",
    "ownership",
    "private_text",
    "resume_token",
    "schema_version",
    "sheet",
    "slack_desk_message",
    "slack_desk_person",
    "slack_desk_post",
    "slack_desk_sign",
    "slack_desk_thread",
    "slack_post",
    "staff_account",
    "staff_login",
    "staff_second_factor",
    "staff_session",
    "tracker",
    "tracker_turn",
    "turn_record",
    "web_session",
]
