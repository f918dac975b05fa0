"""Taking back: a message somebody unsends on LINE loses its text here as well."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from channels.line.wording import wording
from conversations.database import from_json, to_json
from conversations.rows import DONE
from conversations.schema import inbox, message, private_text, tracker, tracker_turn
from conversations.store import ConversationStore


def forget(store: ConversationStore, conversation_id: str, line_message_id: str) -> bool:
    """Delete the text of a message from the log, the inbox and the dialogue's history.

    What the dialogue understood (the fields of the sheet) stays until it is corrected.

    Args:
        store: The one store.
        conversation_id: Whose conversation; the event's own source.
        line_message_id: LINE's id of the message.

    Returns:
        Whether the message was found.
    """
    with store.database.write() as connection:
        rows = connection.execute(
            select(inbox.c.id, inbox.c.client_message_id, inbox.c.origin)
            .where(inbox.c.conversation_id == conversation_id)
            .order_by(inbox.c.id.desc())
        )
        found = next(
            (row for row in rows if (row.origin or {}).get("message_id") == line_message_id), None
        )
        if found is None:
            return False
        # What is not answered yet will not be: they no longer want to have said it.
        connection.execute(
            update(inbox).where(inbox.c.id == found.id).values(text=None, state=DONE)
        )
        connection.execute(
            update(message)
            .where(message.c.inbox_id == found.id, message.c.author == "customer")
            .values(text=wording("unsent"))
        )
        connection.execute(
            delete(private_text).where(
                private_text.c.message_id.in_(
                    select(message.c.id).where(message.c.inbox_id == found.id)
                )
            )
        )
        _forget_in_history(connection, conversation_id, found.client_message_id)
    store.drop_copies(conversation_id)
    return True


def _forget_in_history(connection: Connection, conversation_id: str, message_id: str) -> None:
    for row in connection.execute(
        select(tracker_turn).where(tracker_turn.c.conversation_id == conversation_id)
    ).all():
        events = _without(row.events, message_id)
        if events is not None:
            connection.execute(
                update(tracker_turn)
                .where(
                    tracker_turn.c.conversation_id == conversation_id,
                    tracker_turn.c.version == row.version,
                )
                .values(events=events)
            )
    row = connection.execute(
        select(tracker.c.snapshot).where(tracker.c.conversation_id == conversation_id)
    ).first()
    snapshot = _without(row.snapshot, message_id) if row else None
    if snapshot is not None:
        connection.execute(
            update(tracker)
            .where(tracker.c.conversation_id == conversation_id)
            .values(snapshot=snapshot)
        )


def _without(stored: str, message_id: str) -> str | None:
    """Return stored events without the words of a message, None when it is not among them."""
    events: list[dict[str, Any]] = from_json(stored)
    hit = False
    for event in events:
        if event.get("event") == "user" and event.get("message_id") == message_id:
            hit = True
            event["text"] = wording("unsent")
            intent = (event.get("parse_data") or {}).get("intent") or {}
            event["parse_data"] = {"text": wording("unsent"), "intent": intent, "entities": []}
    return to_json(events) if hit else None
