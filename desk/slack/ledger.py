"""What stands in Slack, and which process works on what."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from conversations.database import Database
from conversations.schema import (
    conversation,
    desk_event,
    slack_desk_message,
    slack_desk_post,
    slack_desk_thread,
)
from desk.slack.heard import HeardLedger

LEASE_SECONDS = 30.0
"""Longer than one call of Slack's API; a killed process holds a conversation no longer."""
_POST = slack_desk_post
_THREAD = slack_desk_thread


@dataclass(frozen=True)
class Thread:
    """A conversation's card and thread (see `slack_desk_thread`)."""

    conversation_id: str
    code: str
    channel: str
    ts: str | None
    begun_at: float
    shown_event: int
    heard_ts: str | None


@dataclass(frozen=True)
class Posted:
    """A post begun.

    Attributes:
        ts: Its time stamp, where it is known to have arrived.
        digest: Of what it shows.
        begun_at: When it was tried first.
    """

    ts: str | None
    digest: str
    begun_at: float


def code_of(conversation_id: str) -> str:
    """Return what stands for a conversation in Slack: no LINE id, no address."""
    return hashlib.sha256(conversation_id.encode()).hexdigest()[:20]


class DeskLedger(HeardLedger):
    """Remembers for all processes."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        super().__init__(database, clock)
        self._lease = secrets.token_hex(8)

    # --- threads -----------------------------------------------------------------------

    def open_thread(self, conversation_id: str, channel: str, begun_at: float) -> Thread:
        """Return a conversation's thread; a new one, or a thread elsewhere, has no card yet."""
        thread = self.thread(conversation_id)
        if thread is not None and thread.channel == channel:
            return thread
        if thread is not None:
            self.begin_anew(conversation_id, channel, begun_at)
        else:
            try:
                with self._database.write() as connection:
                    connection.execute(
                        insert(_THREAD).values(
                            conversation_id=conversation_id,
                            code=code_of(conversation_id),
                            channel=channel,
                            begun_at=begun_at,
                            shown_event=0,
                            leased_until=0.0,
                        )
                    )
            except IntegrityError:
                # Another process was quicker.
                pass
        made = self.thread(conversation_id)
        assert made is not None
        return made

    def thread(self, conversation_id: str) -> Thread | None:
        """Return a conversation's thread."""
        return self._thread(_THREAD.c.conversation_id == conversation_id)

    def thread_at(self, channel: str, ts: str) -> Thread | None:
        """Return the thread that begins at a time stamp."""
        return self._thread((_THREAD.c.channel == channel) & (_THREAD.c.ts == ts))

    def thread_of_code(self, code: str) -> Thread | None:
        """Return the thread a button is about."""
        return self._thread(_THREAD.c.code == code)

    def begin_anew(self, conversation_id: str, channel: str, begun_at: float) -> None:
        """Forget what stands in Slack: the next look makes a new card and thread."""
        with self._database.write() as connection:
            connection.execute(delete(_POST).where(_POST.c.conversation_id == conversation_id))
            connection.execute(
                update(_THREAD)
                .where(_THREAD.c.conversation_id == conversation_id)
                .values(channel=channel, ts=None, begun_at=begun_at, shown_event=0, heard_ts=None)
            )

    def carded(self, conversation_id: str, ts: str) -> None:
        """Note where the card stands."""
        self._set_thread(conversation_id, ts=ts)

    def shown(self, conversation_id: str, event_id: int) -> None:
        """Note up to which event the thread shows what happened."""
        self._set_thread(conversation_id, shown_event=event_id)

    def heard_until(self, conversation_id: str, ts: str) -> None:
        """Note up to where a thread was read."""
        self._set_thread(conversation_id, heard_ts=ts)

    def forget(self, conversation_id: str) -> None:
        """Forget a conversation of which nothing stands in Slack any more."""
        with self._database.write() as connection:
            for table in (_POST, slack_desk_message, _THREAD):
                connection.execute(delete(table).where(table.c.conversation_id == conversation_id))

    # --- which process -----------------------------------------------------------------

    def take(self, conversation_id: str) -> bool:
        """Take a conversation's thread to work on, or keep it; False: another process has it."""
        time = self._clock()
        with self._database.write() as connection:
            taken = connection.execute(
                update(_THREAD)
                .where(
                    _THREAD.c.conversation_id == conversation_id,
                    or_(_THREAD.c.leased_until < time, _THREAD.c.lease == self._lease),
                )
                .values(lease=self._lease, leased_until=time + LEASE_SECONDS)
            )
        return bool(taken.rowcount)

    def release(self, conversation_id: str) -> None:
        """Let other processes have it."""
        with self._database.write() as connection:
            connection.execute(
                update(_THREAD)
                .where(_THREAD.c.conversation_id == conversation_id, _THREAD.c.lease == self._lease)
                .values(lease=None, leased_until=0.0)
            )

    # --- posts -------------------------------------------------------------------------

    def begin(self, conversation_id: str, name: str, part: int, digest: str) -> Posted | None:
        """Note that something is about to be posted.

        Returns:
            What is known of an earlier try; None when there was none.
        """
        where = _row(conversation_id, name, part)
        with self._database.write() as connection:
            row = connection.execute(select(_POST).where(where)).first()
            if row is not None:
                return Posted(row.ts, row.digest, row.begun_at)
            connection.execute(
                insert(_POST).values(
                    conversation_id=conversation_id,
                    name=name,
                    part=part,
                    begun_at=self._clock(),
                    digest=digest,
                )
            )
        return None

    def posted(self, conversation_id: str, name: str, part: int, ts: str, digest: str) -> None:
        """Note that it stands in Slack, and what it shows."""
        with self._database.write() as connection:
            connection.execute(
                update(_POST).where(_row(conversation_id, name, part)).values(ts=ts, digest=digest)
            )

    def refused(self, conversation_id: str, name: str, part: int) -> None:
        """Note that it certainly does not stand in Slack."""
        with self._database.write() as connection:
            connection.execute(delete(_POST).where(_row(conversation_id, name, part)))

    def posts(self, conversation_id: str) -> dict[tuple[str, int], Posted]:
        """Return everything of a conversation that was begun."""
        with self._database.read() as connection:
            found = connection.execute(
                select(_POST).where(_POST.c.conversation_id == conversation_id)
            ).all()
        return {(row.name, row.part): Posted(row.ts, row.digest, row.begun_at) for row in found}

    # --- what is to be done ------------------------------------------------------------

    def behind(self) -> list[str]:
        """Return the conversations of which something happened that Slack does not show."""
        newest = (
            select(desk_event.c.conversation_id, func.max(desk_event.c.id).label("newest"))
            .group_by(desk_event.c.conversation_id)
            .subquery()
        )
        query = (
            select(newest.c.conversation_id)
            .select_from(
                newest.outerjoin(_THREAD, _THREAD.c.conversation_id == newest.c.conversation_id)
            )
            .where(or_(_THREAD.c.shown_event.is_(None), _THREAD.c.shown_event < newest.c.newest))
            .order_by(newest.c.newest)
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def erased(self) -> list[str]:
        """Return the conversations that are erased here and not yet in Slack."""
        query = (
            select(_THREAD.c.conversation_id)
            .select_from(
                _THREAD.outerjoin(conversation, conversation.c.id == _THREAD.c.conversation_id)
            )
            .where(
                conversation.c.id.is_(None)
                # An empty shell stays for an hour, so that the company hears of the erasure.
                | (conversation.c.erased_at > _THREAD.c.begun_at)
            )
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    # --- inner -------------------------------------------------------------------------

    def _thread(self, where: Any) -> Thread | None:
        with self._database.read() as connection:
            row = connection.execute(select(_THREAD).where(where)).first()
        return _thread(row) if row is not None else None

    def _set_thread(self, conversation_id: str, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(_THREAD).where(_THREAD.c.conversation_id == conversation_id).values(**values)
            )


def _row(conversation_id: str, name: str, part: int) -> Any:
    return (
        (_POST.c.conversation_id == conversation_id)
        & (_POST.c.name == name)
        & (_POST.c.part == part)
    )


def _thread(row: Any) -> Thread:
    return Thread(
        row.conversation_id,
        row.code,
        row.channel,
        row.ts,
        row.begun_at,
        row.shown_event,
        row.heard_ts,
    )
