"""Erasing a conversation: every row of it, in one transaction, with a receipt that counts them."""

from __future__ import annotations

import logging
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from conversations import schema
from conversations.database import Database
from conversations.schema import erasure as erasure_table
from conversations.schema import erasure_notice, metadata

logger = logging.getLogger(__name__)

ASKED, OPERATOR, RETENTION = "asked", "operator", "retention"
#: What is left for an hour, so that the news of the erasure arrives and is not repeated.
SHELL_SECONDS = 3600.0
NOTICE_DAYS = 7.0
"""So long who had a case is told that it was erased."""
_SHELL = frozenset({"conversation", "web_session", "resume_token"})
_ALPHABET = "2345679ACDEFGHJKMNPQRTUVWXY"
#: A person has it, waits for one, or is to be called back.
_OPEN = ("stored", "waiting", "contact", "claimed")


@dataclass(frozen=True)
class ErasureReceipt:
    """The proof of an erasure.

    Attributes:
        receipt: Number such as `E-7K3MQD`.
        at: When, seconds since the epoch.
        channel: Channel of the conversation; several for the nightly job.
        reason: `ASKED`, `OPERATOR` or `RETENTION`.
        counts: Table → rows deleted; tables without any are absent.
    """

    receipt: str
    at: float
    channel: str
    reason: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Rows deleted in all."""
        return sum(self.counts.values())


Before = Callable[[Connection, str], None]


class Erasure:
    """Erases conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._before: list[Before] = []
        self.announced = False
        """Whether followers of the event stream are told what was erased."""

    def before(self, listener: Before) -> None:
        """Register who must note something inside the transaction, before rows are gone."""
        self._before.append(listener)

    def count(self, connection: Connection, conversation_id: str) -> dict[str, int]:
        """Return how many rows of each table belong to a conversation."""
        counts = {
            table.name: int(
                connection.execute(
                    select(func.count())
                    .select_from(table)
                    .where(table.c[_column(table)] == conversation_id)
                ).scalar_one()
            )
            for table in tables()
        }
        return {name: count for name, count in counts.items() if count}

    def erase(
        self,
        connection: Connection,
        conversation_id: str,
        reason: str,
        at: float,
        keep_message: str | None = None,
    ) -> ErasureReceipt | None:
        """Erase a conversation inside the caller's transaction.

        Args:
            connection: Open write transaction.
            conversation_id: The conversation.
            reason: `ASKED`, `OPERATOR` or `RETENTION`.
            at: When.
            keep_message: Client id of the message that asked for it: then an empty shell stays
                for an hour, with the sender's id of that message, so that the answer to it can
                be delivered and is given once.

        Returns:
            The receipt; None when there was nothing.
        """
        channel = connection.execute(
            select(schema.conversation.c.channel).where(schema.conversation.c.id == conversation_id)
        ).scalar()
        if channel is None:
            return None
        for listener in self._before:
            listener(connection, conversation_id)
        owner, case = _case_of(connection, conversation_id)
        counts: dict[str, int] = {}
        for table in tables():
            if keep_message is not None and table.name in _SHELL:
                continue
            condition = table.c[_column(table)] == conversation_id
            if keep_message is not None and table is schema.inbox:
                condition &= table.c.client_message_id != keep_message
            counts[table.name] = int(connection.execute(delete(table).where(condition)).rowcount)
        if keep_message is not None:
            # A choice of an act is named by the message that stays; it names nothing now.
            connection.execute(
                update(schema.inbox)
                .where(schema.inbox.c.conversation_id == conversation_id)
                .values(text=None, answer=None)
            )
            connection.execute(
                update(schema.conversation)
                .where(schema.conversation.c.id == conversation_id)
                .values(erased_at=at, choice_turn=None)
            )
        made = ErasureReceipt(
            new_receipt(), at, str(channel), reason, {k: n for k, n in counts.items() if n}
        )
        write_receipt(connection, made, owner, case)
        self.announce(connection, [conversation_id], made.receipt, at)
        return made

    def announce(
        self, connection: Connection, conversation_ids: Sequence[str], receipt: str, at: float
    ) -> None:
        """Note whom followers of the event stream shall erase too, in the caller's transaction."""
        if self.announced and conversation_ids:
            rows = [
                {"conversation_id": one, "receipt": receipt, "at": at} for one in conversation_ids
            ]
            connection.execute(insert(erasure_notice), rows)

    def left_over(self, connection: Connection, conversation_id: str) -> dict[str, int]:
        """Return what of an erased conversation still exists, the empty shell left out."""
        return {
            name: count
            for name, count in self.count(connection, conversation_id).items()
            if name not in _SHELL
        }

    def scrub(self) -> bool:
        """Empty SQLite's write-ahead log, which holds pages as they were before.

        Returns:
            Whether nothing is left in it; False while somebody reads (it is tried again later).
        """
        url = self._database.url
        if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
            return True
        # A connection of its own: waiting for readers must not hold a turn up for long.
        connection = sqlite3.connect(str(url.database), timeout=0.1, isolation_level=None)
        try:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            logger.info("The write-ahead log could not be emptied now; trying again later")
            return False
        finally:
            connection.close()
        return not busy

    def receipt(self, number: str) -> ErasureReceipt | None:
        """Return a receipt by its number."""
        with self._database.read() as connection:
            row = connection.execute(
                select(erasure_table).where(erasure_table.c.receipt == number.strip().upper())
            ).first()
        if row is None:
            return None
        return ErasureReceipt(row.receipt, row.at, row.channel, row.reason, row.counts)

    def cases_of(self, staff_id: str, since: float) -> list[tuple[str, float]]:
        """Return cases a person had, or nobody yet, that were erased: (receipt, when)."""
        table = erasure_table
        with self._database.read() as connection:
            rows = connection.execute(
                select(table.c.case_receipt, table.c.at)
                .where(
                    table.c.case_receipt.isnot(None),
                    table.c.at > since,
                    table.c.owner.is_(None) | (table.c.owner == staff_id),
                )
                .order_by(table.c.at.desc())
                .limit(20)
            ).all()
        return [(row.case_receipt, row.at) for row in rows]


