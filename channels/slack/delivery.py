"""Posting stored answers to Slack: in order, each part once, until it arrived."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from channels.slack.api import error_code, patiently, status_of
from channels.slack.ledger import Ledger, Part
from channels.slack.places import Place
from channels.slack.posts import find_post, post_arguments
from channels.slack.rendering import Post, plain_posts, render
from channels.slack.wording import wording
from conversations.database import now
from conversations.outbox import Outbox
from conversations.ports import Delivery, UndeliverableError

logger = logging.getLogger(__name__)

EVENT_TYPE = "tsunagari_answer"
"""Metadata under which a post of ours is recognised in Slack."""
GIVE_UP_SECONDS = 24 * 3600.0
"""After a day nobody waits for the answer any more."""
CLOCK_DIFFERENCE = 60.0
PLAIN_PARTS = 1000
"""Parts of a message without blocks are counted from here: they are other posts."""

# Nothing an operator does brings these back for this message.
_GONE = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "user_not_found",
        "user_disabled",
        "cannot_dm_bot",
        "thread_not_found",
        "cannot_reply_to_message",
    }
)
# What stands there stays: whoever may not change it any more says it anew.
_STANDS = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_UNREADABLE_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


class SlackDelivery:
    """Sends what the gate hands over (see `conversations.ports.Deliverer`).

    A part is noted before it is posted, and again with Slack's time stamp after it. Where a process
    died or a connection broke in between, Slack itself is asked whether the part is there. The
    gate hands over one turn of a conversation at a time.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        ledger: Ledger,
        outbox: Outbox,
        on_sent: Callable[[Place], Awaitable[None]] | None = None,
    ) -> None:
        """Create it.

        Args:
            client: Slack's Web API.
            ledger: Remembers what was posted.
            outbox: Tells what of a conversation still waits.
            on_sent: Told where something arrived.
        """
        self._client = client
        self._ledger = ledger
        self._outbox = outbox
        self.on_sent = on_sent
        self._direct: dict[str, str] = {}

    async def deliver(self, delivery: Delivery) -> None:
        """Post a turn, after every earlier one of its conversation that still waits."""
        for earlier in self._outbox.pending(delivery.conversation_id):
            if earlier.parts[0].outbox_id >= delivery.parts[0].outbox_id:
                break
            ids = [part.outbox_id for part in earlier.parts]
            try:
                await self._send(earlier)
            except UndeliverableError as error:
                logger.warning("A turn in Slack cannot be delivered: %s", error)
                self._outbox.give_up(ids, str(error))
            else:
                self._outbox.mark_sent(ids, delivered=True)
        await self._send(delivery)

    async def channel_of(self, place: Place) -> str:
        """Return the channel a place is in; direct messages have one of their own."""
        if not place.is_direct:
            return place.peer
        known = self._direct.get(place.peer)
        if known is None:
            response = await patiently(lambda: self._client.conversations_open(users=place.peer))
            known = str(response["channel"]["id"])
            self._direct[place.peer] = known
        return known

    async def _send(self, delivery: Delivery) -> None:
        place = Place.of(delivery.conversation_id)
        said_at = self._ledger.said_at(delivery.parts[0].outbox_id)
        if said_at is None or now() - said_at > GIVE_UP_SECONDS:
            raise UndeliverableError("erased, or older than a day")
        try:
            channel = await self.channel_of(place)
            thread = place.thread or (delivery.origin or {}).get("thread")
            for part in delivery.parts:
                first = Part(delivery.conversation_id, part.outbox_id, 0)
                posts = render(part.body)
                shown = self._ledger.shown(part.outbox_id)
                if shown and await self._edit(channel, shown, posts):
                    continue
                if shown:
                    text = wording("correction", text=str(part.body.get("text") or ""))
                    posts = render({**part.body, "text": text})
                await self._post_message(first, channel, thread, posts)
        except SlackApiError as error:
            if error_code(error) not in _GONE:
                raise
            raise UndeliverableError(error_code(error)) from error
        if self.on_sent is not None:
            await self.on_sent(place)

    async def _edit(
        self, channel: str, shown: Sequence[tuple[Part, str]], posts: Sequence[Post]
    ) -> bool:
        """Let posts say something else; a second time changes nothing.

        Returns:
            Whether they could be changed.
        """
        if len(shown) != len(posts):
            return False
        for (part, ts), post in zip(shown, posts, strict=True):
            payload = {"outbox": part.outbox_id, "part": part.number}
            arguments: dict[str, Any] = {
                "channel": channel,
                "ts": ts,
                "text": post.text,
                "blocks": post.blocks,
                "metadata": {"event_type": EVENT_TYPE, "event_payload": payload},
            }
            try:
                await patiently(lambda: self._client.chat_update(**arguments))  # noqa: B023
            except SlackApiError as error:
                if error_code(error) not in _STANDS | _UNREADABLE_BLOCKS:
                    raise
                return False
        return True

    async def _post_message(
        self, first: Part, channel: str, thread: str | None, posts: list[Post]
    ) -> None:
        for number, post in enumerate(posts):
            part = Part(first.conversation_id, first.outbox_id, number)
            try:
                await self._post(part, channel, thread, post)
            except SlackApiError as error:
                if error_code(error) not in _UNREADABLE_BLOCKS:
                    raise
                logger.error("Slack refused the blocks of message %s", first.outbox_id)
                start = (number + 1) * PLAIN_PARTS
                for further, simple in enumerate(plain_posts([post]), start):
                    part = Part(first.conversation_id, first.outbox_id, further)
                    await self._post(part, channel, thread, simple)

    async def _post(self, part: Part, channel: str, thread: str | None, post: Post) -> None:
        begun = self._ledger.begin(part)
        if begun.ts is not None:
            return
        payload = {"outbox": part.outbox_id, "part": part.number}
        try:
            ts = None
            if not begun.first_try:
                ts = await self._find(channel, thread, payload, begun.begun_at)
            if ts is None:
                ts = await self._post_once(part, channel, thread, post, payload)
        except SlackApiError as error:
            if status_of(error) < 500:
                self._ledger.refused(part)
            else:
                self._ledger.unclear(part)
            raise
        except BaseException:
            self._ledger.unclear(part)
            raise
        self._ledger.posted(part, ts)

    async def _post_once(
        self, part: Part, channel: str, thread: str | None, post: Post, payload: dict[str, Any]
    ) -> str:
        arguments = post_arguments(channel, post.text, post.blocks, EVENT_TYPE, payload, thread)
        response = await patiently(
            lambda: self._client.chat_postMessage(**arguments),
            lambda seconds: self._ledger.waits(part, seconds),
        )
        return str(response["ts"])

    async def _find(
        self, channel: str, thread: str | None, payload: dict[str, Any], since: float
    ) -> str | None:
        """Return the time stamp of a part that did arrive though we never heard so."""
        since -= CLOCK_DIFFERENCE
        return await find_post(self._client, channel, thread, EVENT_TYPE, payload, since)
