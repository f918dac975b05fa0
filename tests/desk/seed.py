"""Conversations as the gate leaves them, written straight into a store."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from conversations import schema
from conversations.database import Database
from conversations.rows import ADD_INBOX, ADD_MESSAGE
from conversations.turn_records import TurnRecord, Understood, write_record

TOKYO = ZoneInfo("Asia/Tokyo")


def tokyo(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO).timestamp()


class Seed:
    """Writes turns, ratings and requests at a time of its own."""

    def __init__(self, database: Database, at: float) -> None:
        self.database = database
        self.at = at
        self._receipts = 0

    def turn(
        self,
        conversation: str,
        text: str,
        outcome: str,
        *,
        channel: str = "web",
        records: tuple[str, ...] = (),
        intent: str = "ask_attribute",
        typed: bool = True,
        rating: str | None = None,
        reason: str | None = None,
        milliseconds: float = 20.0,
        **profile: str,
    ) -> int:
        """Write one turn; return the number of its inbox row."""
        self.at += 1
        with self.database.write() as connection:
            known = schema.conversation
            if not connection.execute(known.select().where(known.c.id == conversation)).first():
                connection.execute(
                    insert(known).values(
                        id=conversation, channel=channel, created_at=self.at, updated_at=self.at
                    )
                )
            inbox: int = connection.execute(
                ADD_INBOX,
                {
                    "conversation_id": conversation,
                    "channel": channel,
                    "client_message_id": f"m{self.at}",
                    "text": None,
                    "choice_id": None,
                    "answer": None,
                    "origin": None,
                    "state": "done",
                    "attempts": 0,
                    "received_at": self.at,
                },
            ).inserted_primary_key[0]
            common: dict[str, Any] = {
                "conversation_id": conversation,
                "inbox_id": inbox,
                "created_at": self.at,
            }
            connection.execute(
                ADD_MESSAGE, {**common, "author": "customer", "text": text, "body": None}
            )
            answer = connection.execute(
                ADD_MESSAGE, {**common, "author": "bot", "text": "答え", "body": {"text": "答え"}}
            ).inserted_primary_key[0]
            understood = Understood(intent, 0.9, "answer", frozenset(), None, profile)
            write_record(
                connection,
                TurnRecord(
                    conversation, inbox, channel, self.at, milliseconds, typed, outcome, records,
                    understood,
                ),
            )  # fmt: skip
            if rating:
                connection.execute(
                    insert(schema.feedback).values(
                        conversation_id=conversation,
                        message_id=answer,
                        rating=rating,
                        reason=reason,
                        created_at=self.at,
                    )
                )
        return inbox

    def request(
        self,
        conversation: str,
        *,
        waited_minutes: float | None = None,
        reason: str = "asked",
        outcome: str | None = None,
    ) -> None:
        """Write a wish for a person, taken up after some minutes or never."""
        self._receipts += 1
        claimed = None if waited_minutes is None else self.at + waited_minutes * 60
        with self.database.write() as connection:
            connection.execute(
                insert(schema.handoff_request).values(
                    receipt=f"T-{self._receipts:06d}",
                    conversation_id=conversation,
                    wish="",
                    consent=True,
                    sheet={},
                    state="waiting" if claimed is None else "claimed",
                    created_at=self.at,
                    claimed_at=claimed,
                    reason=reason,
                    outcome=outcome,
                )
            )