def tables() -> list[Table]:
    """Return the tables that hold rows of conversations, those that others hang on last."""
    found = [table for table in metadata.sorted_tables if _column(table)]
    return list(reversed(found))


def new_receipt() -> str:
    """Return a receipt number such as `E-7K3MQD`."""
    return "E-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


def write_receipt(
    connection: Connection,
    made: ErasureReceipt,
    owner: str | None = None,
    case: str | None = None,
) -> None:
    """Write a receipt inside the caller's transaction."""
    connection.execute(
        insert(erasure_table).values(
            receipt=made.receipt,
            at=made.at,
            channel=made.channel,
            reason=made.reason,
            counts=dict(made.counts),
            owner=owner,
            case_receipt=case,
        )
    )


def _column(table: Table) -> str:
    """Return the column that names the conversation; empty where a table has none."""
    if table is schema.conversation:
        return "id"
    hangs = any(key.column.table is schema.conversation for key in table.foreign_keys)
    return "conversation_id" if hangs else ""


def _case_of(connection: Connection, conversation_id: str) -> tuple[str | None, str | None]:
    """Return who has the case of a conversation and its receipt, where it is not closed."""
    held = connection.execute(
        select(schema.ownership.c.owner, schema.ownership.c.receipt).where(
            schema.ownership.c.conversation_id == conversation_id
        )
    ).first()
    request = connection.execute(
        select(schema.handoff_request.c.receipt)
        .where(
            schema.handoff_request.c.conversation_id == conversation_id,
            schema.handoff_request.c.state.in_(_OPEN),
        )
        .order_by(schema.handoff_request.c.created_at.desc())
    ).scalar()
    if held is not None and held.owner is not None:
        return held.owner, held.receipt or request
    return None, request
