"""A case as the Slack desk needs it: with everything that happened, and when it was whose."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from conversations.schema import desk_event
from desk import ownership, requests
from desk.base import DeskBase
from desk.model import HUMAN, QUEUED, Case, CaseMessage
from desk.ownership import Ownership

OPENING = frozenset({"queued", "claimed"})
"""From here on what is said is the staff's affair."""
CLOSING = frozenset({"given_back", "withdrawn", "closed", "left", "contact"})
SLACK_KEY = "slack:"
_MARGIN = 1.0


@dataclass(frozen=True)
class Happened:
    """An event of the desk's journal.

    Attributes:
        id: Number.
        kind: See `desk.model.Event`.
        staff_id: Who did it.
        staff_name: Name of that person.
        message_id: The message it is about.
        detail: More.
        key: The caller's name of it.
        at: When.
    """

    id: int
    kind: str
    staff_id: str | None
    staff_name: str | None
    message_id: int | None
    detail: str | None
    key: str | None
    at: float


@dataclass(frozen=True)
class View:
    """A case with its history.

    Attributes:
        case: The case, personal data masked where that is wanted.
        held: Who holds the conversation.
        position: Place in the queue from 1; 0 for what is not queued.
        callback: Whether it waits to be called back.
        reachable: Whether something said to the company later arrives.
        happened: Everything that happened, oldest first.
        newest: Id of the last event that this view surely knows.
    """

    case: Case
    held: Ownership
    position: int
    callback: bool
    reachable: bool
    happened: tuple[Happened, ...]
    newest: int

    @property
    def open(self) -> bool:
        """Whether the staff has something to do."""
        return self.callback or self.case.state in (QUEUED, HUMAN)

    @property
    def began_at(self) -> float:
        """When the company last asked for a person."""
        asked = [one.at for one in self.happened if one.kind == "queued"]
        left = [one.at for one in self.happened if one.kind == "contact"]
        return max(asked or left[:1] or [self.case.since])

    def concerns_staff(self, message: CaseMessage) -> bool:
        """Return whether a message was said while the staff had the conversation."""
        began: float | None = None
        for event in self.happened:
            if event.kind in OPENING and began is None:
                began = event.at
            elif event.kind in CLOSING and began is not None:
                if began <= message.at <= event.at + _MARGIN:
                    return True
                began = None
        return began is not None and began <= message.at


def read(service: DeskBase, conversation_id: str) -> View:
    """Return a case.

    Raises:
        DeskError: `unknown` or `no_consent`.
    """
    newest = newest_event(service, conversation_id)
    case = service.reader.case(conversation_id)
    with service.database.read() as connection:
        held = ownership.read(connection, conversation_id)
        request = requests.current(connection, held)
        waits = request is not None and request.state in requests.TO_CALL_BACK
        position = 0
        if held.state == QUEUED:
            position = requests.queued_before(connection, held.queued_at) + 1
        found = connection.execute(
            select(desk_event)
            .where(desk_event.c.conversation_id == conversation_id)
            .order_by(desk_event.c.id)
        ).all()
        reachable = service.poster.reaches(case.channel)
    happened = tuple(
        Happened(
            row.id,
            row.kind,
            row.staff_id,
            row.staff_name,
            row.message_id,
            row.detail,
            row.key,
            row.created_at,
        )
        for row in found
    )
    callback = waits and held.state not in (QUEUED, HUMAN)
    return View(case, held, position, callback, reachable, happened, newest)


def newest_event(service: DeskBase, conversation_id: str) -> int:
    """Return the id of a conversation's last event; 0 when there is none."""
    query = select(func.max(desk_event.c.id)).where(desk_event.c.conversation_id == conversation_id)
    with service.database.read() as connection:
        return int(connection.execute(query).scalar() or 0)
