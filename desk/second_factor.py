"""The second factor of accounts: a code of one's telephone, or a recovery code on paper.

The key of a telephone is made from the installation's secret and random bits of the account: who
gets hold of the store alone (a backup, a disk) cannot make codes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from conversations.database import Database, now
from conversations.schema import staff_second_factor as table
from desk import totp
from desk.accounts import Account, Role

ISSUER = "つながり"
RECOVERY_CODES = 8
PENDING_SECONDS = 300
"""So long somebody whose password was right may take to type the code."""


@dataclass(frozen=True)
class Enrolment:
    """What a telephone needs to know.

    Attributes:
        key: To be typed, in base32.
        address: To be opened, `otpauth://…`.
    """

    key: str
    address: str

    @property
    def picture(self) -> str:
        """The address as a QR code (SVG), to be read by the telephone's camera."""
        return totp.picture_of(self.address)


class SecondFactors:
    """Second factors in the one store."""

    def __init__(
        self,
        database: Database,
        secret: bytes,
        clock: Callable[[], float] = now,
        demanded: Collection[Role] = (),
    ) -> None:
        """Create it.

        Args:
            database: The one store.
            secret: The installation's secret.
            clock: The time.
            demanded: Roles that get in with a second factor only.
        """
        self._database = database
        self._clock = clock
        self._demanded = frozenset(demanded)
        self._keys = hmac.digest(secret, b"tsunagari desk second factor v1", hashlib.sha256)
        self._pending = hmac.digest(secret, b"tsunagari desk pending login v1", hashlib.sha256)

    # --- having one ----------------------------------------------------------------------

    def since(self, login: str) -> float | None:
        """Return since when an account has a second factor; None when it has none."""
        with self._database.read() as connection:
            found = select(table.c.confirmed_at).where(table.c.login == login)
            at: float | None = connection.execute(found).scalar()
        return at

    def demanded_of(self, account: Account) -> bool:
        """Return whether an account must have one."""
        return account.role in self._demanded

    def missing(self, account: Account) -> bool:
        """Return whether an account must have one and has none yet."""
        return self.demanded_of(account) and self.since(account.login) is None

    def begin(self, login: str) -> Enrolment:
        """Begin to set one up; it counts once a code was typed (`confirm`)."""
        nonce = secrets.token_hex(20)
        with self._database.write() as connection:
            connection.execute(
                delete(table).where(table.c.login == login, table.c.confirmed_at.is_(None))
            )
            kept = connection.execute(select(table.c.login).where(table.c.login == login)).first()
            if kept is None:
                connection.execute(
                    insert(table).values(login=login, nonce=nonce, last_step=0, recovery=[])
                )
        return self._enrolment(login, nonce)

    def open_enrolment(self, login: str) -> Enrolment | None:
        """Return what was begun and not confirmed yet."""
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.login == login)).first()
        if row is None or row.confirmed_at is not None:
            return None
        return self._enrolment(login, row.nonce)

    def confirm(self, login: str, code: str) -> list[str] | None:
        """Let the second factor count from now.

        Returns:
            Recovery codes to keep on paper, each good once; None when the code was wrong.
        """
        with self._database.write() as connection:
            row = connection.execute(select(table).where(table.c.login == login)).first()
            if row is None or row.confirmed_at is not None:
                return None
            step = totp.step_of(self._key(login, row.nonce), _digits(code), self._clock(), 0)
            if step is None:
                return None
            codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
            connection.execute(
                update(table)
                .where(table.c.login == login)
                .values(
                    confirmed_at=self._clock(),
                    last_step=step,
                    recovery=[_hashed(code) for code in codes],
                )
            )
        return codes

    def remove(self, login: str) -> bool:
        """Take the second factor off an account; return whether it had one."""
        with self._database.write() as connection:
            gone = connection.execute(delete(table).where(table.c.login == login)).rowcount
        return bool(gone)

    # --- using it ------------------------------------------------------------------------

    def check(self, login: str, code: str) -> str | None:
        """Return how a code fits: `code`, `recovery`, or None. No code is good twice."""
        with self._database.write() as connection:
            row = connection.execute(
                select(table).where(table.c.login == login).with_for_update()
            ).first()
            if row is None or row.confirmed_at is None:
                return None
            key = self._key(login, row.nonce)
            step = totp.step_of(key, _digits(code), self._clock(), row.last_step)
            if step is not None:
                connection.execute(
                    update(table).where(table.c.login == login).values(last_step=step)
                )
                return "code"
            used = _hashed(code)
            if used not in row.recovery:
                return None
            left = [one for one in row.recovery if one != used]
            connection.execute(update(table).where(table.c.login == login).values(recovery=left))
        return "recovery"

    def recovery_left(self, login: str) -> int:
        """Return how many recovery codes were not used yet."""
        with self._database.read() as connection:
            left = connection.execute(select(table.c.recovery).where(table.c.login == login))
            return len(left.scalar() or ())

    # --- between the password and the code -------------------------------------------------

    def pending(self, login: str, browser: str) -> str:
        """Return a token that says: this browser gave the right password just now."""
        until = int(self._clock()) + PENDING_SECONDS
        return f"{until}.{self._sealed(login, browser, until)}.{login}"

    def of_pending(self, token: str, browser: str) -> str | None:
        """Return the login of a token; None when it is another browser's, too old or made up."""
        until, _, rest = token.partition(".")
        seal, _, login = rest.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 12):
            return None
        fits = hmac.compare_digest(self._sealed(login, browser, int(until)).encode(), seal.encode())
        return login if fits and int(until) >= self._clock() else None

    def _sealed(self, login: str, browser: str, until: int) -> str:
        said = f"{login}\n{browser}\n{until}".encode("utf-8", "replace")
        return hmac.digest(self._pending, said, hashlib.sha256).hex()

    def _key(self, login: str, nonce: str) -> bytes:
        return hmac.digest(self._keys, f"{login}\n{nonce}".encode(), hashlib.sha256)[:20]

    def _enrolment(self, login: str, nonce: str) -> Enrolment:
        key = self._key(login, nonce)
        return Enrolment(totp.written(key), totp.address_of(key, login, ISSUER))


def _digits(code: str) -> str:
    """Return a code as typed, also in full width and with blanks."""
    folded = unicodedata.normalize("NFKC", code[:40])
    return "".join(one for one in folded if one.isascii() and one.isdigit())


def _recovery_code() -> str:
    letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
    made = "".join(secrets.choice(letters) for _ in range(16))
    return "-".join(made[at : at + 4] for at in range(0, 16, 4))


def _hashed(code: str) -> str:
    # 79 random bits: no slow hash is needed against guessing.
    folded = unicodedata.normalize("NFKC", code[:80]).upper()
    return hashlib.sha256("".join(filter(str.isalnum, folded)).encode()).hexdigest()
