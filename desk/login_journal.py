"""The journal of log-ins: which account, when, from where, and whether it got in.

A login nobody has is not written down: people type their password into the wrong field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from conversations.database import Database, now
from conversations.schema import staff_account
from conversations.schema import staff_login as table

KEEP_DAYS = 180.0
"""How long entries are kept."""
#: Outcomes: got in, wrong password, wrong code, too many tries, went out, password changed,
#: got in by a recovery code, second factor set up or taken off.
OUTCOMES = (
    "in", "wrong", "wrong_code", "limited", "out", "password", "recovery", "second", "no_second",
)  # fmt: skip
_AGAIN_SECONDS = 60.0


@dataclass(frozen=True)
class LoginEntry:
    """One line of the journal.

    Attributes:
        at: When, seconds since the epoch.
        login: The account; empty for a login nobody has.
        outcome: One of `OUTCOMES`.
        address: Where from, as the limits of tries count it.
    """

    at: float
    login: str
    outcome: str
    address: str

    @property
    def failed(self) -> bool:
        """Whether somebody was kept out."""
        return self.outcome in ("wrong", "wrong_code", "limited")


class LoginJournal:
    """The journal in the one store."""

    def __init__(self, database: Database, clock: Callable[[], float] = now) -> None:
        self._database = database
        self._clock = clock

    def note(self, login: str, outcome: str, address: str) -> None:
        """Write an entry down, and forget those whose time is over."""
        at = self._clock()
        with self._database.write() as connection:
            known = select(staff_account.c.login).where(staff_account.c.login == login)
            login = connection.execute(known).scalar() or ""
            address = address[:80]
            if outcome == "limited":
                # Whoever hammers at the door gets one line a minute, not thousands.
                lately = (
                    select(table.c.id)
                    .where(table.c.outcome == outcome, table.c.login == login)
                    .where(table.c.address == address, table.c.at > at - _AGAIN_SECONDS)
                )
                if connection.execute(lately).first() is not None:
                    return
            connection.execute(delete(table).where(table.c.at < at - KEEP_DAYS * 86400))
            connection.execute(
                insert(table).values(at=at, login=login, outcome=outcome, address=address)
            )

    def latest(
        self, limit: int = 200, login: str | None = None, failed: bool = False
    ) -> list[LoginEntry]:
        """Return entries, newest first.

        Args:
            limit: At most so many.
            login: Only those of this account.
            failed: Only where somebody was kept out.
        """
        wanted = select(table).order_by(table.c.at.desc(), table.c.id.desc()).limit(limit)
        if login is not None:
            wanted = wanted.where(table.c.login == login)
        if failed:
            wanted = wanted.where(table.c.outcome.in_(("wrong", "wrong_code", "limited")))
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return [LoginEntry(row.at, row.login, row.outcome, row.address) for row in rows]
