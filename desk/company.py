"""The desk's service, the company's side: asking for a person, waiting, leaving."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from conversations.handoff import new_receipt, store_request
from conversations.private import WISH
from conversations.rows import ensure_conversation
from conversations.turn import stage_or_write
from desk import events, ownership, requests
from desk.base import STORED, DeskBase, fresh
from desk.model import CLOSED, CONTACT_FORM, HUMAN, QUEUED, DeskError, Request
from desk.ownership import OwnershipConflictError
from desk.wording import wording

OFFER_SECONDS = 900.0
"""A wish for a person so soon after an offer is taken for its answer."""


class CompanyDesk(DeskBase):
    """What a company does with the desk."""

    def request(
        self, conversation_id: str, reason: str, wish: str, consent: bool, sheet: dict[str, Any]
    ) -> Request:
        """Take a company's wish for a person; durable with the running turn, if there is one.

        Args:
            conversation_id: The conversation.
            reason: `asked`, `fallback`, `high_risk`, `distress` or `anger`.
            wish: What it wants, in its words.
            consent: Whether it agreed to the sheet being passed on.
            sheet: The sheet it was shown.

        Raises:
            DeskError: `no_consent`: nothing is passed on without.
        """
        if not consent:
            raise DeskError("no_consent", wording("error_no_consent"))
        at = self.clock()
        with self.database.read() as connection:
            seen = ownership.read(connection, conversation_id)
            reachable = self.poster.reaches(self.poster.channel(connection, conversation_id))
            ahead = requests.queued_before(connection, None)
            offers = events.of(connection, conversation_id, "offer")
        if reason == "asked" and offers and at - offers[-1].at < OFFER_SECONDS:
            reason = offers[-1].detail or reason
        if seen.state in (QUEUED, HUMAN) and seen.receipt:
            return Request(seen.receipt, seen.state)
        receipt = new_receipt()
        outcome = Request(receipt, STORED)
        if self.is_staffed() and reachable and self.hours.is_open(at):
            wait = self.expected_wait(ahead + 1)
            outcome = Request(receipt, QUEUED, ahead + 1, wait)
        elif self.is_staffed():
            outcome = Request(receipt, CONTACT_FORM, opens_at=self.hours.opens_at(at))

        def write(connection: Connection) -> None:
            ensure_conversation(connection, conversation_id, "rasa")
            state = {STORED: "stored", QUEUED: "waiting"}.get(outcome.state, "contact")
            store_request(
                connection, receipt, conversation_id, wish, None, True, sheet, state, reason, at
            )
            if self.private is not None:
                self.private.keep_of_request(connection, conversation_id, WISH, receipt, wish)
            if outcome.state != STORED:
                held = ownership.read(connection, conversation_id)
                if held.state in (QUEUED, HUMAN):
                    raise OwnershipConflictError(conversation_id)
                ownership.move(connection, held, at, **fresh(outcome.state, receipt, at))
            kind = "queued" if outcome.state == QUEUED else "contact"
            events.add(connection, conversation_id, kind, at, detail=reason)

        stage_or_write(
            self.database,
            f"handoff:{conversation_id}",
            write,
            committed=lambda: self.listeners.tell("case_queued", conversation_id),
        )
        return outcome

    def hours_line(self) -> str:
        """See `conversations.ports.HandoffDesk`."""
        if not self.is_staffed():
            return ""
        at = self.clock()
        closes, opens = self.hours.closes_at(at), self.hours.opens_at(at)
        if closes is not None:
            return wording("hours_open", closes=self.hours.shown(closes))
        if opens is not None:
            return wording("hours_closed", opens=self.hours.shown(opens))
        return ""

    def left(self, conversation_id: str) -> None:
        """The company ended the conversation: nobody waits any more."""
        with self.database.write() as connection:
            seen = ownership.read(connection, conversation_id)
            if seen.state not in (QUEUED, HUMAN, CONTACT_FORM):
                return
            at = self.clock()
            ownership.move(connection, seen, at, state=CLOSED, owner=None, owner_name=None)
            requests.settle(connection, seen.receipt, "done", at)
            events.add(connection, conversation_id, "left", at)
        self.changed(conversation_id, "left")
