"""Taking back: a message somebody unsends on LINE loses its text here as well."""

from __future__ import annotations

from sqlalchemy import select, update

from channels.line.wording import wording
from conversations.database import Database
from conversations.rows import DONE
from conversations.schema import inbox, message


def forget(database: Database, conversation_id: str, line_message_id: str) -> str | None:
    """Delete the text of a message from the log and the inbox.

    Args:
        database: The one store.
        conversation_id: Whose conversation; the event's own source.
        line_message_id: LINE's id of the message.

    Returns:
        Our id of the message (the webhook event's), None when it is not ours.
    """
    with database.write() as connection:
        rows = connection.execute(
            select(inbox.c.id, inbox.c.client_message_id, inbox.c.origin)
            .where(inbox.c.conversation_id == conversation_id)
            .order_by(inbox.c.id.desc())
        )
        found = next(
            (row for row in rows if (row.origin or {}).get("message_id") == line_message_id), None
        )
        if found is None:
            return None
        # What is not answered yet will not be: they no longer want to have said it.
        connection.execute(
            update(inbox).where(inbox.c.id == found.id).values(text=None, state=DONE)
        )
        connection.execute(
            update(message)
            .where(message.c.inbox_id == found.id, message.c.author == "customer")
            .values(text=wording("unsent"))
        )
    return str(found.client_message_id)
