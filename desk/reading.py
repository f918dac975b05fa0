"""The desk's view of the store: queue, call-backs, cases with the marks of delivery."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from conversations import rows, schema
from conversations.database import Database
from conversations.log import REWRITTEN, TAKEN_BACK
from conversations.private import CONTACT, WISH, PrivateTexts, as_typed, with_text
from desk import events, ownership, requests
from desk.hours import Timers
from desk.model import HUMAN, QUEUED, Case, CaseMessage, DeskError, Event, Note, Waiting
from desk.ownership import Ownership
from desk.personal_data import mask, mask_all
from desk.requests import HandoffRequest
from desk.wording import failure, wording

REVISIONS = (REWRITTEN, TAKEN_BACK)


class CaseReader:
    """Reads; nothing here changes anything."""

    def __init__(self, database: Database, clock: Callable[[], float], timers: Timers) -> None:
        self._database = database
        self._clock = clock
        self._timers = timers
        self.private: PrivateTexts | None = None

    def queue(self) -> list[Waiting]:
        """Return who waits, longest first."""
        return self._held(QUEUED)

    def in_hand(self) -> list[Waiting]:
        """Return what somebody has, longest first."""
        return self._held(HUMAN)

    def contacts(self) -> list[Waiting]:
        """Return who is to be called back, oldest first."""
        with self._database.read() as connection:
            return [
                self._waiting(connection, ownership.read(connection, one.conversation_id), one, 0)
                for one in requests.to_call_back(connection)
            ]

    def case(self, conversation_id: str) -> Case:
        """Return a case.

        Raises:
            DeskError: `unknown` or `no_consent`.
        """
        with self._database.read() as connection:
            held = ownership.read(connection, conversation_id)
            # Masked at the desk, a case shows what the log holds: nothing is opened.
            private = self.private if held.redacted_at is None else None
            request = self._as_typed(connection, self._request(connection, held), private)
            notes = _notes(
                events.of(connection, conversation_id, "note"),
                private.notes(connection, conversation_id) if private else {},
            )
            case = Case(
                conversation_id,
                _channel(connection, conversation_id),
                held.state,
                held.owner,
                held.owner_name,
                held.updated_at or request.created_at,
                held.version,
                request.receipt,
                request.reason or "asked",
                request.wish,
                request.contact,
                request.sheet,
                tuple(self._messages(connection, conversation_id, private)),
                tuple(notes),
                request.outcome,
                held.redacted_at is not None,
                self._is_late(held),
            )
        return _masked(case) if case.redacted else case

    def exists(self, conversation_id: str) -> bool:
        """Return whether there is such a conversation, whoever holds it."""
        with self._database.read() as connection:
            return bool(_channel(connection, conversation_id))

    def log(self, conversation_id: str) -> tuple[CaseMessage, ...]:
        """Return all messages of a conversation, for the company itself: nobody need agree."""
        with self._database.read() as connection:
            return tuple(self._messages(connection, conversation_id, self.private))

    def request(self, conversation_id: str) -> HandoffRequest | None:
        """Return the request for a person of a conversation, where it agreed to one."""
        with self._database.read() as connection:
            return requests.current(connection, ownership.read(connection, conversation_id))

    def must_be_known(self, conversation_id: str) -> None:
        """Make sure that the company agreed to be read.

        Raises:
            DeskError: `unknown` or `no_consent`.
        """
        with self._database.read() as connection:
            self._request(connection, ownership.read(connection, conversation_id))

    def _request(self, connection: Connection, held: Ownership) -> HandoffRequest:
        request = requests.current(connection, held)
        if request is not None:
            return request
        if _channel(connection, held.conversation_id):
            raise DeskError("no_consent", wording("error_no_consent"))
        raise DeskError("unknown", wording("error_unknown"))

    def _as_typed(
        self, connection: Connection, request: HandoffRequest, private: PrivateTexts | None
    ) -> HandoffRequest:
        """Return a request with wish and contact as the company typed them, while kept."""
        if private is None:
            return request
        typed = private.of_request(connection, request.conversation_id, request.receipt)
        contact = typed.get(CONTACT, request.contact) if request.contact else request.contact
        return replace(request, wish=typed.get(WISH, request.wish), contact=contact)

    def _held(self, state: str) -> list[Waiting]:
        table = schema.ownership
        with self._database.read() as connection:
            found = connection.execute(
                select(table)
                .where(table.c.state == state)
                .order_by(table.c.queued_at, table.c.conversation_id)
            ).all()
            waiting: list[Waiting] = []
            for row in found:
                held = Ownership(**row._mapping)
                request = requests.current(connection, held)
                if request is not None:
                    position = len(waiting) + 1 if state == QUEUED else 0
                    waiting.append(self._waiting(connection, held, request, position))
            return waiting

    def _waiting(
        self, connection: Connection, held: Ownership, request: HandoffRequest, position: int
    ) -> Waiting:
        private = self.private if held.redacted_at is None else None
        request = self._as_typed(connection, request, private)
        profile = request.sheet.get("fields") or {}
        since = held.queued_at if position and held.queued_at else request.created_at
        waiting = Waiting(
            held.conversation_id,
            _channel(connection, held.conversation_id),
            held.state,
            held.owner,
            held.owner_name,
            request.receipt,
            request.reason or "asked",
            request.wish,
            request.contact,
            profile,
            since,
            position,
            held.version,
            self._is_late(held),
        )
        if held.redacted_at is None:
            return waiting
        return replace(waiting, wish=mask(request.wish), profile=mask_all(profile))

    def _is_late(self, held: Ownership) -> bool:
        at = self._clock()
        if held.state == QUEUED:
            return at - (held.queued_at or at) > self._timers.unclaimed / 2
        if held.state != HUMAN or held.last_customer_at is None:
            return False
        waits = held.last_customer_at > (held.last_staff_at or 0)
        return waits and at - held.last_customer_at > self._timers.staff_late

    def _messages(
        self, connection: Connection, conversation_id: str, private: PrivateTexts | None
    ) -> Iterable[CaseMessage]:
        about = events.of(connection, conversation_id, "said", "sheet", "unread", *REVISIONS)
        said = {one.message_id: one for one in about if one.kind in ("said", "sheet")}
        unread = {one.message_id: one.detail for one in about if one.kind == "unread"}
        back = {one.message_id: one.detail for one in about if one.kind == TAKEN_BACK}
        marks = _marks(connection, conversation_id)
        typed = private.messages(connection, conversation_id) if private else {}
        found = connection.execute(
            select(schema.message)
            .where(schema.message.c.conversation_id == conversation_id)
            .order_by(schema.message.c.id)
        ).all()
        for row in found:
            event: Event | None = said.get(row.id)
            delivery, reason = marks.get(row.id, (None, None))
            edited = event is not None and event.kind == "sheet"
            shown = as_typed(row.text, typed.get(row.id))
            if row.id in unread:
                shown = wording("unread_shown", text=shown, what=unread[row.id] or "")
            yield CaseMessage(
                row.id,
                "sheet" if edited else row.author,
                wording("sheet_edited", changes=event.detail) if event and edited else shown,
                row.created_at,
                event.staff_id if event else None,
                event.staff_name if event else None,
                delivery,
                failure(reason or "") if delivery == rows.FAILED else None,
                with_text(row.body, shown),
                tuple(
                    one.detail
                    for one in about
                    if one.kind == REWRITTEN and one.message_id == row.id and one.detail
                ),
                back.get(row.id),
            )


def _marks(connection: Connection, conversation_id: str) -> dict[int, tuple[str, str | None]]:
    table = schema.outbox
    found = connection.execute(
        select(table.c.message_id, table.c.state, table.c.failure)
        .where(table.c.conversation_id == conversation_id)
        .order_by(table.c.id)
    ).all()
    return {row.message_id: (row.state, row.failure) for row in found}


def _notes(found: Iterable[Event], written: Mapping[int, str]) -> Iterable[Note]:
    for event in found:
        text = written.get(event.id, event.detail or "")
        yield Note(event.id, event.staff_id or "", event.staff_name or "", text, event.at)


def _channel(connection: Connection, conversation_id: str) -> str:
    table = schema.conversation
    found = connection.execute(select(table.c.channel).where(table.c.id == conversation_id))
    return str(found.scalar() or "")


def _masked(case: Case) -> Case:
    def hide(message: CaseMessage) -> CaseMessage:
        body: Any = mask_all(dict(message.body)) if message.body else None
        former = tuple(map(mask, message.former))
        return replace(message, text=mask(message.text), body=body, former=former)

    return replace(
        case,
        wish=mask(case.wish),
        contact=mask(case.contact) if case.contact else None,
        sheet=mask_all(dict(case.sheet)),
        messages=tuple(map(hide, case.messages)),
        notes=tuple(replace(note, text=mask(note.text)) for note in case.notes),
    )
