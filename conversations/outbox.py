"""What still has to be sent on channels that are pushed to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from conversations import rows, schema
from conversations.database import Database, now


class Outbox:
    """Answers on their way out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self) -> list[tuple[int, str, str, dict[str, Any]]]:
        """Return what still has to be sent: (outbox id, conversation, channel, body)."""
        joined = schema.outbox.join(
            schema.message, schema.message.c.id == schema.outbox.c.message_id
        )
        with self._database.read() as connection:
            found = connection.execute(
                select(
                    schema.outbox.c.id,
                    schema.outbox.c.conversation_id,
                    schema.outbox.c.channel,
                    schema.message.c.body,
                )
                .select_from(joined)
                .where(schema.outbox.c.state == rows.PENDING)
                .order_by(schema.outbox.c.id)
            ).all()
        return [(row.id, row.conversation_id, row.channel, row.body) for row in found]

    def mark_sent(self, outbox_id: int, delivered: bool) -> None:
        """Note the outcome of one attempt to send; a failed one stays pending."""
        values: dict[str, Any] = {"attempts": schema.outbox.c.attempts + 1}
        if delivered:
            values.update(state=rows.DELIVERED, delivered_at=now())
        with self._database.write() as connection:
            connection.execute(
                update(schema.outbox).where(schema.outbox.c.id == outbox_id).values(**values)
            )
