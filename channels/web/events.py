"""The event stream: replay from the store, then whatever is new, until one side ends it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from channels.web.messages import render
from conversations.live import Follower
from conversations.log import MessageLog
from conversations.ports import SheetView
from conversations.rows import LoggedMessage
from conversations.sessions import CLOSED, SessionStore

PING_SECONDS = 15.0
PAGE = 100
RETRY_MILLISECONDS = 2000
STAFF_LABEL = "担当者"
HEADERS = {
    "Cache-Control": "no-store",
    # nginx would otherwise hold events back until its buffer is full.
    "X-Accel-Buffering": "no",
}


def event(name: str, data: Any, event_id: int | None = None) -> str:
    """Return one server-sent event; JSON has no raw newlines, so one data line holds it."""
    number = "" if event_id is None else f"id: {event_id}\n"
    return f"event: {name}\n{number}data: {json.dumps(data, ensure_ascii=False)}\n\n"


class EventStream:
    """What one connection still has to be told."""

    def __init__(
        self,
        conversation_id: str,
        after: int,
        log: MessageLog,
        sessions: SessionStore,
        sheet: SheetView,
        fetched: Callable[[Sequence[LoggedMessage]], None] = lambda _page: None,
    ) -> None:
        """Create it.

        Args:
            conversation_id: The conversation.
            after: The last message the reader has.
            log: Where messages are read.
            sessions: Who holds the conversation.
            sheet: The consultation sheet.
            fetched: Told what has been sent to the reader.
        """
        self._fetched = fetched
        self._conversation_id = conversation_id
        self._after = after
        self._log = log
        self._sessions = sessions
        self._sheet = sheet
        self._typing: str | None = None
        self._told_sheet: dict[str, Any] | None = None
        self._told_state: str | None = None
        self._told_change = 0

    async def run(self, follower: Follower, seconds: float) -> AsyncIterator[str]:
        """Yield pieces of the stream.

        Args:
            follower: Wakes this connection.
            seconds: How long it may stay open.
        """
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        news = True
        while not follower.closed and clock() < end:
            typing = follower.typing
            if typing:
                for piece in self._typing_news(typing):
                    yield piece
            if news:
                # Before new messages, which are read as they stand anyway.
                for piece in self._changes():
                    yield piece
            while page := self._log.history(self._conversation_id, self._after, PAGE):
                for message in page:
                    self._after = message.id
                    yield event("message", render(message), message.id)
                self._fetched(page)
            if not typing:
                for piece in self._typing_news(None):
                    yield piece
            state = self._sessions.state(self._conversation_id)
            if news and state is not None:
                # It also changes while the bot is silent, by the company's own hand.
                for piece in self._sheet_news():
                    yield piece
            # An erased conversation looks closed to those who still have it open.
            for piece in self._state_news(state or CLOSED):
                yield piece
            if state is None:
                return
            news = await follower.wait(min(PING_SECONDS, max(0.0, end - clock())))
            if not news:
                yield ": ping\n\n"

    def _changes(self) -> list[str]:
        """What the reader has and was taken back since, also while nobody listened."""
        changes = self._log.changes(self._conversation_id, self._told_change, self._after)
        self._told_change = changes.number
        return [event("changed", render(message)) for message in changes.messages]

    def _typing_news(self, typing: str | None) -> list[str]:
        if typing == self._typing:
            return []
        who, self._typing = typing or self._typing, typing
        return [event("typing", {"on": typing is not None, "who": who})]

    def _sheet_news(self) -> list[str]:
        sheet = self._sheet.read(self._conversation_id)
        if sheet == self._told_sheet:
            return []
        self._told_sheet = sheet
        return [event("sheet", sheet)]

    def _state_news(self, state: str) -> list[str]:
        if state == self._told_state:
            return []
        self._told_state = state
        owner = {"owner": STAFF_LABEL} if state == "HUMAN" else {}
        return [event("state", {"state": state, **owner})]
