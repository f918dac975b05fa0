"""Accounts of the staff: who may open the desk, as what, and whether a password is right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from conversations.database import Database, now
from conversations.schema import staff_account, staff_session

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_NAME = 60
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
#: Prefix of ids of staff who use the built-in desk; Slack's begin otherwise.
STAFF_PREFIX = "desk:"

_ACCOUNT = select(staff_account).where(staff_account.c.login == bindparam("wanted"))
_ACTIVE = (
    select(func.count()).select_from(staff_account).where(staff_account.c.disabled_at.is_(None))
)


class AccountError(ValueError):
    """An account cannot be made or changed so; the message says why (one line, Japanese)."""


class Role(str, Enum):
    """What an account may do."""

    COUNSELLOR = "counsellor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The word people use."""
        return {"counsellor": "相談員", "administrator": "管理者"}[self.value]

    @classmethod
    def named(cls, word: str) -> Role:
        """Return the role of a word (相談員, 管理者, counsellor, administrator).

        Raises:
            AccountError: No such role.
        """
        for role in cls:
            if word in (role.value, role.label):
                return role
        raise AccountError(f"役割は 相談員 か 管理者 です: {word}")


@dataclass(frozen=True)
class Account:
    """One member of the staff.

    Attributes:
        login: What is typed to log in; never changes.
        name: Name colleagues see.
        role: What it may do.
        created_at: Seconds since the epoch.
        disabled_at: Since when it is disabled, or None.
        last_login_at: When it logged in last, or None.
    """

    login: str
    name: str
    role: Role
    created_at: float
    disabled_at: float | None
    last_login_at: float | None

    @property
    def staff_id(self) -> str:
        """Id under which the desk knows this person."""
        return f"{STAFF_PREFIX}{self.login}"

    @property
    def administers(self) -> bool:
        """Whether it may act on conversations of others."""
        return self.role is Role.ADMINISTRATOR


class Accounts:
    """All accounts of one installation, in the one store.

    Passwords are kept as Argon2id hashes with the library's parameters (RFC 9106, low memory);
    a hash with older parameters is renewed when its owner logs in.
    """

    def __init__(
        self,
        database: Database,
        hasher: PasswordHasher | None = None,
        clock: Callable[[], float] = now,
    ) -> None:
        self.database = database
        self._hasher = hasher or PasswordHasher()
        self._clock = clock
        self._decoy: str | None = None

    def any_active(self) -> bool:
        """Tell whether anybody may log in; without, the desk does not exist."""
        with self.database.read() as connection:
            return bool(connection.execute(_ACTIVE).scalar())

    def all(self) -> list[Account]:
        """Return all accounts, by login."""
        with self.database.read() as connection:
            found = connection.execute(select(staff_account).order_by(staff_account.c.login)).all()
        return [account_of(row) for row in found]

    def get(self, login: str) -> Account | None:
        """Return an account by its login."""
        with self.database.read() as connection:
            row = connection.execute(_ACCOUNT, {"wanted": login}).first()
        return account_of(row) if row else None

    def add(self, login: str, name: str, role: Role, password: str) -> Account:
        """Create an account.

        Raises:
            AccountError: The login is taken, or something is unusable.
        """
        if not _LOGIN.fullmatch(login):
            raise AccountError(
                "ログイン名は、半角の英小文字・数字・「.」「-」「_」で 2～40 文字です: " + login
            )
        name = " ".join(unicodedata.normalize("NFC", name).split())
        if not 0 < len(name) <= LONGEST_NAME:
            raise AccountError(f"名前は 1～{LONGEST_NAME} 文字で指定してください")
        hashed = self._hasher.hash(_checked(password, login))
        try:
            with self.database.write() as connection:
                connection.execute(
                    insert(staff_account).values(
                        login=login,
                        name=name,
                        role=role.value,
                        password_hash=hashed,
                        created_at=self._clock(),
                    )
                )
        except IntegrityError:
            raise AccountError(f"そのログイン名はすでにあります: {login}") from None
        return self._existing(login)

    def set_password(self, login: str, password: str) -> None:
        """Change a password; all sessions of the account end.

        Raises:
            AccountError: No such account, or the password is unusable.
        """
        self._existing(login)
        hashed = self._hasher.hash(_checked(password, login))
        with self.database.write() as connection:
            _change(connection, login, password_hash=hashed)
            _end_sessions(connection, login)

    def disable(self, login: str) -> None:
        """Lock an account out, at once: all its sessions end.

        Raises:
            AccountError: No such account.
        """
        self._existing(login)
        with self.database.write() as connection:
            _change(connection, login, disabled_at=self._clock())
            _end_sessions(connection, login)

    def enable(self, login: str) -> None:
        """Let an account in again.

        Raises:
            AccountError: No such account.
        """
        self._existing(login)
        with self.database.write() as connection:
            _change(connection, login, disabled_at=None)

    def end_sessions(self, login: str) -> None:
        """Log an account out everywhere.

        Raises:
            AccountError: No such account.
        """
        self._existing(login)
        with self.database.write() as connection:
            _end_sessions(connection, login)

    def check(self, login: str, password: str) -> Account | None:
        """Return the account a login and password belong to, None when they do not fit.

        Takes as long for an unknown or disabled login as for a wrong password, so that nobody
        learns by the clock which logins exist.
        """
        with self.database.read() as connection:
            row = connection.execute(_ACCOUNT, {"wanted": login}).first()
        password = unicodedata.normalize("NFKC", password[: 2 * LONGEST_PASSWORD])
        usable = row is not None and row.disabled_at is None
        hashed = row.password_hash if usable else self._decoy_hash()
        try:
            self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return None
        if not usable:
            return None
        changes: dict[str, object] = {"last_login_at": self._clock()}
        if self._hasher.check_needs_rehash(hashed):
            changes["password_hash"] = self._hasher.hash(password)
        with self.database.write() as connection:
            _change(connection, login, **changes)
        return self.get(login)

    def _existing(self, login: str) -> Account:
        account = self.get(login)
        if account is None:
            raise AccountError(f"そのログイン名のアカウントはありません: {login}")
        return account

    def _decoy_hash(self) -> str:
        if self._decoy is None:
            self._decoy = self._hasher.hash("nobody's password")
        return self._decoy


def _checked(password: str, login: str) -> str:
    """Return a password as it is hashed (NFKC, after NIST SP 800-63B).

    Raises:
        AccountError: It is too short, too long or too easy.
    """
    password = unicodedata.normalize("NFKC", password)
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(f"パスワードは {SHORTEST_PASSWORD} 文字以上にしてください")
    if len(password) > LONGEST_PASSWORD:
        raise AccountError(f"パスワードは {LONGEST_PASSWORD} 文字までです")
    if len(set(password)) < 5 or login in password.casefold():
        raise AccountError(
            "推測されやすいパスワードです: 同じ文字のくり返しや、ログイン名を含むものは使えません"
        )
    return password


def _change(connection: Connection, login: str, **values: object) -> None:
    connection.execute(update(staff_account).where(staff_account.c.login == login).values(**values))


def _end_sessions(connection: Connection, login: str) -> None:
    connection.execute(delete(staff_session).where(staff_session.c.login == login))


def account_of(row: Any) -> Account:
    """Return the account a row of the table (or a join with it) stands for."""
    return Account(
        row.login, row.name, Role(row.role), row.created_at, row.disabled_at, row.last_login_at
    )
