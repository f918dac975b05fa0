"""What the Slack channel does, apart from Bolt: who may talk, what goes to the gate, views."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from channels.slack import sheet_view
from channels.slack.api import error_code, patiently
from channels.slack.delivery import SlackDelivery
from channels.slack.ledger import Ledger
from channels.slack.mrkdwn import mentions, to_plain
from channels.slack.payloads import (
    Identity,
    NotReadyError,
    is_spoken,
    origin_of,
    place_of_click,
    place_of_event,
    team_of_event,
    team_of_user,
)
from channels.slack.picking import show_picked
from channels.slack.places import CHANNEL, Place, click_key, message_key
from channels.slack.staff import StaffSide
from channels.slack.wording import wording
from conversations.finishing import finish
from conversations.gate import Gate
from conversations.ports import Act, IncomingMessage, InvalidValueError, SheetView

logger = logging.getLogger(__name__)

GREETING = Act("/greet")
PERSON = Act("/request_human", wording("person"))
HELP_WORDS = frozenset({"help", "ヘルプ", "使い方", "?", "？"})
SHEET_WORDS = frozenset({"", "sheet", "カルテ", "相談カルテ"})


class SlackChannel:
    """The Slack channel over the gate and the sheet."""

    def __init__(
        self,
        gate: Gate,
        sheet: SheetView,
        client: AsyncWebClient,
        ledger: Ledger,
        delivery: SlackDelivery,
        teams: frozenset[str] = frozenset(),
    ) -> None:
        """Create the channel.

        Args:
            gate: Where messages go in; delivers on this channel by `delivery`.
            sheet: The consultation sheet of each conversation.
            client: Slack's Web API.
            ledger: Knows which conversations and messages there are.
            delivery: Posts answers.
            teams: Workspaces whose people are answered; none means the app's own alone.
        """
        self.gate = gate
        self.client = client
        self.delivery = delivery
        self._sheet = sheet
        self._ledger = ledger
        self._teams = teams
        self._identity: Identity | None = None
        self._homes: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.staff: StaffSide | None = None
        delivery.on_sent = self._refresh_home

    # --- who -------------------------------------------------------------------------

    async def identify(self) -> Identity:
        """Ask Slack who the app is; once.

        Raises:
            SlackApiError: The token is not valid.
        """
        if self._identity is None:
            told = await patiently(self.client.auth_test)
            self._identity = Identity(told["team_id"], told["user_id"], told.get("bot_id"))
        return self._identity

    @property
    def identity(self) -> Identity:
        """Who the app is.

        Raises:
            NotReadyError: Not known yet.
        """
        if self._identity is None:
            raise NotReadyError
        return self._identity

    def allows(self, team: str | None) -> bool:
        """Return whether people of a workspace are answered."""
        return team in (self._teams or {self.identity.team})

    # --- messages --------------------------------------------------------------------

    async def hear(self, event: dict[str, Any], team: str | None) -> None:
        """Take a message or mention in; durable when this returns.

        Args:
            event: The `message` or `app_mention` event.
            team: Workspace it was delivered for.
        """
        # Before anything that looks like a company: the bot must hear no talk of the staff.
        if self.staff is not None and await self.staff.hear(event):
            return
        message = self._understood(event, team)
        if message is not None:
            await self.gate.submit(message)

    def _understood(self, event: dict[str, Any], team: str | None) -> IncomingMessage | None:
        """Return what a person said to the bot; None for everything else."""
        if not is_spoken(event) or event["user"] == self.identity.user:
            return None
        if not self.allows(team_of_event(event) or team):
            return None
        ts, thread, text = event["ts"], event.get("thread_ts"), event.get("text") or ""
        place = place_of_event(event, self.identity.team)
        if not place.is_direct and not self._addressed(place, text):
            return None
        plain = to_plain(text, self.identity.user)
        files = len(event.get("files") or [])
        only_files = not plain and files
        return IncomingMessage(
            place.conversation_id,
            CHANNEL,
            text=wording("file") if only_files else plain,
            client_message_id=message_key(ts),
            answer=wording("file_unread") if only_files else None,
            origin=origin_of(thread, wording("files", number=files) if files else None),
        )

    def _addressed(self, place: Place, text: str) -> bool:
        """In a channel the bot answers when mentioned, and in threads that began by that."""
        mentioned = mentions(text)
        if self.identity.user in mentioned:
            return True
        if mentioned or place.thread is None:
            return False
        return self._ledger.knows(place.conversation_id, message_key(place.thread))

    async def command(self, body: dict[str, Any]) -> str | None:
        """Take a slash command in.

        Returns:
            What to say at once to the person alone; None for nothing.
        """
        if not self.allows(body.get("team_id")):
            return wording("not_allowed")
        text = to_plain(body.get("text") or "", self.identity.user)
        if text.casefold() in HELP_WORDS:
            return wording("command_help")
        place = Place(self.identity.team, body["user_id"])
        if text.casefold() in SHEET_WORDS:
            await self._open_sheet(place.conversation_id, body["trigger_id"])
            return None
        await self.gate.submit(
            IncomingMessage(
                place.conversation_id,
                CHANNEL,
                text=text,
                client_message_id=f"s:{body['trigger_id']}",
            )
        )
        return wording("command_answered", text=text)

    # --- buttons and menus -----------------------------------------------------------

    async def click(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take a picked choice in, and replace the message's choices by it."""
        if not self.allows(team_of_user(body)):
            return
        chosen = action.get("selected_option") or action
        choice_id = str(chosen.get("value") or "")
        place, thread = place_of_click(body, self.identity.team)
        choice = self.gate.store.choice(place.conversation_id, choice_id)
        await self.gate.submit(
            IncomingMessage(
                place.conversation_id,
                CHANNEL,
                choice_id=choice_id,
                client_message_id=click_key(choice_id),
                origin=origin_of(thread),
            )
        )
        if choice is not None:
            self._in_background(show_picked(self.client, body, choice.label))

    async def request_person(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Ask for a person from App Home, as the company could in words."""
        if not self.allows(team_of_user(body)):
            return
        place = Place(self.identity.team, body["user"]["id"])
        key = f"h:{action.get('action_ts') or body.get('trigger_id')}"
        await self.gate.submit(
            IncomingMessage(place.conversation_id, CHANNEL, client_message_id=key, act=PERSON)
        )

    # --- the sheet -------------------------------------------------------------------

    async def open_sheet(self, body: dict[str, Any]) -> None:
        """Open the modal of the conversation whose button was pressed."""
        if self.allows(team_of_user(body)):
            place, _ = place_of_click(body, self.identity.team)
            await self._open_sheet(place.conversation_id, body["trigger_id"])

    async def _open_sheet(self, conversation_id: str, trigger_id: str) -> None:
        view = sheet_view.modal(conversation_id, self._sheet.read(conversation_id))
        await self.client.views_open(trigger_id=trigger_id, view=view)

    async def edit_sheet(self, body: dict[str, Any]) -> dict[str, str]:
        """Take a submitted modal in.

        Returns:
            What is wrong, by field; nothing is taken in then.
        """
        if not self.allows(team_of_user(body)):
            return {}
        view = body["view"]
        conversation_id, changed = sheet_view.changes(view)
        errors: dict[str, str] = {}
        for field, value in changed.items():
            try:
                self._sheet.edit(field, value)
            except (InvalidValueError, KeyError) as error:
                said = str(error) if isinstance(error, InvalidValueError) else ""
                errors[field] = said or wording("unusable_value")
        if errors:
            return errors
        for number, act in enumerate(self._sheet.edit_all(changed)):
            await self.gate.submit(
                IncomingMessage(
                    conversation_id,
                    CHANNEL,
                    client_message_id=f"v:{view['id']}:{number}",
                    act=act,
                )
            )
        return {}

    # --- App Home --------------------------------------------------------------------

    async def home_opened(self, event: dict[str, Any], team: str | None) -> None:
        """Show the sheet in App Home; greet who opens the messages for the first time."""
        if not self.allows(team_of_event(event) or team):
            return
        place = Place(self.identity.team, event["user"])
        if event.get("tab") == "home":
            self._homes.add(place.peer)
            self._in_background(self._publish_home(place))
        elif not self._ledger.knows(place.conversation_id):
            await self.gate.submit(
                IncomingMessage(
                    place.conversation_id, CHANNEL, client_message_id="greeting", act=GREETING
                )
            )

    async def _refresh_home(self, place: Place) -> None:
        if place.is_direct and place.peer in self._homes:
            self._in_background(self._publish_home(place))

    async def _publish_home(self, place: Place) -> None:
        view = sheet_view.home(self._sheet.read(place.conversation_id))
        await patiently(lambda: self.client.views_publish(user_id=place.peer, view=view))

    # --- background ------------------------------------------------------------------

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what Slack need not wait for; if it fails, the conversation goes on without."""
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float | None = None) -> None:
        """Wait until everything taken in is answered and shown (see `Gate.drain`)."""
        await self.gate.drain(seconds)
        await finish(self._tasks, seconds)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except SlackApiError as error:
        logger.warning("Slack refused: %s", error_code(error))
    except Exception:
        logger.exception("A view or message in Slack could not be renewed")
