"""Keeping nothing longer than said: what is deleted when, by one process of all."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import delete, exists, select, update
from sqlalchemy.engine import Connection

from conversations import schema
from conversations.database import now
from conversations.erasure import (
    NOTICE_DAYS,
    RETENTION,
    SHELL_SECONDS,
    ErasureReceipt,
    new_receipt,
    tables,
    write_receipt,
)
from conversations.leases import Leases
from conversations.private import DAY, PrivateTexts
from conversations.schema import erasure as erasure_table
from conversations.sessions import RESUME_DAYS
from conversations.store import ConversationStore

logger = logging.getLogger(__name__)

OFTEN, NIGHTLY = "privacy-often", "privacy-nightly"
OFTEN_SECONDS = 900.0
NIGHTLY_SECONDS = 20 * 3600.0
LONGEST_SECONDS = 600.0
BATCH = 500
_HELD = ("QUEUED", "HUMAN", "CONTACT_FORM")


@dataclass
class Retained:
    """What a run did.

    Attributes:
        texts: Sealed texts whose time was over.
        shells: Empty shells of erased conversations.
        greetings: Conversations in which the company said nothing.
        old: Conversations whose time was over.
        tokens: Tokens that resume nothing any more.
        receipts: Receipts of erasures whose time was over.
        keys: Ids of keys that were forgotten.
        receipt: Proof of what was erased; None when nothing was.
    """

    texts: int = 0
    shells: int = 0
    greetings: int = 0
    old: int = 0
    tokens: int = 0
    receipts: int = 0
    keys: list[str] = field(default_factory=list)
    receipt: ErasureReceipt | None = None


class Retention:
    """The job that keeps the set times."""

    def __init__(self, store: ConversationStore, private: PrivateTexts, leases: Leases) -> None:
        """Create it.

        Args:
            store: The one store.
            private: Knows the times and the sealed texts.
            leases: Let one process of all do it.
        """
        self._store = store
        self._private = private
        self._leases = leases

    def tick(self, night: bool) -> Retained | None:
        """Do what is due, in one process of all; called every few minutes.

        Args:
            night: Whether this is the time of day for long work.

        Returns:
            What was done; None when nothing was due here.
        """
        self._store.forget_gone()
        last = self._leases.last_done(NIGHTLY)
        # A computer that is off at night does it when the time is well over.
        late = last is not None and last < now() - 1.5 * DAY
        if (night or late or last is None) and self._leases.take(
            NIGHTLY, LONGEST_SECONDS, NIGHTLY_SECONDS
        ):
            done = self.run()
            self._leases.done(NIGHTLY)
            return done
        if self._leases.take(OFTEN, LONGEST_SECONDS, OFTEN_SECONDS):
            done = self.run_often()
            self._leases.done(OFTEN)
            return done
        return None

    def last_done(self) -> float | None:
        """Return when everything was last done by the nightly job."""
        return self._leases.last_done(NIGHTLY)

    def run_often(self, at: float | None = None) -> Retained:
        """Do what must not wait for the night: sealed texts and shells."""
        at = now() if at is None else at
        done = Retained()
        with self._store.database.write() as connection:
            done.texts = self._private.expire(connection, at)
        done.shells = self._shells(at)
        if done.texts or done.shells:
            self._store.erasure.scrub()
        return done

    def run(self, at: float | None = None, dry: bool = False) -> Retained:
        """Do everything that is due.

        Args:
            at: The time to go by.
            dry: Only count the conversations.
        """
        at = now() if at is None else at
        keeping = self._private.keeping
        greetings = self._ids(at, keeping.greeting_hours * 3600, only_greeted=True)
        old = self._ids(at, keeping.conversation_days * DAY) - greetings
        if dry:
            return Retained(greetings=len(greetings), old=len(old))
        done = self.run_often(at)
        counts: Counter[str] = Counter()
        receipt = new_receipt()
        done.greetings = self._erase(greetings, at, counts, receipt)
        done.old = self._erase(old, at, counts, receipt)
        with self._store.database.write() as connection:
            done.tokens = connection.execute(
                delete(schema.resume_token).where(
                    schema.resume_token.c.created_at < at - RESUME_DAYS * DAY
                )
            ).rowcount
            done.receipts = self._forget_receipts(connection, at)
            if counts:
                done.receipt = ErasureReceipt(receipt, at, "-", RETENTION, dict(counts))
                write_receipt(connection, done.receipt)
        in_use = frozenset(self._private.keys_in_use())
        done.keys = self._private.vault.drop_retired(in_use)
        self._store.erasure.scrub()
        return done

    # --- inner -------------------------------------------------------------------------

    def _ids(self, at: float, seconds: float, only_greeted: bool = False) -> set[str]:
        """Return conversations nobody holds that were last touched so long ago."""
        talk, held = schema.conversation, schema.ownership
        wanted = [
            talk.c.updated_at < at - seconds,
            ~exists().where(held.c.conversation_id == talk.c.id, held.c.state.in_(_HELD)),
        ]
        if only_greeted:
            message, request = schema.message, schema.handoff_request
            wanted += [
                ~exists().where(message.c.conversation_id == talk.c.id, message.c.author != "bot"),
                ~exists().where(request.c.conversation_id == talk.c.id),
            ]
        with self._store.database.read() as connection:
            return set(connection.execute(select(talk.c.id).where(*wanted)).scalars())

    def _erase(self, ids: set[str], at: float, counts: Counter[str], receipt: str) -> int:
        """Erase conversations a few at a time, so that no turn waits long for the lock."""
        wanted = sorted(ids)
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            with self._store.database.write() as connection:
                for table in tables():
                    column = table.c.id if table is schema.conversation else table.c.conversation_id
                    deleted = connection.execute(delete(table).where(column.in_(part))).rowcount
                    if deleted:
                        counts[table.name] += deleted
                self._store.erasure.announce(connection, part, receipt, at)
            for conversation_id in part:
                self._store.drop_copies(conversation_id)
        return len(wanted)

    def _shells(self, at: float) -> int:
        """Delete what was left of erased conversations, unless they were begun anew."""
        talk, inbox = schema.conversation, schema.inbox
        again = exists().where(
            inbox.c.conversation_id == talk.c.id, inbox.c.received_at > talk.c.erased_at
        )
        gone = talk.c.erased_at < at - SHELL_SECONDS
        with self._store.database.write() as connection:
            deleted = connection.execute(delete(talk).where(gone, ~again)).rowcount
            # One that was begun anew is a conversation like any other.
            connection.execute(update(talk).where(gone, again).values(erased_at=None))
        return int(deleted)

    def _forget_receipts(self, connection: Connection, at: float) -> int:
        table = erasure_table
        connection.execute(
            update(table)
            .where(table.c.at < at - NOTICE_DAYS * DAY)
            .values(owner=None, case_receipt=None)
        )
        old = table.c.at < at - self._private.keeping.receipt_days * DAY
        return int(connection.execute(delete(table).where(old)).rowcount)
