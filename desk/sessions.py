"""Sessions of the staff: an opaque cookie, a row in the store, two ends.

After the OWASP session management cheat sheet: 256 random bits, a new token at every login, kept
only as a hash, ended on the server by logging out, by idling and by age.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, or_, select, update

from conversations.database import Database, now
from conversations.schema import staff_account, staff_session
from desk.accounts import Account, account_of

IDLE_SECONDS = 30 * 60.0
"""A session ends when nobody has used the pages for so long; open pages alone do not count."""
LONGEST_SECONDS = 10 * 3600.0
"""A session ends after a working day, however much it is used."""
_NOTE_USE_AFTER = 60.0

_FIND = (
    select(staff_session.c.created_at.label("begun_at"), staff_session.c.seen_at, staff_account)
    .select_from(staff_session.join(staff_account, staff_account.c.login == staff_session.c.login))
    .where(
        staff_session.c.hash == bindparam("digest"),
        staff_account.c.disabled_at.is_(None),
        staff_session.c.seen_at > bindparam("idle_since"),
        staff_session.c.created_at > bindparam("begun_since"),
    )
)


@dataclass(frozen=True)
class StaffSession:
    """Somebody who is logged in.

    Attributes:
        account: Who.
        token: The cookie's value.
        ends_at: When the session ends unless it is used, seconds since the epoch.
    """

    account: Account
    token: str
    ends_at: float

    @property
    def csrf(self) -> str:
        """Token that forms and scripts of this session carry."""
        return csrf_token(self.token)


class StaffSessions:
    """Sessions in the one store."""

    def __init__(self, database: Database, clock: Callable[[], float] = now) -> None:
        self._database = database
        self._clock = clock

    def begin(self, login: str) -> str:
        """Begin a session.

        Returns:
            The token for the cookie.
        """
        token = secrets.token_urlsafe(32)
        time = self._clock()
        with self._database.write() as connection:
            connection.execute(
                delete(staff_session).where(
                    or_(
                        staff_session.c.seen_at <= time - IDLE_SECONDS,
                        staff_session.c.created_at <= time - LONGEST_SECONDS,
                    )
                )
            )
            connection.execute(
                insert(staff_session).values(
                    hash=_digest(token), login=login, created_at=time, seen_at=time
                )
            )
        return token

    def find(self, token: str | None, used: bool = False) -> StaffSession | None:
        """Return the session of a token.

        Args:
            token: The cookie's value.
            used: Whether a person does something now, which keeps the session alive.
        """
        if not token or len(token) > 100:
            return None
        time, digest = self._clock(), _digest(token)
        with self._database.read() as connection:
            row = connection.execute(
                _FIND,
                {
                    "digest": digest,
                    "idle_since": time - IDLE_SECONDS,
                    "begun_since": time - LONGEST_SECONDS,
                },
            ).first()
        if row is None:
            return None
        seen_at = row.seen_at
        if used and time - seen_at > _NOTE_USE_AFTER:
            with self._database.write() as connection:
                connection.execute(
                    update(staff_session).where(staff_session.c.hash == digest).values(seen_at=time)
                )
            seen_at = time
        ends_at = min(seen_at + IDLE_SECONDS, row.begun_at + LONGEST_SECONDS)
        return StaffSession(account_of(row), token, ends_at)

    def end(self, token: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            connection.execute(delete(staff_session).where(staff_session.c.hash == _digest(token)))


def csrf_token(secret: str) -> str:
    """Return the token that proves a form came from a page made for this secret."""
    return hmac.new(secret.encode(), b"tsunagari desk form v1", hashlib.sha256).hexdigest()


def csrf_fits(secret: str, given: str | None) -> bool:
    """Compare a form's token in constant time."""
    return hmac.compare_digest(csrf_token(secret).encode(), (given or "").encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
