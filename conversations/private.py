"""Personal data of messages: masked for everything, sealed for the desk, for a set time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.engine import Connection

from conversations import schema
from conversations.database import Database, now
from conversations.masking import PersonalDataMasker
from conversations.schema import private_text
from conversations.vault import Sealed, Vault

_Name = TypeVar("_Name")

DAY = 86400.0
MESSAGE, NOTE, WISH, CONTACT = "message", "note", "wish", "contact"


@dataclass(frozen=True)
class Keeping:
    """How long what is kept.

    Attributes:
        raw_days: Sealed texts of conversations whose company asked for a person.
        raw_hours: Sealed texts of all others, in case it still does.
        conversation_days: Conversations, since their last message.
        greeting_hours: Conversations in which the company said nothing.
        receipt_days: Receipts of erasures.
    """

    raw_days: float = 30.0
    raw_hours: float = 24.0
    conversation_days: float = 365.0
    greeting_hours: float = 24.0
    receipt_days: float = 365.0


@dataclass(frozen=True)
class Taken:
    """A text as it goes on.

    Attributes:
        text: Masked.
        sealed: As typed, where anything was masked that may be kept.
    """

    text: str
    sealed: Sealed | None = None


class PrivateTexts:
    """Masks, seals and opens texts of one installation."""

    def __init__(
        self,
        database: Database,
        masker: PersonalDataMasker,
        vault: Vault,
        keeping: Keeping | None = None,
    ) -> None:
        self._database = database
        self._masker = masker
        self.vault = vault
        self.keeping = keeping or Keeping()

    def take(self, text: str) -> Taken:
        """Mask a text and seal it as it was; a text without personal data is not sealed."""
        masked = self._masker.examine(text)
        if not masked.found:
            return Taken(text)
        keepable = self._masker.keepable(text, masked)
        if keepable == masked.text:
            return Taken(masked.text)
        return Taken(masked.text, self.vault.seal(keepable))

    def mask(self, text: str) -> str:
        """Return a text without personal data (see `conversations.ports.Masker`)."""
        return self._masker.mask(text)

    def keep(
        self,
        connection: Connection,
        conversation_id: str,
        part: str,
        sealed: Sealed,
        message_id: int | None = None,
        event_id: int | None = None,
        receipt: str | None = None,
    ) -> None:
        """Write a sealed text inside the caller's transaction."""
        connection.execute(
            insert(private_text).values(
                conversation_id=conversation_id,
                part=part,
                message_id=message_id,
                event_id=event_id,
                receipt=receipt,
                key_id=sealed.key_id,
                sealed=sealed.text,
                created_at=now(),
            )
        )

    def keep_of_request(
        self,
        connection: Connection,
        conversation_id: str,
        part: str,
        receipt: str | None,
        masked: str,
    ) -> None:
        """Keep a wish or contact as the company typed it, found by its masked words.

        Args:
            connection: Open write transaction.
            conversation_id: The conversation.
            part: `WISH` or `CONTACT`.
            receipt: Of the request.
            masked: The words as the request holds them.
        """
        if receipt is None or not masked.strip():
            return
        message = schema.message
        found = connection.execute(
            select(private_text.c.key_id, private_text.c.sealed, message.c.text)
            .select_from(private_text.join(message, message.c.id == private_text.c.message_id))
            .where(
                private_text.c.conversation_id == conversation_id, private_text.c.part == MESSAGE
            )
            .order_by(private_text.c.id.desc())
            .limit(20)
        ).all()
        row = next((row for row in found if row.text.strip().startswith(masked.strip())), None)
        connection.execute(
            delete(private_text).where(
                private_text.c.conversation_id == conversation_id,
                private_text.c.part == part,
                private_text.c.receipt == receipt,
            )
        )
        if row is not None:
            self.keep(
                connection, conversation_id, part, Sealed(row.key_id, row.sealed), receipt=receipt
            )

    # --- opening -----------------------------------------------------------------------

    def messages(
        self, connection: Connection, conversation_id: str, ids: Iterable[int] | None = None
    ) -> dict[int, str]:
        """Return messages as typed, by number, as far as they are still kept."""
        wanted = None if ids is None else set(ids)
        rows = self._rows(connection, conversation_id, MESSAGE)
        return self._opened(
            {
                row.message_id: row
                for row in rows
                if row.message_id is not None and (wanted is None or row.message_id in wanted)
            }
        )

    def notes(self, connection: Connection, conversation_id: str) -> dict[int, str]:
        """Return notes of the staff as written, by number of the event."""
        rows = self._rows(connection, conversation_id, NOTE)
        return self._opened({row.event_id: row for row in rows if row.event_id is not None})

    def of_request(
        self, connection: Connection, conversation_id: str, receipt: str
    ) -> dict[str, str]:
        """Return wish and contact of a request as typed, by part."""
        rows = self._rows(connection, conversation_id, WISH, CONTACT)
        return self._opened({row.part: row for row in rows if row.receipt == receipt})

    def opened(self, rows: Iterable[Any]) -> dict[int, str]:
        """Return texts of rows (message_id, key_id, sealed) by number of the message."""
        return self._opened({row.message_id: row for row in rows})

    def of_messages(self, connection: Connection, ids: Collection[int]) -> dict[int, str]:
        """Return messages as written, of any conversations, by number."""
        if not ids:
            return {}
        return self.opened(
            connection.execute(
                select(
                    private_text.c.message_id, private_text.c.key_id, private_text.c.sealed
                ).where(private_text.c.message_id.in_(ids), private_text.c.part == MESSAGE)
            ).all()
        )

    def open_row(self, key_id: str, sealed: str) -> str | None:
        """Return one sealed text, opened."""
        return self.vault.open(Sealed(key_id, sealed))

    def oldest(self, at: float | None = None) -> float:
        """Return since when sealed texts may still be opened."""
        return (now() if at is None else at) - self.keeping.raw_days * DAY

    def _rows(self, connection: Connection, conversation_id: str, *parts: str) -> list[Any]:
        found: list[Any] = connection.execute(
            select(private_text)
            .where(
                private_text.c.conversation_id == conversation_id,
                private_text.c.part.in_(parts),
                private_text.c.created_at > self.oldest(),
            )
            .order_by(private_text.c.id)
        ).all()
        return found

    def _opened(self, rows: Mapping[_Name, Any]) -> dict[_Name, str]:
        opened = {name: self.open_row(row.key_id, row.sealed) for name, row in rows.items()}
        return {name: text for name, text in opened.items() if text is not None}

    # --- keeping no longer than said ------------------------------------------------------

    def expire(self, connection: Connection, at: float) -> int:
        """Delete sealed texts whose time is over.

        Returns:
            How many.
        """
        request = schema.handoff_request
        asked = exists().where(
            request.c.conversation_id == private_text.c.conversation_id,
            request.c.consent.is_(True),
        )
        old = private_text.c.created_at <= self.oldest(at)
        unasked = (private_text.c.created_at <= at - self.keeping.raw_hours * 3600) & ~asked
        return int(connection.execute(delete(private_text).where(old | unasked)).rowcount)

    def keys_in_use(self) -> dict[str, int]:
        """Return how many texts each key seals."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(private_text.c.key_id, func.count()).group_by(private_text.c.key_id)
            ).all()
        return {key: int(count) for key, count in rows}

    def reseal(self, batch: int = 200) -> tuple[int, int]:
        """Seal everything with the newest key, a batch a transaction.

        Returns:
            How many were sealed anew, and how many could not be opened and stay as they are.
        """
        done, after, lost = 0, 0, 0
        newest = self.vault.keys[0].id
        while True:
            with self._database.write() as connection:
                rows = connection.execute(
                    select(private_text)
                    .where(private_text.c.key_id != newest, private_text.c.id > after)
                    .order_by(private_text.c.id)
                    .limit(batch)
                ).all()
                if not rows:
                    return done, lost
                for row in rows:
                    after = row.id
                    text = self.open_row(row.key_id, row.sealed)
                    if text is None:
                        lost += 1
                        continue
                    sealed = self.vault.seal(text)
                    connection.execute(
                        private_text.update()
                        .where(private_text.c.id == row.id)
                        .values(key_id=sealed.key_id, sealed=sealed.text)
                    )
                    done += 1


def forget(connection: Connection, message_id: int) -> None:
    """Delete what a message said as typed: it says something else now."""
    connection.execute(delete(private_text).where(private_text.c.message_id == message_id))


def with_text(body: dict[str, Any] | None, text: str | None) -> dict[str, Any] | None:
    """Return a stored message with another text; as it is where there is none."""
    return body if body is None or text is None else {**body, "text": text}


def as_typed(shown: str, typed: str | None) -> str:
    """Return a text as typed, unless what is shown now holds nothing masked (taken back)."""
    return typed if typed is not None and "〔" in shown else shown
