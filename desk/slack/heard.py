"""What the staff wrote in the threads and the marks it bears; when Slack last told anything."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from conversations.database import Database
from conversations.schema import outbox, slack_desk_message, slack_desk_sign

SIGN_SECONDS = 60.0
_MESSAGE = slack_desk_message
_SIGN = slack_desk_sign

SAID = "said"
NOTE = "note"
UNSENT = "unsent"
UNCORRECTED = "uncorrected"
MAYBE = "?"
"""Before the name of a mark that was tried: it may be there."""


@dataclass(frozen=True)
class Marked:
    """A message of the staff, the mark it bears, and the digest of what it said."""

    channel: str
    ts: str
    conversation_id: str
    kind: str
    mark: str | None
    digest: str | None


def message_key(team: str, channel: str, ts: str) -> str:
    """Return the desk's name of a message in Slack: what is said under it is said once."""
    return f"slack:{team}:{channel}:{ts}"


def digest_of(text: str) -> str:
    """Return what an edit is recognised by."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class HeardLedger:
    """Remembers for all processes what was heard."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    # --- what the staff wrote ----------------------------------------------------------

    def heard(self, channel: str, ts: str) -> Marked | None:
        """Return a message of the staff that was taken in."""
        with self._database.read() as connection:
            row = connection.execute(
                select(_MESSAGE).where(_MESSAGE.c.channel == channel, _MESSAGE.c.ts == ts)
            ).first()
        return Marked(**row._mapping) if row is not None else None

    def hear(
        self, channel: str, ts: str, conversation_id: str, kind: str, typed: str | None = None
    ) -> None:
        """Note what became of a message of the staff.

        Args:
            channel: Where it stands.
            ts: Its time stamp.
            conversation_id: Whose thread it stands in.
            kind: What became of it.
            typed: Its text, where that was taken in now.
        """
        where = (_MESSAGE.c.channel == channel) & (_MESSAGE.c.ts == ts)
        values = {"kind": kind, **({} if typed is None else {"digest": digest_of(typed)})}
        added = insert(_MESSAGE).values(
            channel=channel, ts=ts, conversation_id=conversation_id, **values
        )
        for _ in range(2):
            try:
                with self._database.write() as connection:
                    changed = connection.execute(update(_MESSAGE).where(where).values(**values))
                    if not changed.rowcount:
                        connection.execute(added)
                return
            except IntegrityError:
                # Another process took it in at the same moment: its row is there now.
                continue

    def written(self, conversation_id: str) -> list[Marked]:
        """Return what the staff wrote in a conversation's thread, oldest first."""
        with self._database.read() as connection:
            found = connection.execute(
                select(_MESSAGE)
                .where(_MESSAGE.c.conversation_id == conversation_id)
                .order_by(_MESSAGE.c.ts)
            ).all()
        return [Marked(**row._mapping) for row in found]

    def written_since(self, at: float) -> list[str]:
        """Return the conversations in whose threads the staff wrote since a time."""
        query = select(_MESSAGE.c.conversation_id.distinct()).where(_MESSAGE.c.ts >= f"{at:.6f}")
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def mark(self, channel: str, ts: str, mark: str) -> None:
        """Note the mark a message bears now."""
        with self._database.write() as connection:
            connection.execute(
                update(_MESSAGE)
                .where(_MESSAGE.c.channel == channel, _MESSAGE.c.ts == ts)
                .values(mark=mark)
            )

    def unhear(self, channel: str, ts: str) -> None:
        """Forget a message that does not stand in Slack any more."""
        with self._database.write() as connection:
            connection.execute(
                delete(_MESSAGE).where(_MESSAGE.c.channel == channel, _MESSAGE.c.ts == ts)
            )

    def unmarked(self) -> list[str]:
        """Return the conversations in which the fate of a message of the staff was open."""
        query = (
            select(_MESSAGE.c.conversation_id.distinct())
            .where(_MESSAGE.c.kind == SAID)
            .where(
                or_(
                    _MESSAGE.c.mark.is_(None),
                    _MESSAGE.c.mark == "pending",
                    _MESSAGE.c.mark.like(f"{MAYBE}%"),
                )
            )
            .where(_MESSAGE.c.conversation_id.in_(_settled()))
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    # --- signs of life of Slack --------------------------------------------------------

    def sign(self, kind: str) -> None:
        """Note that Slack told us something of a kind."""
        time = self._clock()
        with self._database.read() as connection:
            last = connection.execute(select(_SIGN.c.at).where(_SIGN.c.kind == kind)).scalar()
        if last is not None and time - last < SIGN_SECONDS:
            return
        try:
            with self._database.write() as connection:
                changed = connection.execute(
                    update(_SIGN).where(_SIGN.c.kind == kind).values(at=time)
                )
                if not changed.rowcount:
                    connection.execute(insert(_SIGN).values(kind=kind, at=time))
        except IntegrityError:
            # Another process noted the same at the same moment.
            return

    def signs(self) -> dict[str, float]:
        """Return when Slack last told us something, by kind."""
        with self._database.read() as connection:
            return {row.kind: row.at for row in connection.execute(select(_SIGN)).all()}


def _settled() -> Any:
    """Conversations in which something from the desk was delivered or given up."""
    return select(outbox.c.conversation_id).where(
        outbox.c.inbox_id.is_(None), outbox.c.state != "pending"
    )
