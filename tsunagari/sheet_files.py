"""The consultation sheet as Markdown and PDF, and the links by which LINE and Slack get it."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from typing import Any

from actions.resources import Knowledge
from answers.sheet.markdown import to_markdown
from answers.sheet.model import SheetDocument
from answers.sheet.typesetting import TypesettingError, to_pdf
from answers.sheet.wording import wording
from conversations.ports import SheetUnavailableError
from desk.personal_data import mask
from desk.service import DeskService
from tsunagari.settings import Settings
from tsunagari.sheet_document import SheetWriter
from tsunagari.sheet_links import PATH
from tsunagari.tracker_store import SnapshotTrackerStore
from tsunagari.web_setup import secret

logger = logging.getLogger(__name__)

LINK_HOURS = 24
AT_ONCE = 2
"""Sheets set at the same time; more of them wait."""
_LONGEST_TOKEN = 1024
_SIGNATURE_BYTES = 16
#: Channels whose own interface has a button.
_WITH_BUTTON = ("web:",)
#: Channels where a person would look for a way in vain.
_TOLD_IN_VAIN = ("line:", "slack:")


class SheetFiles:
    """See `conversations.ports.SheetFiles`."""

    def __init__(
        self,
        desk: DeskService,
        trackers: SnapshotTrackerStore,
        knowledge: Callable[[], Knowledge],
        responses: dict[str, Any],
        settings: Settings,
    ) -> None:
        """Create it.

        Args:
            desk: Knows the log and the request for a person.
            trackers: Hold the state of the dialogue.
            knowledge: Opens the knowledge as it is now.
            responses: Responses of the domain.
            settings: Say where the installation's secret and its public address are.
        """
        self._desk = desk
        self._trackers = trackers
        self._knowledge = knowledge
        self._responses = responses
        self._settings = settings
        self._public_url = (settings.public_url or "").rstrip("/")
        self._setting = asyncio.Semaphore(AT_ONCE)

    def document(self, conversation_id: str, masked: bool = False) -> SheetDocument:
        """Return what stands on the sheet now.

        Raises:
            SheetUnavailableError: There is no such conversation.
        """
        reader = self._desk.reader
        if not reader.exists(conversation_id):
            raise SheetUnavailableError(conversation_id)
        tracker = self._trackers.peek(conversation_id)
        writer = SheetWriter(self._knowledge(), self._responses, self._desk.hours.zone)
        document = writer.write(
            tracker.current_slot_values() if tracker else {},
            reader.log(conversation_id),
            reader.request(conversation_id),
            self._desk.clock(),
        )
        return document.masked(mask) if masked else document

    def markdown(self, conversation_id: str, masked: bool = False) -> str:
        """See `conversations.ports.SheetFiles`."""
        return to_markdown(self.document(conversation_id, masked))

    async def pdf(self, conversation_id: str, masked: bool = False) -> bytes:
        """See `conversations.ports.SheetFiles`."""
        document = self.document(conversation_id, masked)
        async with self._setting:
            try:
                return await to_pdf(document)
            except (TypesettingError, OSError) as error:
                logger.exception("The consultation sheet could not be set")
                raise SheetUnavailableError(conversation_id) from error

    # --- links -------------------------------------------------------------------------

    def offer(self, conversation_id: str) -> str:
        """See `conversations.ports.SheetFiles`."""
        if conversation_id.startswith(_WITH_BUTTON):
            return ""
        link = self.link(conversation_id)
        if link is not None:
            return wording("offer", url=link, hours=LINK_HOURS)
        return wording("offer_none") if conversation_id.startswith(_TOLD_IN_VAIN) else ""

    def link(self, conversation_id: str) -> str | None:
        """Return an address at which the PDF can be had for a day; None without a public one."""
        if not self._public_url:
            return None
        until = int(self._desk.clock()) + LINK_HOURS * 3600
        body = _encode(json.dumps([conversation_id, until], separators=(",", ":")).encode())
        return f"{self._public_url}{PATH}/{body}.{self._signature(body)}.pdf"

    def opened(self, token: str) -> str | None:
        """Return the conversation a link's token opens; None where it is over or not ours."""
        body, _, signature = token.partition(".")
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            return None
        if not hmac.compare_digest(signature, self._signature(body)):
            return None
        try:
            conversation_id, until = json.loads(_decode(body))
        except (binascii.Error, ValueError):
            return None
        return str(conversation_id) if until > self._desk.clock() else None

    def _signature(self, body: str) -> str:
        key = hmac.digest(secret(self._settings.var), b"tsunagari sheet link v1", hashlib.sha256)
        return _encode(hmac.digest(key, body.encode(), hashlib.sha256)[:_SIGNATURE_BYTES])


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
