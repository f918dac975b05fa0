"""Every table of the store is classified: what erasure does with it, and why some stays.

A new table fails here until somebody has said whose data it holds.
"""

from __future__ import annotations

import pytest
from sqlalchemy import LargeBinary, String, Table, Text
from sqlalchemy.types import JSON

from conversations import schema
from conversations.erasure import tables
from conversations.privacy_wording import texts
from conversations.schema.base import conversation_id

METADATA = schema.metadata

#: Rows of a conversation: gone in the one transaction of the erasure.
ERASED = {
    "conversation", "message", "inbox", "outbox", "choice", "ownership", "sheet", "consent",
    "handoff_request", "desk_event", "tracker", "tracker_turn", "web_session", "resume_token",
    "feedback", "line_contact", "line_request", "slack_post", "turn_record", "event_outbox",
    "private_text",
}  # fmt: skip
#: Where Slack's copies stand (ids and times only): needed to take those down, gone after that.
TAKEN_DOWN_FIRST = {"slack_desk_thread", "slack_desk_post", "slack_desk_message"}
#: Ids of erased conversations, until followers of the event stream have been told.
TOLD_FIRST = {"erasure_notice"}
#: People of the centre, not companies.
STAFF = {
    "staff_account", "staff_session", "staff_second_factor", "staff_login", "slack_desk_person",
}  # fmt: skip
#: What staff made and what the machine needs: nothing of a conversation, nothing a company typed.
NOBODYS = {
    "schema_version": "a number",
    "lease": "jobs of processes",
    "erasure": "that something was erased and how much; a case's receipt number for seven days",
    "slack_desk_sign": "when Slack was last heard",
    "learning_decision": "what staff worded for the knowledge base, and how many asked",
    "knowledge_change": "changes of record files by staff",
}


def test_every_table_is_classified_once() -> None:
    classes = [ERASED, TAKEN_DOWN_FIRST, TOLD_FIRST, STAFF, set(NOBODYS)]
    assert set().union(*classes) == {table.name for table in METADATA.sorted_tables}
    assert sum(map(len, classes)) == len(set().union(*classes))


def test_what_is_to_be_erased_is_erased_and_counted_in_words() -> None:
    assert {table.name for table in tables()} == ERASED
    assert set(texts()["tables"]) >= ERASED


@pytest.mark.parametrize("name", sorted(STAFF | set(NOBODYS)))
def test_what_stays_names_no_conversation(name: str) -> None:
    table = METADATA.tables[name]
    assert not [column.name for column in table.c if column.name.startswith("conversation_id")]
    assert not [key for key in table.foreign_keys if key.column.table.name in ERASED]


@pytest.mark.parametrize("name", sorted(TAKEN_DOWN_FIRST | TOLD_FIRST))
def test_what_waits_for_others_holds_no_text(name: str) -> None:
    assert not [column.name for column in METADATA.tables[name].c if _free_text(column.type)]


def _free_text(kind: object) -> bool:
    return isinstance(kind, (Text, JSON, LargeBinary)) or (
        isinstance(kind, String) and (kind.length is None or kind.length > 255)
    )


def test_a_table_nobody_thought_of_is_noticed() -> None:
    """The rule that reaches tables by their foreign key reaches new ones as well."""
    new = Table("not_thought_of", METADATA, conversation_id(), extend_existing=True)
    try:
        assert new in tables()
        with pytest.raises(AssertionError):
            test_every_table_is_classified_once()
    finally:
        METADATA.remove(new)
