"""What the staff made of groups of questions, kept for ever: who, when, what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from conversations.database import Database
from conversations.schema import learning_decision
from desk.model import Staff

ALIAS, QUESTION, INTENT = "alias", "question", "intent"
DRAFT, OUTSIDE, DONE = "draft", "outside", "done"
#: Kinds that change files and have to be published.
CHANGES = frozenset({ALIAS, QUESTION, INTENT, OUTSIDE})
PENDING, PUBLISHED, SETTLED, WITHDRAWN = "pending", "published", "settled", "withdrawn"


@dataclass(frozen=True)
class Decision:
    """A decision about a group.

    Attributes:
        id: Number.
        kind: See the constants of this module.
        target: What it was filed under: `record`, `attribute`, `intent`, `file` …
        texts: What went into a file or draft, as the staff worded it.
        questions: How many questions the group held.
        conversations: Of how many conversations.
        staff_name: Who decided.
        at: When, seconds since the epoch.
        state: `pending`, `published`, `settled` or `withdrawn`.
        published_at: When it went live.
    """

    id: int
    kind: str
    target: Mapping[str, Any]
    texts: tuple[str, ...]
    questions: int
    conversations: int
    staff_name: str
    at: float
    state: str
    published_at: float | None


class Decisions:
    """All decisions of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        staff: Staff,
        kind: str,
        target: Mapping[str, Any],
        texts: Sequence[str],
        questions: int,
        conversations: int,
        at: float,
    ) -> int:
        """Keep a decision; return its number."""
        with self._database.write() as connection:
            result = connection.execute(
                insert(learning_decision).values(
                    kind=kind,
                    target=dict(target),
                    texts=list(texts),
                    questions=questions,
                    conversations=conversations,
                    staff_id=staff.id,
                    staff_name=staff.name,
                    created_at=at,
                    state=PENDING if kind in CHANGES else SETTLED,
                )
            )
        return int(result.inserted_primary_key[0])

    def get(self, decision_id: int) -> Decision | None:
        """Return one decision."""
        with self._database.read() as connection:
            row = connection.execute(
                select(learning_decision).where(learning_decision.c.id == decision_id)
            ).first()
        return _decision(row) if row else None

    def newest(self, limit: int = 30) -> list[Decision]:
        """Return the last decisions, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(learning_decision).order_by(learning_decision.c.id.desc()).limit(limit)
            ).all()
        return [_decision(row) for row in rows]

    def pending(self) -> list[Decision]:
        """Return what is in the files but not live, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(learning_decision)
                .where(learning_decision.c.state == PENDING)
                .order_by(learning_decision.c.id)
            ).all()
        return [_decision(row) for row in rows]

    def set_state(self, decision_ids: Sequence[int], state: str, at: float) -> None:
        """Note what became of some decisions."""
        values: dict[str, Any] = {"state": state}
        if state == PUBLISHED:
            values["published_at"] = at
        with self._database.write() as connection:
            connection.execute(
                update(learning_decision)
                .where(learning_decision.c.id.in_(list(decision_ids)))
                .values(**values)
            )


def _decision(row: Any) -> Decision:
    return Decision(
        row.id,
        row.kind,
        row.target,
        tuple(row.texts),
        row.questions,
        row.conversations,
        row.staff_name,
        row.created_at,
        row.state,
        row.published_at,
    )
