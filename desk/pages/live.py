"""Live pages: what changed is sent as the piece of page it became, to whoever has it open.

A page is told what differs from what it was told before; a wake-up that is lost costs a moment,
never a message, because each look reads the store.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

Payload = dict[str, Any]
LOOK_SECONDS = 2.0
"""How often a page looks for what other processes did."""
PING_SECONDS = 15.0
RETRY_MILLISECONDS = 2000


class DeskNews:
    """A `DeskListener` that wakes the open pages of this process."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False

    def follow(self) -> asyncio.Event:
        """Add an open page; `leave` must follow."""
        self._loop = asyncio.get_running_loop()
        page = asyncio.Event()
        self._pages.add(page)
        return page

    def leave(self, page: asyncio.Event) -> None:
        """Forget a page."""
        self._pages.discard(page)

    def close(self) -> None:
        """Let all pages end (the server stops)."""
        self.closed = True
        self._wake()

    def case_queued(self, conversation_id: str) -> None:
        """See `DeskListener`."""
        self._news()

    def case_changed(self, conversation_id: str, kind: str) -> None:
        """See `DeskListener`."""
        self._news()

    def customer_message(self, conversation_id: str) -> None:
        """See `DeskListener`."""
        self._news()

    def staff_message(self, conversation_id: str, message_id: int) -> None:
        """See `DeskListener`."""
        self._news()

    def delivery_failed(self, conversation_id: str, message_id: int, reason: str) -> None:
        """See `DeskListener`."""
        self._news()

    def _news(self) -> None:
        # Listeners may be told on another thread.
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for page in self._pages:
            page.set()


def event(name: str, data: Payload) -> str:
    """Return one server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def digest(text: str) -> str:
    """Return what stands for a piece of a page."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


async def stream(
    news: DeskNews, look: Callable[[], dict[str, Payload] | None]
) -> AsyncIterator[str]:
    """Yield events while somebody is logged in.

    Args:
        news: Wakes the page.
        look: What the page shows now, by name of event; None when the session is over.
    """
    told: dict[str, str] = {}
    quiet = 0.0
    page = news.follow()
    try:
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        while not news.closed:
            shown = look()
            if shown is None:
                yield event("gone", {})
                return
            for name, payload in shown.items():
                piece = event(name, payload)
                if told.get(name) != piece:
                    told[name] = piece
                    quiet = 0.0
                    yield piece
            try:
                await asyncio.wait_for(page.wait(), LOOK_SECONDS)
                page.clear()
            except asyncio.TimeoutError:
                quiet += LOOK_SECONDS
                if quiet >= PING_SECONDS:
                    quiet = 0.0
                    yield ": ping\n\n"
    finally:
        news.leave(page)
