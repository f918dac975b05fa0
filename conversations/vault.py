"""Sealing texts with a key that does not lie in the database (Fernet: AES-128-CBC with HMAC).

Keys come from the environment or from a file only its owner can read. The first key seals, all
of them open, so that a key can be exchanged while servers run.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

logger = logging.getLogger(__name__)

VARIABLE = "TSUNAGARI_PRIVACY_KEYS"
FILE = "privacy.keys"
RETIRED_SECONDS = 86400.0
"""So long a replaced key is kept, for what a server sealed with it at the same moment."""


class VaultError(Exception):
    """Keys cannot be had; the message says what to do (one line, Japanese)."""


@dataclass(frozen=True)
class Key:
    """A key.

    Attributes:
        id: Names it without telling it.
        secret: As Fernet takes it.
        retired_at: Since when a newer one seals, seconds since the epoch; None while it is in use.
    """

    id: str
    secret: str
    retired_at: float | None = None

    @classmethod
    def of(cls, secret: str, retired_at: float | None = None) -> Key:
        """Make a key of its text.

        Raises:
            VaultError: It is none.
        """
        try:
            Fernet(secret.encode())
        except ValueError as error:
            raise VaultError(
                "暗号鍵の形が正しくありません: tsunagari privacy new-key で作り直してください"
            ) from error
        return cls(hashlib.sha256(secret.encode()).hexdigest()[:12], secret, retired_at)


@dataclass(frozen=True)
class Sealed:
    """A sealed text and the id of its key."""

    key_id: str
    text: str


class Vault:
    """Seals and opens texts."""

    def __init__(self, path: Path, environment: str | None = None) -> None:
        """Open the vault; the file is made with a new key where there is none.

        Args:
            path: File of keys, used unless the environment names some.
            environment: Keys separated by commas, the newest first.

        Raises:
            VaultError: The keys cannot be read, or the file is open to others.
        """
        self.path = path
        self._fixed = environment is not None and bool(environment.strip())
        self._stamp: tuple[int, int] | None = None
        if self._fixed:
            self._keys = [Key.of(one.strip()) for one in str(environment).split(",") if one.strip()]
        else:
            self._make()
            self._keys = self._read()
        self._fernets = {key.id: Fernet(key.secret.encode()) for key in self._keys}

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys, the one that seals first."""
        self._look()
        return tuple(self._keys)

    @property
    def in_environment(self) -> bool:
        """Whether the keys come from the environment."""
        return self._fixed

    def seal(self, text: str) -> Sealed:
        """Seal a text with the newest key."""
        self._look()
        key = self._keys[0]
        return Sealed(key.id, self._fernets[key.id].encrypt(text.encode()).decode())

    def open(self, sealed: Sealed) -> str | None:
        """Open a text; None where its key is gone or it was tampered with."""
        if sealed.key_id not in self._fernets:
            self._look()
        fernet = self._fernets.get(sealed.key_id)
        if fernet is None:
            logger.error("The key %s of a sealed text is missing", sealed.key_id)
            return None
        try:
            return fernet.decrypt(sealed.text.encode()).decode()
        except InvalidToken:
            logger.error("A sealed text cannot be opened by its key %s", sealed.key_id)
            return None

    # --- exchange of keys --------------------------------------------------------------

    def add_key(self) -> Key:
        """Put a new key first; the others go on opening.

        Raises:
            VaultError: The keys are in the environment, where only the operator changes them.
        """
        if self._fixed:
            raise VaultError(
                f"鍵は環境変数 {VARIABLE} にあります: new-key で作った鍵を先頭に加えてから、"
                "もう一度実行してください"
            )
        self._look()
        made = Key.of(new_secret())
        at = time.time()
        kept = [Key(key.id, key.secret, key.retired_at or at) for key in self._keys]
        self._write([made, *kept])
        self._look()
        return made

    def drop_retired(self, in_use: frozenset[str]) -> list[str]:
        """Forget keys that were replaced a day ago or more and seal nothing any more.

        Args:
            in_use: Ids of the keys of everything sealed.

        Returns:
            Ids of the keys forgotten.
        """
        if self._fixed:
            return []
        self._look()
        before = time.time() - RETIRED_SECONDS
        gone = [
            key
            for key in self._keys[1:]
            if key.id not in in_use and (key.retired_at or before) <= before
        ]
        if gone:
            self._write([key for key in self._keys if key not in gone])
            self._look()
        return [key.id for key in gone]

    # --- the file ----------------------------------------------------------------------

    def _look(self) -> None:
        """Read the file again if another process changed it."""
        if self._fixed:
            return
        try:
            found = self.path.stat()
        except OSError:
            # What is in memory still works; the next start says what is wrong.
            return
        if (found.st_mtime_ns, found.st_ino) != self._stamp:
            self._keys = self._read()
            self._fernets = {key.id: Fernet(key.secret.encode()) for key in self._keys}

    def _read(self) -> list[Key]:
        try:
            found = self.path.stat()
            if found.st_mode & 0o077:
                raise VaultError(
                    f"{self.path} をほかの利用者が読めます: chmod 600 {self.path} としてください"
                )
            lines = self.path.read_text(encoding="ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise VaultError(f"暗号鍵のファイルを読めません: {self.path}（{error}）") from error
        self._stamp = (found.st_mtime_ns, found.st_ino)
        keys = []
        for line in lines:
            secret, _, retired = line.strip().partition(" ")
            if secret and not secret.startswith("#"):
                keys.append(Key.of(secret, float(retired) if retired else None))
        if not keys:
            raise VaultError(f"暗号鍵がありません: {self.path}（消して起動し直すと作られます）")
        return keys

    def _make(self) -> None:
        if self.path.exists():
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._draft([Key.of(new_secret())])
            try:
                os.link(draft, self.path)
            except FileExistsError:
                # Another process made it in between: that one counts.
                pass
            finally:
                draft.unlink()
        except OSError as error:
            raise VaultError(f"暗号鍵のファイルを作れません: {self.path}（{error}）") from error

    def _write(self, keys: list[Key]) -> None:
        try:
            self._draft(keys).replace(self.path)
        except OSError as error:
            raise VaultError(f"暗号鍵のファイルに書けません: {self.path}（{error}）") from error

    def _draft(self, keys: list[Key]) -> Path:
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            for key in keys:
                retired = "" if key.retired_at is None else f" {key.retired_at:.0f}"
                file.write(f"{key.secret}{retired}\n")
        return draft


def new_secret() -> str:
    """Return a new random key."""
    return Fernet.generate_key().decode()
