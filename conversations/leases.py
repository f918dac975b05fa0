"""Leases: a job that runs once, however many processes there are."""

from __future__ import annotations

import os
import socket
import uuid

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from conversations.database import Database, now
from conversations.schema import lease


class Leases:
    """Leases in the one store; who dies with one holds it no longer than it was taken for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.holder = f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def take(self, name: str, seconds: float, every: float = 0.0) -> bool:
        """Take a lease.

        Args:
            name: Of the job.
            seconds: How long the job may take.
            every: The job is not due before so many seconds after it was last done.

        Returns:
            Whether this process shall do the job now.
        """
        at = now()
        table = lease
        due = or_(table.c.done_at.is_(None), table.c.done_at <= at - every)
        free = or_(table.c.until <= at, table.c.holder == self.holder)
        with self._database.write() as connection:
            taken = connection.execute(
                update(table)
                .where(table.c.name == name, free, due)
                .values(holder=self.holder, until=at + seconds)
            )
            if taken.rowcount == 1:
                return True
            known = connection.execute(select(table.c.name).where(table.c.name == name)).first()
        if known is not None:
            return False
        try:
            with self._database.write() as connection:
                connection.execute(
                    insert(table).values(name=name, holder=self.holder, until=at + seconds)
                )
        except IntegrityError:
            # Another process was first.
            return False
        return True

    def done(self, name: str) -> None:
        """Note that the job is done, and give the lease back."""
        at = now()
        with self._database.write() as connection:
            connection.execute(
                update(lease)
                .where(lease.c.name == name, lease.c.holder == self.holder)
                .values(until=at, done_at=at)
            )

    def last_done(self, name: str) -> float | None:
        """Return when a job was last done."""
        with self._database.read() as connection:
            at: float | None = connection.execute(
                select(lease.c.done_at).where(lease.c.name == name)
            ).scalar()
        return at
