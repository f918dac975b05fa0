"""Questions the bot did not answer, or answered to nobody's content, with what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.sql import Select

from conversations.database import Database
from conversations.schema import feedback, message, ownership, turn_record
from conversations.turn_records import FORM, HANDOFF, PLAN, QUESTION_OUTCOMES, UNANSWERED

DOWN = "down"
#: A thumb down on these says nothing about a question that was asked.
_NO_QUESTION = (FORM, PLAN, HANDOFF)

_bot_message = message.alias()
_RATED_DOWN = (
    select(_bot_message.c.inbox_id)
    .select_from(
        feedback.join(
            _bot_message,
            and_(
                _bot_message.c.id == feedback.c.message_id,
                _bot_message.c.conversation_id == feedback.c.conversation_id,
            ),
        )
    )
    .where(feedback.c.rating == DOWN, _bot_message.c.inbox_id.is_not(None))
)
_ASKED = (
    select(turn_record, message.c.text)
    .select_from(
        turn_record.join(
            message,
            and_(
                message.c.conversation_id == turn_record.c.conversation_id,
                message.c.inbox_id == turn_record.c.inbox_id,
                message.c.author == "customer",
            ),
        ).outerjoin(ownership, ownership.c.conversation_id == turn_record.c.conversation_id)
    )
    .where(
        turn_record.c.typed.is_(True),
        turn_record.c.at >= bindparam("since"),
        # What was hidden at the desk stays hidden here.
        ownership.c.redacted_at.is_(None),
    )
)


_OPEN = _ASKED.where(
    turn_record.c.decision_id.is_(None),
    or_(
        turn_record.c.outcome.in_(UNANSWERED),
        and_(turn_record.c.inbox_id.in_(_RATED_DOWN), turn_record.c.outcome.not_in(_NO_QUESTION)),
    ),
)


@dataclass(frozen=True)
class Question:
    """A question with how it ended.

    Attributes:
        id: Number of its turn.
        conversation_id: Where it was asked; never shown.
        text: As the log keeps it: masked.
        at: When, seconds since the epoch.
        channel: Where it came from.
        outcome: How the turn ended (`conversations.turn_records`).
        disliked: Whether the answer got a thumb down.
        intent: The intent it was taken for.
        group_key: The group it was put into last, if any.
    """

    id: int
    conversation_id: str
    text: str
    at: float
    channel: str
    outcome: str
    disliked: bool
    intent: str | None
    group_key: str | None


class Questions:
    """Reads the open questions of the one store, and notes what becomes of them.

    Args:
        database: The store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, since: float) -> list[Question]:
        """Return what was asked since a time and still waits for somebody to look at it."""
        return self._read(_OPEN, since)

    def asked(self, since: float, until: float) -> list[Question]:
        """Return all questions of a span of time, answered or not."""
        wanted = _ASKED.where(
            turn_record.c.at < until, turn_record.c.outcome.in_(QUESTION_OUTCOMES)
        )
        return self._read(wanted, since)

    def _read(self, wanted: Select, since: float) -> list[Question]:
        with self._database.read() as connection:
            disliked = set(connection.execute(_RATED_DOWN).scalars())
            rows = connection.execute(
                wanted.order_by(turn_record.c.inbox_id), {"since": since}
            ).all()
        return [
            Question(
                row.inbox_id,
                row.conversation_id,
                row.text,
                row.at,
                row.channel,
                row.outcome,
                row.inbox_id in disliked,
                row.intent,
                row.group_key,
            )
            for row in rows
            if row.text.strip()
        ]

    def keep_groups(self, group_of: Mapping[int, str]) -> None:
        """Note which group each question belongs to."""
        self._set([{"turn": turn, "value": key} for turn, key in group_of.items()], "group_key")

    def decide(self, turns: Iterable[int], decision_id: int) -> None:
        """Note that a decision deals with some questions."""
        self._set([{"turn": turn, "value": decision_id} for turn in turns], "decision_id")

    def reopen(self, decision_id: int) -> None:
        """Let the questions of a decision wait again."""
        with self._database.write() as connection:
            connection.execute(
                update(turn_record)
                .where(turn_record.c.decision_id == decision_id)
                .values(decision_id=None)
            )

    def _set(self, rows: list[dict[str, object]], column: str) -> None:
        if not rows:
            return
        with self._database.write() as connection:
            connection.execute(
                update(turn_record)
                .where(turn_record.c.inbox_id == bindparam("turn"))
                .values({column: bindparam("value")}),
                rows,
            )
