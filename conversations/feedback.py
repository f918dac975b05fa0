"""What visitors think of single answers; the last opinion on a message counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from conversations.database import Database, now
from conversations.ports import KeepAsTyped, Masker
from conversations.schema import feedback


class FeedbackStore:
    """Ratings in the one store."""

    def __init__(self, database: Database, masker: Masker | None = None) -> None:
        self._database = database
        self._masker = masker or KeepAsTyped()

    def rate(
        self,
        conversation_id: str,
        message_id: int,
        rating: str,
        reason: str | None = None,
        comment: str | None = None,
    ) -> None:
        """Keep a rating in place of an earlier one of the same message."""
        with self._database.write() as connection:
            connection.execute(
                delete(feedback).where(
                    feedback.c.conversation_id == conversation_id,
                    feedback.c.message_id == message_id,
                )
            )
            connection.execute(
                insert(feedback).values(
                    conversation_id=conversation_id,
                    message_id=message_id,
                    rating=rating,
                    reason=reason,
                    comment=self._masker.mask(comment) if comment else None,
                    created_at=now(),
                )
            )

    def of(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the ratings of a conversation, by message."""
        with self._database.read() as connection:
            found = connection.execute(
                select(feedback)
                .where(feedback.c.conversation_id == conversation_id)
                .order_by(feedback.c.message_id)
            ).mappings()
            return [dict(row) for row in found]
