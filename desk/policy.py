"""Who answers: asked before every turn, whatever the channel (see `OwnershipPolicy`).

What is decided here is committed with the turn, on condition that nobody changed who holds the
conversation meanwhile; else the turn runs again. So the bot cannot answer a conversation a
person has, in no process and at no time.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from conversations import schema
from conversations.ports import IncomingMessage, NoSheet, OutputDict, SheetView
from conversations.private import CONTACT
from conversations.private import WISH as SEALED_WISH
from conversations.turn import Turn, current_turn
from desk import events, ownership, requests, triggers
from desk.base import BACK_TO_BOT, IN_CHAT, NO_CONTACT, OUTCOMES, RESOLVED, UNRESOLVED
from desk.model import BOT, CLOSED, CONTACT_FORM, HUMAN, QUEUED
from desk.ownership import Ownership
from desk.service import DeskService
from desk.wording import wording

logger = logging.getLogger(__name__)

ACT = "act-"
"""How the ids of a channel's own controls begin (see the gate)."""
PERSON = "/request_human"
GO_ON = "/desk_go_on"
AGAIN = "contact_again"
WISH = "wish"
MAX_CONTACT = 500


@dataclass(frozen=True)
class _Said:
    """A message as the desk hears it.

    Attributes:
        conversation_id: The conversation.
        text: What was typed.
        payload: What the bot would get of a choice or a control; None for typed text.
        channel: Where it came from.
        message_id: The sender's id of it.
        edits: Whether it is a change of the sheet, made in the sheet itself.
    """

    conversation_id: str
    text: str
    payload: str | None
    channel: str
    message_id: str | None = None
    edits: bool = False

    @property
    def thanks(self) -> bool:
        """Whether it says nothing but thanks."""
        return self.payload is None and triggers.is_whole("thanks", self.text)

    @property
    def acknowledges(self) -> bool:
        """Whether it says nothing but thanks, or that something was understood."""
        understood = self.payload is None and triggers.is_whole("acknowledged", self.text)
        return understood or self.thanks

    def means(self, payload: str, words: str | None = None) -> bool:
        """Return whether it is a choice, or the words of it."""
        if self.payload is not None:
            return self.payload == payload
        return words is not None and triggers.is_whole(words, self.text)


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

    async def intercept(
        self, message: IncomingMessage, payload: str | None
    ) -> Sequence[OutputDict] | None:
        """See `OwnershipPolicy.intercept`."""
        said = _Said(
            message.conversation_id,
            message.text or "",
            payload,
            message.channel,
            message.client_message_id,
            # A button of an answer may carry the same payload; only the sheet's own acts count.
            payload is not None
            and (message.choice_id or "").startswith(ACT)
            and self._sheet.edits(payload),
        )
        with self._service.database.read() as connection:
            seen = ownership.read(connection, message.conversation_id)
        _guard(seen)
        if said.edits and seen.state in (QUEUED, HUMAN, CONTACT_FORM):
            return await self._sheet_edited(seen, said)
        if seen.state in (QUEUED, HUMAN):
            return self._held(seen, said)
        if seen.state == CONTACT_FORM:
            return self._contact_form(seen, said)
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

    def _held(self, seen: Ownership, said: _Said) -> Sequence[OutputDict]:
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
        calls = seen.state == HUMAN or not said.acknowledges

        def write(connection: Connection) -> None:
            if marks:
                ownership.note(connection, seen, **marks)
            if calls:
                events.add(connection, seen.conversation_id, "customer", at)

        self._stage(seen, write, *(("customer_message",) if calls else ()))
        return outputs

    async def _sheet_edited(self, seen: Ownership, said: _Said) -> Sequence[OutputDict]:
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
            number = _message_of(connection, said)
            events.add(
                connection, seen.conversation_id, "sheet", at, message_id=number, detail=shown
            )

        self._stage(seen, write, "case_changed", "sheet")
        if seen.state != CONTACT_FORM or not changed:
            return []
        return [{"text": wording("sheet_kept", changes=shown)}]

    def _acknowledgement(self, seen: Ownership, thanked: bool) -> OutputDict:
        with self._service.database.read() as connection:
            position = requests.queued_before(connection, seen.queued_at) + 1
        minutes = self._service.expected_wait(position)
        wait = wording("wait_expected", minutes=minutes) if minutes else wording("wait_unknown")
        return {
            "text": wording(
                "thanks_ack" if thanked else "waiting_ack", position=position, wait=wait
            ),
            "buttons": [_button("back_to_bot", BACK_TO_BOT)],
        }

    def _withdraw(self, seen: Ownership) -> Sequence[OutputDict]:
        def write(connection: Connection) -> None:
            at = self._service.clock()
            outcome = "done" if seen.claimed_at else "withdrawn"
            self._service.back_to_bot(connection, seen, at, request=outcome)
            events.add(connection, seen.conversation_id, "withdrawn", at)

        self._stage(seen, write, "case_changed", "withdrawn")
        return [{"text": wording("withdrawn")}]

    # --- how to reach the company ------------------------------------------------------

    def _contact_form(self, seen: Ownership, said: _Said) -> Sequence[OutputDict] | None:
        if said.means(NO_CONTACT, "no_contact") or said.payload == BACK_TO_BOT:
            return self._contact_done(seen, None, "contact_none_kept")
        if said.means(IN_CHAT):
            return self._contact_done(seen, wording("contact_in_chat_kept"), "contact_kept")
        if said.payload is not None:
            # Another button: the company goes on with the bot, its request is kept.
            return self._contact_done(seen, None, "contact_none_kept")
        if seen.step == WISH:
            return self._wish_given(seen, said)
        if triggers.has_contact(said.text):
            return self._contact_done(seen, said.text.strip()[:MAX_CONTACT], "contact_kept")
        if seen.step == AGAIN:
            # It wants something else: the request is kept, the bot answers this message.
            self._contact_done(seen, None, "contact_none_kept")
            return None

        def write(connection: Connection) -> None:
            ownership.note(connection, seen, step=AGAIN)

        self._stage(seen, write)
        buttons = [
            _button(key, payload) for key, payload in self._service.contact_choices(said.channel)
        ]
        return [{"text": wording("contact_again"), "buttons": buttons}]

    def _contact_done(self, seen: Ownership, contact: str | None, key: str) -> Sequence[OutputDict]:
        at = self._service.clock()
        with self._service.database.read() as connection:
            request = requests.get(connection, seen.receipt or "")
        asks_wish = contact is not None and request is not None and not request.wish.strip()

        def write(connection: Connection) -> None:
            requests.keep_for_contact(connection, seen.receipt, contact)
            self._keep_as_typed(connection, seen, CONTACT, contact or "")
            events.add(connection, seen.conversation_id, "contact", at)
            if asks_wish:
                ownership.note(connection, seen, step=WISH)
            else:
                ownership.move(connection, seen, at, state=BOT, step=None)

        self._stage(seen, write, "case_queued")
        if asks_wish:
            return [{"text": wording("contact_wish")}]
        return [{"text": self._kept(key, seen)}]

    def _wish_given(self, seen: Ownership, said: _Said) -> Sequence[OutputDict]:
        # Thanks for the question are no wish: the staff then knows of none.
        wish = "" if said.acknowledges else said.text.strip()[:1000]

        def write(connection: Connection) -> None:
            requests.set_wish(connection, seen.receipt, wish)
            self._keep_as_typed(connection, seen, SEALED_WISH, wish)
            ownership.move(connection, seen, self._service.clock(), state=BOT, step=None)

        self._stage(seen, write, "case_changed", "contact")
        return [{"text": self._kept("contact_kept", seen)}]

    def _kept(self, key: str, seen: Ownership) -> str:
        opens = self._service.hours.opens_at(self._service.clock())
        line = wording("contact_opens", opens=self._service.hours.shown(opens)) if opens else ""
        return wording(key, receipt=seen.receipt or "", opens=line)

    # --- the bot answers ---------------------------------------------------------------

    def _free(self, seen: Ownership, said: _Said) -> Sequence[OutputDict] | None:
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
            _stage_row(seen, at, changes)
        return self._offer(seen, "offer_anger", "anger") if offers else None

    def _offer(self, seen: Ownership, key: str, reason: str) -> Sequence[OutputDict]:
        def write(connection: Connection) -> None:
            at = self._service.clock()
            events.add(connection, seen.conversation_id, "offer", at, detail=reason)

        _turn().stage(f"offer:{seen.conversation_id}", write)
        return [
            {
                "text": wording(key),
                "buttons": [_button("ask_for_person", PERSON), _button("go_on", GO_ON)],
                "custom": {"kind": "offer", "reason": reason},
            }
        ]

    def _outcome(self, seen: Ownership, outcome: str) -> Sequence[OutputDict]:
        def write(connection: Connection) -> None:
            at = self._service.clock()
            requests.record_outcome(connection, seen.receipt, outcome)
            ownership.note(connection, seen, asked_at=None)
            events.add(connection, seen.conversation_id, "outcome", at, detail=outcome)

        self._stage(seen, write, "case_changed", "outcome")
        if outcome == OUTCOMES[RESOLVED]:
            return [{"text": wording("settled_thanks")}]
        return [
            {"text": wording("unsettled_offer"), "buttons": [_button("ask_for_person", PERSON)]}
        ]

    # --- inner -------------------------------------------------------------------------

    def _keep_as_typed(
        self, connection: Connection, seen: Ownership, part: str, masked: str
    ) -> None:
        texts = self._service.private
        if texts is not None:
            texts.keep_of_request(connection, seen.conversation_id, part, seen.receipt, masked)

    def _stage(
        self, seen: Ownership, write: Any, method: str | None = None, *arguments: str
    ) -> None:
        listeners = self._service.listeners

        def tell() -> None:
            if method is not None:
                listeners.tell(method, seen.conversation_id, *arguments)

        _turn().stage(f"desk:{seen.conversation_id}", write, tell)


