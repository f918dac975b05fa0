"""How a company can be reached: asked where nobody of the staff is there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from conversations.ports import OutputDict
from conversations.private import CONTACT
from conversations.private import WISH as SEALED_WISH
from desk import events, ownership, requests, triggers
from desk.base import BACK_TO_BOT, IN_CHAT, NO_CONTACT
from desk.hearing import Said
from desk.model import BOT
from desk.ownership import Ownership
from desk.service import DeskService
from desk.staging import button, stage
from desk.wording import wording

AGAIN = "contact_again"
WISH = "wish"
MAX_CONTACT = 500


class ContactForm:
    """The desk's own small form; its steps are kept in the row of ownership."""

    def __init__(self, service: DeskService) -> None:
        self._service = service

    def answer(self, seen: Ownership, said: Said) -> Sequence[OutputDict] | None:
        """Take a message in the form; None leaves it to the bot."""
        if said.means(NO_CONTACT, "no_contact") or said.payload == BACK_TO_BOT:
            return self._done(seen, None, "contact_none_kept")
        if said.means(IN_CHAT):
            return self._done(seen, wording("contact_in_chat_kept"), "contact_kept")
        if said.payload is not None:
            # Another button: the company goes on with the bot, its request is kept.
            return self._done(seen, None, "contact_none_kept")
        if seen.step == WISH:
            return self._wish_given(seen, said)
        if triggers.has_contact(said.text):
            return self._done(seen, said.text.strip()[:MAX_CONTACT], "contact_kept")
        if seen.step == AGAIN:
            # It wants something else: the request is kept, the bot answers this message.
            self._done(seen, None, "contact_none_kept")
            return None

        def write(connection: Connection) -> None:
            ownership.note(connection, seen, step=AGAIN)

        stage(self._service, seen, write)
        buttons = [
            button(key, payload) for key, payload in self._service.contact_choices(said.channel)
        ]
        return [{"text": wording("contact_again"), "buttons": buttons}]

    def _done(self, seen: Ownership, contact: str | None, key: str) -> Sequence[OutputDict]:
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

        stage(self._service, seen, write, "case_queued")
        if asks_wish:
            return [{"text": wording("contact_wish")}]
        return [{"text": self._kept(key, seen)}]

    def _wish_given(self, seen: Ownership, said: Said) -> Sequence[OutputDict]:
        # Thanks for the question are no wish: the staff then knows of none.
        wish = "" if said.acknowledges else said.text.strip()[:1000]

        def write(connection: Connection) -> None:
            requests.set_wish(connection, seen.receipt, wish)
            self._keep_as_typed(connection, seen, SEALED_WISH, wish)
            ownership.move(connection, seen, self._service.clock(), state=BOT, step=None)

        stage(self._service, seen, write, "case_changed", "contact")
        return [{"text": self._kept("contact_kept", seen)}]

    def _kept(self, key: str, seen: Ownership) -> str:
        opens = self._service.hours.opens_at(self._service.clock())
        line = wording("contact_opens", opens=self._service.hours.shown(opens)) if opens else ""
        return wording(key, receipt=seen.receipt or "", opens=line)

    def _keep_as_typed(
        self, connection: Connection, seen: Ownership, part: str, masked: str
    ) -> None:
        texts = self._service.private
        if texts is not None:
            texts.keep_of_request(connection, seen.conversation_id, part, seen.receipt, masked)
