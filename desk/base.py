"""What all of the desk's service stands on: the store, the clock, the hours, who listens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from conversations.database import Database, now
from conversations.erasure import NOTICE_DAYS, Erasure
from conversations.ports import SheetFiles
from conversations.private import DAY, PrivateTexts
from desk import events, ownership, requests
from desk.conditions import taken
from desk.expected_wait import expected_wait_minutes
from desk.hours import Hours, load_hours
from desk.model import (
    BOT,
    CONTACT_FORM,
    HUMAN,
    QUEUED,
    Case,
    DeskError,
    DeskListener,
    Event,
    Listeners,
    Staff,
    Waiting,
)
from desk.ownership import Ownership, OwnershipConflictError
from desk.posting import Choice, Poster
from desk.reading import CaseReader
from desk.wording import wording

CONTACT_STEP = "contact"
STORED = "STORED"
RESOLVED = "/desk_resolved"
UNRESOLVED = "/desk_unresolved"
BACK_TO_BOT = "/desk_back"
IN_CHAT = "/desk_contact_in_chat"
NO_CONTACT = "/desk_contact_none"
OUTCOMES = {RESOLVED: "resolved", UNRESOLVED: "unresolved"}


class DeskBase:
    """Parts of the service, and what its sides, the policy and the timers share."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = now,
        hours: Hours | None = None,
        listeners: tuple[DeskListener, ...] = (),
    ) -> None:
        """Create the service.

        Args:
            database: The one store.
            clock: The time, seconds since the epoch.
            hours: When somebody is there; by default from the file.
            listeners: Who is told.
        """
        self.database = database
        self.clock = clock
        self.hours = hours or load_hours()
        self.listeners = Listeners(list(listeners))
        self.poster = Poster(clock)
        self.reader = CaseReader(database, clock, self.hours.timers)
        self.sheets: SheetFiles | None = None
        """The consultation sheets as files; plugged in where the dialogue is."""
        self.private: PrivateTexts | None = None
        """What the log holds masked, as typed; plugged in by `plug_private`."""
        self.files_address: str | None = None
        """Where the centre takes files: a page (https) or a mail address; None without one."""
        self._staffed: list[Callable[[], bool]] = []

    def plug_private(self, private: PrivateTexts) -> None:
        """Plug in what seals and opens the texts of companies and staff."""
        self.private = self.reader.private = self.poster.private = private

    def staffed_when(self, present: Callable[[], bool]) -> None:
        """Name a way staff may be there (accounts of the pages, a Slack desk)."""
        self._staffed.append(present)

    def is_staffed(self) -> bool:
        """Return whether the centre has any staff at all."""
        return any(present() for present in self._staffed)

    def erased_cases(self, staff_id: str) -> list[tuple[str, float]]:
        """Return a person's cases that were erased in the last days: (receipt, when)."""
        since = self.clock() - NOTICE_DAYS * DAY
        return Erasure(self.database).cases_of(staff_id, since)

    def expected_wait(self, position: int) -> int | None:
        """Return the expected wait in minutes at a place in the queue; None when unknown."""
        at = self.clock()
        with self.database.read() as connection:
            return expected_wait_minutes(connection, at, position, self.hours.closes_at(at))

    def queue(self) -> list[Waiting]:
        """Return who waits, longest first."""
        return self.reader.queue()

    def in_hand(self) -> list[Waiting]:
        """Return what somebody talks about with a company now."""
        return self.reader.in_hand()

    def contacts(self) -> list[Waiting]:
        """Return requests to be called back, oldest first."""
        return self.reader.contacts()

    def conversation(self, conversation_id: str, reader: Staff | None = None) -> Case:
        """Return a case, and note who read it.

        Raises:
            DeskError: `unknown`, or `no_consent`: the company did not agree to be read.
        """
        case = self.reader.case(conversation_id)
        if reader is not None:
            with self.database.write() as connection:
                events.add_once(connection, conversation_id, "opened", self.clock(), reader)
        return case

    def feed(self, after: int, limit: int = 200) -> list[Event]:
        """Return what happened after an event, also in other processes."""
        with self.database.read() as connection:
            return events.after(connection, after, limit)

    def newest_event(self) -> int:
        """Return the id of the last event, 0 when there is none."""
        with self.database.read() as connection:
            return events.newest(connection)

    # --- shared with the policy and the timers ----------------------------------------

    def back_to_bot(
        self,
        connection: Connection,
        seen: Ownership,
        at: float,
        outcome: str | None = None,
        ask: bool = False,
        request: str = "done",
    ) -> None:
        """Write that the bot answers again, inside the caller's transaction."""
        ownership.move(
            connection, seen, at, state=BOT, owner=None, owner_name=None, step=None,
            asked_at=at if ask else None, warned_at=None, acknowledged_at=None,
        )  # fmt: skip
        requests.settle(connection, seen.receipt, request, at, outcome)

    def contact_choices(self, channel: str | None) -> list[tuple[str, str]]:
        """Return (key of the label, payload) of what can be chosen instead of a contact."""
        in_chat = [("contact_in_chat", IN_CHAT)] if self.poster.reaches(channel) else []
        return [*in_chat, ("contact_none", NO_CONTACT)]

    def change(
        self,
        conversation_id: str,
        write: Callable[[Connection, Ownership, float], None],
        last_try: bool = False,
    ) -> None:
        """Do something with a conversation in one transaction, as it is seen in there.

        Args:
            conversation_id: An existing conversation.
            write: Gets the connection, who holds the conversation, and the time.
            last_try: Whether the same key may not have been written meanwhile again.

        Raises:
            DeskError: `unknown`, or `taken` or `stale` when somebody else was quicker.
        """
        try:
            with self.database.write() as connection:
                if self.poster.channel(connection, conversation_id) is None:
                    raise DeskError("unknown", wording("error_unknown"))
                seen = ownership.read(connection, conversation_id)
                write(connection, seen, self.clock())
        except IntegrityError:
            # The same key was written in another process at the same moment: it is found now.
            if last_try:
                raise
            self.change(conversation_id, write, last_try=True)
        except OwnershipConflictError:
            with self.database.read() as connection:
                seen = ownership.read(connection, conversation_id)
            if seen.state == HUMAN:
                raise taken(seen) from None
            raise DeskError("stale", wording("error_stale")) from None

    def changed(self, conversation_id: str, kind: str, posted: bool = False) -> None:
        """Tell that a case changed, after the commit; `posted`: the company was told something."""
        self.listeners.tell("case_changed", conversation_id, kind)
        if posted:
            self.listeners.tell("staff_message", conversation_id, 0)


def settled_choices() -> tuple[Choice, ...]:
    """Return the answers to 解決しましたか."""
    return (
        Choice(wording("settled_yes"), RESOLVED),
        Choice(wording("settled_no"), UNRESOLVED),
    )


def fresh(state: str, receipt: str, at: float) -> dict[str, Any]:
    """Return the columns of a state that begins now."""
    return {
        "state": state,
        "owner": None,
        "owner_name": None,
        "receipt": receipt,
        "step": CONTACT_STEP if state == CONTACT_FORM else None,
        "queued_at": at if state == QUEUED else None,
        "claimed_at": at if state == HUMAN else None,
        "last_customer_at": at,
        "last_staff_at": at if state == HUMAN else None,
        "acknowledged_at": None,
        "warned_at": None,
        "asked_at": None,
        "anger": 0,
    }
