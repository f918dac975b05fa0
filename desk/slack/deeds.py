"""What the buttons of the card and the modals do."""

from __future__ import annotations

import json
import logging
from typing import Any

from desk.model import DeskError, Staff
from desk.slack import card, modals
from desk.slack.kept_back import CLAIM_AND_SEND, KEEP_AS_NOTE
from desk.slack.ledger import Thread
from desk.slack.ports import SlackBusyError, SlackRefusedError
from desk.slack.staff_input import StaffInput
from desk.slack.wording import wording

logger = logging.getLogger(__name__)

_MODALS = {
    card.NOTE: modals.note,
    card.REASSIGN: modals.reassign,
    card.BACK: modals.give_back,
}


class Deeds(StaffInput):
    """Does what a member of the staff wants done; says to them alone why not."""

    async def act(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Do what a button says.

        Args:
            body: The payload of Slack.
            action: The button.
        """
        self._ledger.sign("interaction")
        name, user = str(action.get("action_id")), str(body["user"]["id"])
        if name == card.OPEN:
            return
        code, ts = _about(str(action.get("value") or ""))
        thread = self._ledger.thread_of_code(code)
        try:
            if thread is None:
                raise DeskError("unknown", wording("whispers", "gone"))
            staff = await self._staff(body)
            modal = _MODALS.get(name)
            if modal is not None:
                # A modal over a case the desk does not know any more would lead nowhere.
                self._service.reader.must_be_known(thread.conversation_id)
                await self._slack.open_view(str(body["trigger_id"]), modal(code))
                return
            await self._do(name, thread, staff, user, ts)
        except DeskError as error:
            self._say(body, user, error.message)
        except (SlackRefusedError, SlackBusyError) as error:
            logger.warning("A button in Slack could not do its work: %s", error)
            self._say(body, user, wording("whispers", "trouble"))

    async def _do(self, name: str, thread: Thread, staff: Staff, user: str, ts: str | None) -> None:
        conversation_id, force = thread.conversation_id, self._people.administers(user)
        if name == card.CLAIM:
            self._service.claim(conversation_id, staff)
        elif name == card.CLOSE:
            self._service.close(conversation_id, staff, force=force)
        elif name in (card.REDACT, card.REVEAL):
            masked = name == card.REDACT
            case = self._service.conversation(conversation_id)
            if not force and (case.owner != staff.id or not masked):
                raise DeskError("not_owner", wording("whispers", "forbidden"))
            self._service.redact(conversation_id, staff, masked)
        elif name == card.CALLED_BACK:
            case = self._service.conversation(conversation_id)
            self._service.called_back(case.receipt, staff)
        elif name in (CLAIM_AND_SEND, KEEP_AS_NOTE) and ts is not None:
            claim = name == CLAIM_AND_SEND
            await self._kept_back.send(thread, ts, staff, claim)

    async def submit(self, body: dict[str, Any]) -> dict[str, str]:
        """Take a modal in.

        Returns:
            What is wrong, by block; nothing was done then.
        """
        self._ledger.sign("interaction")
        view = body["view"]
        block = str(view["blocks"][0]["block_id"])
        thread = self._ledger.thread_of_code(modals.code_of(view))
        if thread is None:
            return {block: wording("whispers", "gone")}
        try:
            await self._submit(thread, await self._staff(body), body)
        except DeskError as error:
            return {block: error.message}
        except (SlackRefusedError, SlackBusyError) as error:
            logger.warning("A modal in Slack could not do its work: %s", error)
            return {block: wording("whispers", "trouble")}
        return {}

    async def _submit(self, thread: Thread, staff: Staff, body: dict[str, Any]) -> None:
        view, conversation_id = body["view"], thread.conversation_id
        force = self._people.administers(str(body["user"]["id"]))
        kind = view.get("callback_id")
        if kind == modals.NOTE_VIEW:
            self._service.note(conversation_id, staff, modals.text_of(view), f"view:{view['id']}")
        elif kind == modals.BACK_VIEW:
            outcome = modals.outcome_of(view)
            self._service.give_back(conversation_id, staff, outcome, force=force)
        elif kind == modals.REASSIGN_VIEW:
            to = await self._chosen(thread, modals.user_of(view))
            self._service.reassign(conversation_id, staff, to, force=force)

    async def _chosen(self, thread: Thread, user: str | None) -> Staff | None:
        if user is None:
            return None
        person = await self._people.person(user)
        if person is not None and not (person.usable and person.team in (None, self._slack.team)):
            raise DeskError("unknown_staff", wording("modals", "not_usable"))
        if not await self._slack.has_member(thread.channel, user):
            raise DeskError("unknown_staff", wording("modals", "not_member"))
        return await self._people.staff(user)

    async def _staff(self, body: dict[str, Any]) -> Staff:
        """Return who acts.

        Raises:
            DeskError: `forbidden`: somebody of another workspace, or a disabled account.
        """
        user = body.get("user") or {}
        team = user.get("team_id") or (body.get("team") or {}).get("id")
        if team != self._slack.team:
            raise DeskError("forbidden", wording("whispers", "not_staff"))
        return await self._people.staff(str(user["id"]))

    def _say(self, body: dict[str, Any], user: str, text: str) -> None:
        container = body.get("container") or {}
        channel = container.get("channel_id") or (body.get("channel") or {}).get("id")
        root = container.get("thread_ts")
        # Of a card pressed in the channel its thread is not open.
        thread = root if root != container.get("message_ts") else None
        if channel:
            self._background.whisper(str(channel), user, text, [], thread)


def _about(value: str) -> tuple[str, str | None]:
    """Return the conversation's code, and the message a button is about."""
    if not value.startswith("{"):
        return value, None
    try:
        told = json.loads(value)
    except ValueError:
        return "", None
    return str(told.get("case") or ""), str(told.get("ts") or "") or None
