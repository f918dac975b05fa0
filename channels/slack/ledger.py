"""What was posted to Slack, so that a crash repeats nothing; and what was taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from conversations import schema
from conversations.database import Database, now
from conversations.schema import slack_post

LEASE_SECONDS = 40.0
"""So long a part belongs to the process that posts it; longer than one call of Slack's API."""


@dataclass(frozen=True)
class Part:
    """One of the posts a stored message becomes.

    Attributes:
        conversation_id: Where it goes.
        outbox_id: The stored message.
        number: Its place among the posts of the message, from 0.
    """

    conversation_id: str
    outbox_id: int
    number: int

    @property
    def row(self) -> Any:
        """The condition that finds its row."""
        return (slack_post.c.outbox_id == self.outbox_id) & (slack_post.c.part == self.number)


@dataclass(frozen=True)
class Begun:
    """A part whose posting began.

    Attributes:
        ts: Its time stamp in Slack, where it is known to have arrived.
        begun_at: When the first try was.
        first_try: Whether it certainly was not posted before.
    """

    ts: str | None
    begun_at: float
    first_try: bool


class BusyError(Exception):
    """Another process is posting this part now, or its conversation was erased."""


class Ledger:
    """Remembers every part posted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, part: Part) -> Begun:
        """Note that a part is about to be posted, and keep other processes off it.

        Raises:
            BusyError: Another process is posting it, or the conversation was erased.
        """
        time = now()
        leased_until = time + LEASE_SECONDS
        try:
            with self._database.write() as connection:
                connection.execute(
                    insert(slack_post).values(
                        outbox_id=part.outbox_id,
                        part=part.number,
                        conversation_id=part.conversation_id,
                        begun_at=time,
                        leased_until=leased_until,
                    )
                )
            return Begun(None, time, first_try=True)
        except IntegrityError:
            with self._database.write() as connection:
                row = connection.execute(select(slack_post).where(part.row)).first()
                if row is None or (row.ts is None and row.leased_until > time):
                    raise BusyError from None
                if row.ts is None:
                    connection.execute(
                        update(slack_post).where(part.row).values(leased_until=leased_until)
                    )
            return Begun(row.ts, row.begun_at, first_try=False)

    def posted(self, part: Part, ts: str) -> None:
        """Note that a part arrived."""
        self._update(part, ts=ts)

    def waits(self, part: Part, seconds: float) -> None:
        """Note that a part is tried again only after a wait."""
        self._update(part, leased_until=now() + seconds + LEASE_SECONDS)

    def unclear(self, part: Part) -> None:
        """Note that nobody knows whether a part arrived; it may be tried again at once."""
        self._update(part, leased_until=0.0)

    def refused(self, part: Part) -> None:
        """Note that a part certainly did not arrive."""
        with self._database.write() as connection:
            connection.execute(delete(slack_post).where(part.row))

    def knows(self, conversation_id: str, client_message_id: str | None = None) -> bool:
        """Return whether a conversation exists, or took this message in."""
        query = select(schema.conversation.c.id).where(schema.conversation.c.id == conversation_id)
        if client_message_id is not None:
            query = select(schema.inbox.c.id).where(
                schema.inbox.c.conversation_id == conversation_id,
                schema.inbox.c.client_message_id == client_message_id,
            )
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def shown(self, outbox_id: int) -> list[tuple[Part, str]]:
        """Return the posts that show a message already, with their time stamps.

        They are what an earlier row of the outbox brought; the last one that did counts.
        """
        table, mine = schema.outbox, schema.outbox.alias()
        query = (
            select(slack_post)
            .join(table, table.c.id == slack_post.c.outbox_id)
            .join(mine, mine.c.message_id == table.c.message_id)
            .where(mine.c.id == outbox_id, table.c.id < outbox_id, slack_post.c.ts.is_not(None))
            .order_by(table.c.id.desc(), slack_post.c.part)
        )
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return [
            (Part(row.conversation_id, row.outbox_id, row.part), row.ts)
            for row in found
            if row.outbox_id == found[0].outbox_id
        ]

    def said_at(self, outbox_id: int) -> float | None:
        """Return when a stored message was said; None when it was erased."""
        query = select(schema.outbox.c.created_at).where(schema.outbox.c.id == outbox_id)
        with self._database.read() as connection:
            time: float | None = connection.execute(query).scalar()
        return time

    def _update(self, part: Part, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(slack_post).where(part.row).values(**values))
