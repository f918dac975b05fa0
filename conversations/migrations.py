"""The schema's history: what brings a store of an earlier version up to date, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import Table, inspect, select
from sqlalchemy.engine import Connection

from conversations.schema import (
    SCHEMA_VERSION,
    conversation,
    desk_event,
    erasure,
    erasure_notice,
    event_outbox,
    feedback,
    handoff_request,
    inbox,
    knowledge_change,
    learning_decision,
    lease,
    line_contact,
    line_request,
    metadata,
    outbox,
    ownership,
    private_text,
    resume_token,
    schema_version,
    slack_desk_message,
    slack_desk_person,
    slack_desk_post,
    slack_desk_sign,
    slack_desk_thread,
    slack_post,
    staff_account,
    staff_login,
    staff_second_factor,
    staff_session,
    turn_record,
    web_session,
)


def _add_web_tables(connection: Connection) -> None:
    metadata.create_all(connection, tables=[web_session, resume_token, feedback])


def _add_pushed_channels(connection: Connection) -> None:
    _add_columns(connection, inbox, ("answer", "origin"))
    metadata.create_all(connection, tables=[line_contact, line_request])


def _add_slack_posts(connection: Connection) -> None:
    metadata.create_all(connection, tables=[slack_post])


def _add_staff(connection: Connection) -> None:
    metadata.create_all(connection, tables=[staff_account, staff_session])


def _add_desk(connection: Connection) -> None:
    _add_columns(connection, ownership, ownership.c.keys())
    _add_columns(connection, handoff_request, ("reason", "claimed_at", "closed_at", "outcome"))
    _add_columns(connection, outbox, ("failure",))
    for index in handoff_request.indexes:
        index.create(connection)
    metadata.create_all(connection, tables=[desk_event])


def _add_turn_records(connection: Connection) -> None:
    metadata.create_all(connection, tables=[learning_decision, turn_record])


def _add_slack_desk(connection: Connection) -> None:
    metadata.create_all(
        connection,
        tables=[
            slack_desk_thread,
            slack_desk_post,
            slack_desk_message,
            slack_desk_sign,
            slack_desk_person,
        ],
    )


def _add_privacy(connection: Connection) -> None:
    _add_columns(connection, conversation, ("erased_at",))
    metadata.create_all(connection, tables=[private_text, erasure, lease])


def _add_event_outbox(connection: Connection) -> None:
    metadata.create_all(connection, tables=[event_outbox])


def _add_review(connection: Connection) -> None:
    metadata.create_all(connection, tables=[knowledge_change])


def _add_digests_of_heard(connection: Connection) -> None:
    # A store that had no Slack desk yet got the table whole.
    _add_columns(connection, slack_desk_message, ("digest",))


def _add_second_factor(connection: Connection) -> None:
    metadata.create_all(connection, tables=[staff_second_factor, staff_login, erasure_notice])


def _add_columns(connection: Connection, table: Table, names: Iterable[str]) -> None:
    """Adds the columns that the table has not yet."""
    known = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for name in names:
        if name in known:
            continue
        kind = table.c[name].type.compile(connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {name} {kind}")


# version → step that brings the schema from the version before it.
MIGRATIONS: dict[int, Callable[[Connection], None]] = {
    2: _add_web_tables,
    3: _add_pushed_channels,
    4: _add_slack_posts,
    5: _add_staff,
    6: _add_desk,
    7: _add_turn_records,
    8: _add_privacy,
    9: _add_event_outbox,
    10: _add_slack_desk,
    11: _add_review,
    12: _add_digests_of_heard,
    13: _add_second_factor,
}


class NewerSchemaError(Exception):
    """The tables are of a newer version of this program; the message says so (Japanese)."""


def migrate(connection: Connection) -> None:
    """Make the tables of a new store, or bring those of an older version up to date.

    Args:
        connection: Open write transaction.

    Raises:
        NewerSchemaError: They are newer than this program knows.
    """
    if not inspect(connection).has_table(schema_version.name):
        metadata.create_all(connection)
        connection.execute(schema_version.insert().values(version=SCHEMA_VERSION))
        return
    version = connection.execute(select(schema_version.c.version)).scalar_one()
    if version > SCHEMA_VERSION:
        raise NewerSchemaError(
            f"会話の記録は新しい版で作られています（記録 {version}、この版 "
            f"{SCHEMA_VERSION}）: tsunagari を更新してください"
        )
    for step in range(version + 1, SCHEMA_VERSION + 1):
        MIGRATIONS[step](connection)
        connection.execute(schema_version.update().values(version=step))