def _shown(changed: Mapping[str, str | None]) -> str:
    """Word the changes of a sheet."""
    return "、".join(
        wording("sheet_change", label=label, value=value or wording("sheet_taken_back"))
        for label, value in changed.items()
    )


def _message_of(connection: Connection, said: _Said) -> int | None:
    """Return the line of the log a message became; None where it shows nothing."""
    found: int | None = connection.execute(
        select(schema.message.c.id)
        .select_from(
            schema.message.join(schema.inbox, schema.inbox.c.id == schema.message.c.inbox_id)
        )
        .where(
            schema.inbox.c.conversation_id == said.conversation_id,
            schema.inbox.c.client_message_id == said.message_id,
            schema.message.c.author == "customer",
        )
    ).scalar()
    return found


def _button(key: str, payload: str) -> dict[str, str]:
    return {"title": wording(key), "payload": payload}


def _turn() -> Turn:
    turn = current_turn.get()
    if turn is None:
        raise RuntimeError("the policy is asked inside a turn only")
    return turn


def _guard(seen: Ownership) -> None:
    """Let the turn fail to commit when somebody else takes the conversation meanwhile."""
    _turn().guard(lambda connection: ownership.still(connection, seen))


def _stage_row(seen: Ownership, at: float, changes: dict[str, Any]) -> None:
    state = changes.pop("state", None)

    def write(connection: Connection) -> None:
        # A wish for a person in the same turn begins everything anew.
        now_seen = ownership.read(connection, seen.conversation_id)
        if now_seen.version != seen.version:
            return
        if state is not None or not seen.version:
            ownership.move(connection, seen, at, **changes, state=state or seen.state)
        else:
            ownership.note(connection, seen, **changes)

    _turn().stage(f"desk:{seen.conversation_id}", write)
