"""What still has to be sent on channels that are pushed to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from conversations import rows, schema
from conversations.database import Database, now
from conversations.ports import Delivery, DeliveryPart
from conversations.private import PrivateTexts, as_typed, with_text


class Outbox:
    """Answers on their way out."""

    def __init__(self, database: Database, private: PrivateTexts | None = None) -> None:
        self._database = database
        self._private = private

    def pending(
        self,
        conversation_id: str | None = None,
        inbox_id: int | None = None,
        older_than: float = 0.0,
    ) -> list[Delivery]:
        """Return what still has to be sent, oldest first, the messages of a turn together.

        Args:
            conversation_id: Only of this conversation.
            inbox_id: Only what answers this message of it.
            older_than: Only what has been waiting for so many seconds.
        """
        wanted = [schema.outbox.c.state == rows.PENDING]
        if conversation_id is not None:
            wanted.append(schema.outbox.c.conversation_id == conversation_id)
        if inbox_id is not None:
            wanted.append(schema.outbox.c.inbox_id == inbox_id)
        if older_than:
            wanted.append(schema.outbox.c.created_at <= now() - older_than)
        joined = schema.outbox.join(
            schema.message, schema.message.c.id == schema.outbox.c.message_id
        ).outerjoin(schema.inbox, schema.inbox.c.id == schema.outbox.c.inbox_id)
        with self._database.read() as connection:
            found = connection.execute(
                select(
                    schema.outbox.c.id,
                    schema.outbox.c.conversation_id,
                    schema.outbox.c.channel,
                    schema.outbox.c.inbox_id,
                    schema.outbox.c.message_id,
                    schema.message.c.body,
                    schema.inbox.c.origin,
                )
                .select_from(joined)
                .where(*wanted)
                .order_by(schema.outbox.c.id)
            ).all()
            written: dict[int, str] = {}
            if self._private is not None and found:
                written = self._private.of_messages(connection, [row.message_id for row in found])
        turns: dict[tuple[str, int], list[Any]] = {}
        for row in found:
            # A message no company's message called for is a turn of its own.
            turns.setdefault((row.conversation_id, row.inbox_id or -row.id), []).append(row)
        return [
            Delivery(
                same[0].conversation_id,
                same[0].channel,
                same[0].inbox_id,
                same[0].origin,
                tuple(
                    DeliveryPart(
                        row.id,
                        _as_written(row.body, written.get(row.message_id)),
                        row.message_id,
                    )
                    for row in same
                ),
            )
            for same in turns.values()
        ]

    def mark_sent(self, outbox_ids: Sequence[int], delivered: bool) -> None:
        """Note the outcome of one attempt to send; a failed one stays pending."""
        values: dict[str, Any] = {"attempts": schema.outbox.c.attempts + 1}
        if delivered:
            values.update(state=rows.DELIVERED, delivered_at=now())
        self._update(outbox_ids, values)

    def give_up(self, outbox_ids: Sequence[int], reason: str = "") -> None:
        """Note that messages will never be sent, for example to somebody who blocked us."""
        self._update(outbox_ids, {"state": rows.FAILED, "failure": reason or None})

    def fetched(self, conversation_id: str, channel: str, message_id: int) -> bool:
        """Note that a reader got everything up to a message that waited to be fetched.

        Returns:
            Whether anything had waited.
        """
        with self._database.write() as connection:
            found = connection.execute(
                update(schema.outbox)
                .where(
                    schema.outbox.c.conversation_id == conversation_id,
                    schema.outbox.c.channel == channel,
                    schema.outbox.c.state == rows.PENDING,
                    schema.outbox.c.message_id <= message_id,
                )
                .values(state=rows.DELIVERED, delivered_at=now())
            )
        return bool(found.rowcount)

    def _update(self, outbox_ids: Sequence[int], values: dict[str, Any]) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(schema.outbox).where(schema.outbox.c.id.in_(outbox_ids)).values(**values)
            )


def _as_written(body: dict[str, Any], text: str | None) -> dict[str, Any]:
    return with_text(body, as_typed(str(body.get("text") or ""), text)) or body
