"""Who answers: asked before every turn, whatever the channel (see `OwnershipPolicy`).

What is decided here is committed with the turn, on condition that nobody changed who holds the
conversation meanwhile; else the turn runs again. So the bot cannot answer a conversation a
person has, in no process and at no time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from conversations.ports import UNREAD, IncomingMessage, NoSheet, OutputDict, SheetView
from desk import events, ownership, requests, triggers
from desk.base import BACK_TO_BOT, IN_CHAT, NO_CONTACT, OUTCOMES, RESOLVED, UNRESOLVED
from desk.contact_form import ContactForm
from desk.hearing import Said, message_of
from desk.model import BOT, CLOSED, CONTACT_FORM, HUMAN, QUEUED
from desk.ownership import Ownership
from desk.service import DeskService
from desk.staging import button, guard, running_turn, stage, stage_row
from desk.wording import wording

ACT = "act-"
"""How the ids of a channel's own controls begin (see the gate)."""
PERSON = "/request_human"
GO_ON = "/desk_go_on"


class DeskPolicy:
    """See `conversations.ports.OwnershipPolicy`."""

    def __init__(self, service: DeskService, sheet: SheetView | None = None) -> None:
        """Create the policy.

        Args:
            service: The desk.
            sheet: The consultation sheets, which companies edit at any time.
        """
        self._service = service
        self._sheet: SheetView = sheet or NoSheet()
        self._contact = ContactForm(service)

    async def intercept(
        self, message: IncomingMessage, payload: str | None
    ) -> Sequence[OutputDict] | None:
        """See `OwnershipPolicy.intercept`."""
        said = Said(
            message.conversation_id,
            message.text or "",
            payload,
            message.channel,
            message.client_message_id,
            # A button of an answer may carry the same payload; only the sheet's own acts count.
            payload is not None
            and (message.choice_id or "").startswith(ACT)
            and self._sheet.edits(payload),
            (message.origin or {}).get(UNREAD),
        )
        with self._service.database.read() as connection:
            seen = ownership.read(connection, message.conversation_id)
        guard(seen)
        if said.edits and seen.state in (QUEUED, HUMAN, CONTACT_FORM):
            return await self._sheet_edited(seen, said)
        if seen.state in (QUEUED, HUMAN):
            return self._held(seen, said)
        if seen.state == CONTACT_FORM:
            return self._contact.answer(seen, said)
        return self._free(seen, said)

    def bot_answers(self, conversation_id: str) -> bool:
        """See `OwnershipPolicy.bot_answers`."""
        with self._service.database.read() as connection:
            held = ownership.read(connection, conversation_id)
        return held.state not in (QUEUED, HUMAN)

    def left(self, conversation_id: str) -> None:
        """See `OwnershipPolicy.left`."""
        self._service.left(conversation_id)

    # --- waiting for a person, or talking with one -------------------------------------

    def _held(self, seen: Ownership, said: Said) -> Sequence[OutputDict]:
        if said.means(BACK_TO_BOT, "back_to_bot"):
            return self._withdraw(seen)
        at = self._service.clock()
        answered = (seen.last_staff_at or 0) > (seen.claimed_at or 0)
        # Thanks for an answer wait for no other: nobody is late with one.
        marks: dict[str, Any] = {} if said.thanks and answered else {"last_customer_at": at}
        outputs: list[OutputDict] = []
        if seen.state == QUEUED and seen.acknowledged_at is None:
            marks["acknowledged_at"] = at
            outputs.append(self._acknowledgement(seen, said.acknowledges))
        if said.unread:
            outputs.append(self._not_passed_on(seen, said.unread))
        calls = seen.state == HUMAN or not said.acknowledges

        def write(connection: Connection) -> None:
            if marks:
                ownership.note(connection, seen, **marks)
            if calls:
                events.add(connection, seen.conversation_id, "customer", at)
            if said.unread:
                number = message_of(connection, said)
                events.add(
                    connection, seen.conversation_id, "unread", at, message_id=number,
                    detail=said.unread, key=f"unread:{number}",
                )  # fmt: skip

        stage(self._service, seen, write, *(("customer_message",) if calls else ()))
        return outputs

    async def _sheet_edited(self, seen: Ownership, said: Said) -> Sequence[OutputDict]:
        """Change the sheet without the bot: whoever has the conversation is told what changed."""
        assert said.payload is not None
        changed = await self._sheet.apply(seen.conversation_id, said.payload)
        at = self._service.clock()
        shown = _shown(changed)

        def write(connection: Connection) -> None:
            ownership.still(connection, seen)
            if not changed:
                return
            requests.edit_sheet(connection, seen.receipt, changed)
            number = message_of(connection, said)
            events.add(
                connection, seen.conversation_id, "sheet", at, message_id=number, detail=shown
            )

        stage(self._service, seen, write, "case_changed", "sheet")
        if seen.state != CONTACT_FORM or not changed:
            return []
        return [{"text": wording("sheet_kept", changes=shown)}]

    def _not_passed_on(self, seen: Ownership, what: str) -> OutputDict:
        """Say that nobody got a file, and what to do instead: it is no answer of the bot."""
        address = self._service.files_address
        how = wording("files_to", address=address, receipt=seen.receipt) if address else ""
        return {"text": wording("unread", what=what, how=how or wording("files_ask"))}

    def _acknowledgement(self, seen: Ownership, thanked: bool) -> OutputDict:
        with self._service.database.read() as connection:
            position = requests.queued_before(connection, seen.queued_at) + 1
        minutes = self._service.expected_wait(position)
        wait = wording("wait_expected", minutes=minutes) if minutes else wording("wait_unknown")
        return {
            "text": wording(
                "thanks_ack" if thanked else "waiting_ack", position=position, wait=wait
            ),
            "buttons": [button("back_to_bot", BACK_TO_BOT)],
        }

    def _withdraw(self, seen: Ownership) -> Sequence[OutputDict]:
        def write(connection: Connection) -> None:
            at = self._service.clock()
            outcome = "done" if seen.claimed_at else "withdrawn"
            self._service.back_to_bot(connection, seen, at, request=outcome)
            events.add(connection, seen.conversation_id, "withdrawn", at)

        stage(self._service, seen, write, "case_changed", "withdrawn")
        return [{"text": wording("withdrawn")}]

    # --- the bot answers ---------------------------------------------------------------

    def _free(self, seen: Ownership, said: Said) -> Sequence[OutputDict] | None:
        at = self._service.clock()
        if said.payload in OUTCOMES or (said.payload is None and seen.asked_at is not None):
            if said.means(RESOLVED, "settled_yes"):
                return self._outcome(seen, OUTCOMES[RESOLVED])
            if said.means(UNRESOLVED, "settled_no"):
                return self._outcome(seen, OUTCOMES[UNRESOLVED])
        if said.payload in (BACK_TO_BOT, GO_ON, IN_CHAT, NO_CONTACT):
            return [{"text": wording("go_on_said")}]
        if said.payload is None and triggers.occurs("distress", said.text):
            return self._offer(seen, "offer_distress", "distress")
        changes: dict[str, Any] = {}
        if seen.asked_at is not None and not said.thanks:
            # Another subject: the question is over.
            changes["asked_at"] = None
        angry = said.payload is None and triggers.occurs("anger", said.text)
        if angry:
            recent = at - (seen.angry_at or 0) < triggers.ANGER_WINDOW_SECONDS
            changes.update(anger=(seen.anger or 0) + 1 if recent else 1, angry_at=at)
        if seen.state == CLOSED:
            changes["state"] = BOT
        offers = angry and changes["anger"] > 1
        if offers:
            changes["anger"] = 0
        if changes:
            stage_row(seen, at, changes)
        return self._offer(seen, "offer_anger", "anger") if offers else None

    def _offer(self, seen: Ownership, key: str, reason: str) -> Sequence[OutputDict]:
        def write(connection: Connection) -> None:
            at = self._service.clock()
            events.add(connection, seen.conversation_id, "offer", at, detail=reason)

        running_turn().stage(f"offer:{seen.conversation_id}", write)
        return [
            {
                "text": wording(key),
                "buttons": [button("ask_for_person", PERSON), button("go_on", GO_ON)],
                "custom": {"kind": "offer", "reason": reason},
            }
        ]

    def _outcome(self, seen: Ownership, outcome: str) -> Sequence[OutputDict]:
        def write(connection: Connection) -> None:
            at = self._service.clock()
            requests.record_outcome(connection, seen.receipt, outcome)
            ownership.note(connection, seen, asked_at=None)
            events.add(connection, seen.conversation_id, "outcome", at, detail=outcome)

        stage(self._service, seen, write, "case_changed", "outcome")
        if outcome == OUTCOMES[RESOLVED]:
            return [{"text": wording("settled_thanks")}]
        return [{"text": wording("unsettled_offer"), "buttons": [button("ask_for_person", PERSON)]}]


def _shown(changed: Mapping[str, str | None]) -> str:
    """Word the changes of a sheet."""
    return "、".join(
        wording("sheet_change", label=label, value=value or wording("sheet_taken_back"))
        for label, value in changed.items()
    )
