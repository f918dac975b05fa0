"""The desk's service: everything a person of the support centre can do with a conversation.

All methods are synchronous and short, each one transaction. What changes who holds a
conversation fails when somebody else changed it first; it is never done twice.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from conversations.private import NOTE, Taken
from desk import events, ownership, requests
from desk.base import fresh, settled_choices
from desk.company import CompanyDesk
from desk.conditions import checked, must_hold, taken
from desk.model import (
    CLOSED,
    CONTACT_FORM,
    HUMAN,
    QUEUED,
    DeskError,
    Note,
    Staff,
)
from desk.ownership import Ownership
from desk.wording import wording


class DeskService(CompanyDesk):
    """Conversations that a person takes over, and gives back."""

    def claim(self, conversation_id: str, staff: Staff, version: int | None = None) -> None:
        """Take a conversation over; of several at once exactly one succeeds.

        Claiming what one has already changes nothing.

        Args:
            conversation_id: A queued conversation, or one with an open request.
            staff: Who takes it.
            version: The version that was shown; None takes it as it is.

        Raises:
            DeskError: `taken`, `stale`, `not_open`, `unreachable`, `unknown`.
        """

        def write(connection: Connection, seen: Ownership, at: float) -> None:
            if seen.state == HUMAN:
                raise taken(seen)
            request = requests.current(connection, seen)
            if request is None or request.state not in requests.OPEN:
                raise DeskError("not_open", wording("error_not_open"))
            if version is not None and version != seen.version:
                raise DeskError("stale", wording("error_stale"))
            if not self.poster.reaches(self.poster.channel(connection, conversation_id)):
                raise DeskError("unreachable", wording("error_unreachable"))
            changes = fresh(HUMAN, request.receipt, at)
            changes.update(owner=staff.id, owner_name=staff.name, queued_at=seen.queued_at)
            ownership.move(connection, seen, at, **changes)
            requests.take(connection, request.receipt, at)
            self.poster.post(connection, conversation_id, wording("claimed"), "staff")
            events.add(connection, conversation_id, "claimed", at, staff)

        with self.database.read() as connection:
            held = ownership.read(connection, conversation_id)
        if held.state == HUMAN and held.owner == staff.id:
            return
        self.change(conversation_id, write)
        self.changed(conversation_id, "claimed", posted=True)

    def reassign(
        self, conversation_id: str, staff: Staff, to: Staff | None, force: bool = False
    ) -> None:
        """Pass a conversation on, or back into the queue.

        Args:
            conversation_id: The conversation.
            staff: Who passes it on.
            to: Who gets it; None puts it back into the queue.
            force: Also when somebody else has it (administrators).

        Raises:
            DeskError: `not_owner`, `taken`, `not_open`.
        """

        def write(connection: Connection, seen: Ownership, at: float) -> None:
            must_hold(seen, staff, force)
            if to is None:
                ownership.move(
                    connection, seen, at, state=QUEUED, owner=None, owner_name=None,
                    queued_at=at, warned_at=None, acknowledged_at=at,
                )  # fmt: skip
                requests.put_back(connection, seen.receipt)
            else:
                ownership.move(
                    connection, seen, at, owner=to.id, owner_name=to.name,
                    warned_at=None, acknowledged_at=None, last_staff_at=at,
                )  # fmt: skip
            said = wording("passed_on" if to else "queued_again")
            self.poster.post(connection, conversation_id, said, "staff")
            detail = to.name if to else None
            events.add(connection, conversation_id, "reassigned", at, staff, detail=detail)

        self.change(conversation_id, write)
        self.changed(conversation_id, "reassigned", posted=True)
        if to is None:
            self.listeners.tell("case_queued", conversation_id)

    def note(self, conversation_id: str, staff: Staff, text: str, key: str | None = None) -> Note:
        """Write a note only the staff sees.

        Raises:
            DeskError: `empty`, `too_long`, `unknown`.
        """
        text = checked(text)
        self.reader.must_be_known(conversation_id)
        taken = self.private.take(text) if self.private is not None else Taken(text)
        with self.database.write() as connection:
            earlier = events.by_key(connection, conversation_id, key)
            found = earlier or events.add(
                connection, conversation_id, "note", self.clock(), staff, detail=taken.text, key=key
            )
            if earlier is None and taken.sealed is not None and self.private is not None:
                self.private.keep(
                    connection, conversation_id, NOTE, taken.sealed, event_id=found.id
                )
        self.changed(conversation_id, "note")
        shown = text if earlier is None else found.detail or ""
        return Note(found.id, staff.id, staff.name, shown, found.at)

    def say(self, conversation_id: str, staff: Staff, text: str, key: str | None = None) -> int:
        """Say something to the company.

        Args:
            conversation_id: A conversation the caller has.
            staff: Who says it.
            text: What is said.
            key: The caller's name of this message; the same key is said once.

        Returns:
            Number of the message.

        Raises:
            DeskError: `empty`, `too_long`, `not_owner`, `not_open`.
        """
        text = checked(text)
        said: list[int] = []

        def write(connection: Connection, seen: Ownership, at: float) -> None:
            earlier = events.by_key(connection, conversation_id, key)
            if earlier is not None and earlier.message_id is not None:
                said.append(earlier.message_id)
                return
            must_hold(seen, staff)
            # Under the lock of the row: after a withdrawal nothing more is said.
            ownership.note(connection, seen, last_staff_at=at, warned_at=None, acknowledged_at=None)
            message_id = self.poster.post(connection, conversation_id, text, "staff")
            events.add(
                connection, conversation_id, "said", at, staff, message_id=message_id, key=key
            )
            said.append(message_id)

        self.change(conversation_id, write)
        self.listeners.tell("staff_message", conversation_id, said[0])
        return said[0]

    def give_back(
        self,
        conversation_id: str,
        staff: Staff,
        outcome: str | None = None,
        force: bool = False,
    ) -> None:
        """Let the bot answer again; the company is asked whether its matter is settled.

        Args:
            conversation_id: The conversation.
            staff: Who gives it back.
            outcome: `resolved` or `unresolved` where the staff knows: then nobody is asked.
            force: Also when somebody else has it (administrators).

        Raises:
            DeskError: `not_owner`, `taken`, `not_open`.
        """

        def write(connection: Connection, seen: Ownership, at: float) -> None:
            must_hold(seen, staff, force)
            self.back_to_bot(connection, seen, at, outcome, ask=outcome is None)
            key = "given_back" if outcome is None else "given_back_settled"
            choices = () if outcome is not None else settled_choices()
            self.poster.post(connection, conversation_id, wording(key), "bot", choices)
            events.add(connection, conversation_id, "given_back", at, staff, detail=outcome)

        self.change(conversation_id, write)
        self.changed(conversation_id, "given_back", posted=True)

    def close(self, conversation_id: str, staff: Staff | None, force: bool = False) -> None:
        """End a conversation; the company's next message opens it again, for the bot.

        Raises:
            DeskError: `not_owner`, `taken`, `not_open`.
        """

        def write(connection: Connection, seen: Ownership, at: float) -> None:
            if seen.state not in (QUEUED, HUMAN, CONTACT_FORM):
                raise DeskError("not_open", wording("error_not_open"))
            if staff is not None and seen.state == HUMAN:
                must_hold(seen, staff, force)
            ownership.move(
                connection, seen, at, state=CLOSED, owner=None, owner_name=None, asked_at=None
            )
            requests.settle(connection, seen.receipt, "done", at)
            said = wording("closed" if staff is not None else "closed_by_silence")
            self.poster.post(connection, conversation_id, said, "bot")
            events.add(connection, conversation_id, "closed", at, staff)

        self.change(conversation_id, write)
        self.changed(conversation_id, "closed", posted=True)

    def called_back(self, receipt: str, staff: Staff) -> None:
        """Note that a request to be called back is dealt with.

        Raises:
            DeskError: `unknown`, `not_open`.
        """
        with self.database.write() as connection:
            request = requests.get(connection, receipt)
            if request is None:
                raise DeskError("unknown", wording("error_unknown"))
            if request.state not in requests.OPEN:
                raise DeskError("not_open", wording("error_not_open"))
            at = self.clock()
            requests.settle(connection, receipt, "done", at)
            events.add(connection, request.conversation_id, "called_back", at, staff)
        self.changed(request.conversation_id, "called_back")

    def redact(self, conversation_id: str, staff: Staff, masked: bool = True) -> None:
        """Mask personal data in everything the desk shows of a case, or show it again.

        Raises:
            DeskError: `unknown`.
        """
        self.reader.must_be_known(conversation_id)
        with self.database.write() as connection:
            at = self.clock()
            seen = ownership.read(connection, conversation_id)
            if not seen.version:
                seen = ownership.move(connection, seen, at)
            ownership.note(connection, seen, redacted_at=at if masked else None)
            detail = None if masked else "shown"
            events.add(connection, conversation_id, "redacted", at, staff, detail=detail)
        self.changed(conversation_id, "redacted")

    def sweep(self, at: float | None = None) -> int:
        """Do what the timers ask for; safe in several processes at once.

        Returns:
            How many conversations something was done about.
        """
        from desk.timers import sweep

        return sweep(self, self.clock() if at is None else at)
