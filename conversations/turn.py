"""Writes of one turn, collected while it runs and committed together at its end.

The answer to a message, the dialogue state after it and whatever an action stored must become
durable at once or not at all; otherwise a crash between two commits would either lose an
answer or apply a message twice. A transaction cannot stay open while Rasa runs (it would lock
every other conversation out), so writers stage functions here and the gate runs them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from conversations.database import Database
from conversations.turn_records import Understood

Write = Callable[[Connection], None]


class TurnConflictError(Exception):
    """Another process changed this conversation meanwhile; the turn has to run again."""


@dataclass
class Turn:
    """What the running turn wants to write.

    Attributes:
        conversation_id: The conversation the turn belongs to.
        guards: Run first when the turn is committed; one raises `TurnConflictError` when what
            the turn was begun on does not hold any more.
        writes: Staged writes by key; staging a key again replaces its write.
        committed: Called after the commit.
        abandoned: Called when the turn is dropped.
        understood: What the dialogue made of the message, for the turn's record.
    """

    conversation_id: str
    guards: list[Write] = field(default_factory=list)
    writes: dict[str, Write] = field(default_factory=dict)
    committed: dict[str, Callable[[], None]] = field(default_factory=dict)
    abandoned: dict[str, Callable[[], None]] = field(default_factory=dict)
    understood: Understood | None = None

    def stage(
        self,
        key: str,
        write: Write,
        committed: Callable[[], None] | None = None,
        abandoned: Callable[[], None] | None = None,
    ) -> None:
        """Add a write, with what to do once it is durable or given up."""
        self.writes[key] = write
        if committed:
            self.committed[key] = committed
        if abandoned:
            self.abandoned[key] = abandoned

    def guard(self, check: Write) -> None:
        """Make the turn's commit depend on a check."""
        self.guards.append(check)

    def anew(self) -> Turn:
        """Return an empty turn under the same conditions."""
        return Turn(self.conversation_id, self.guards)

    def apply(self, connection: Connection) -> None:
        """Run all staged writes inside the caller's transaction."""
        for write in (*self.guards, *self.writes.values()):
            write(connection)

    def settle(self, success: bool) -> None:
        """Tell the writers how it ended."""
        for callback in (self.committed if success else self.abandoned).values():
            callback()


current_turn: ContextVar[Turn | None] = ContextVar("current_turn", default=None)


def stage_or_write(
    database: Database,
    key: str,
    write: Write,
    committed: Callable[[], None] | None = None,
    abandoned: Callable[[], None] | None = None,
) -> None:
    """Stage a write in the running turn, or do it now when no turn is running."""
    turn = current_turn.get()
    if turn is not None:
        turn.stage(key, write, committed, abandoned)
        return
    try:
        with database.write() as connection:
            write(connection)
    except BaseException:
        if abandoned:
            abandoned()
        raise
    if committed:
        committed()
