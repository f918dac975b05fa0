"""Sending a turn: one free reply of at most five messages, the rest by push, nothing twice.

What LINE gets is written down before the first try (:mod:`channels.line.ledger`). A push is
made repeatable by its retry key. A reply has none, but its token works once: while the token
lives, trying again either sends it or is refused because it was sent.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

from channels.line.choices import Offered
from channels.line.client import LineApiError, LineClient, LineUnreachableError
from channels.line.events import target_of
from channels.line.ledger import (
    CANCELLED,
    HELD,
    OPEN,
    TRIED,
    Contacts,
    Ledger,
    Outgoing,
    Request,
)
from channels.line.limits import limit
from channels.line.quota import Quota
from channels.line.rendering import as_text, pack, render
from channels.line.wording import language_notice
from conversations.database import now
from conversations.ports import Delivery, UndeliverableError
from conversations.store import ConversationStore

logger = logging.getLogger(__name__)

ATTEMPTS = 3
BACKOFF_SECONDS = 0.5


class QuotaUsedUpError(Exception):
    """The rest of a turn waits for the next month or the next message of the company."""


class LineDeliverer:
    """See `conversations.ports.Deliverer`. The gate holds the conversation's lock."""

    def __init__(self, store: ConversationStore, client: LineClient) -> None:
        self.quota = Quota(client)
        self.contacts = Contacts(store.database)
        self._store = store
        self._client = client
        self._ledger = Ledger(store.database)

    async def deliver(self, delivery: Delivery) -> None:
        """Send a turn, after what an earlier turn left over."""
        conversation_id = delivery.conversation_id
        if self.contacts.is_blocked(conversation_id):
            self._ledger.cancel(conversation_id)
            raise UndeliverableError("blocked")
        if not self._ledger.is_planned(delivery.parts[0].outbox_id):
            await self._plan(delivery)
        for request in self._ledger.unsettled(conversation_id):
            await self._send(request)

    # --- deciding --------------------------------------------------------------------

    async def _plan(self, delivery: Delivery) -> None:
        origin = delivery.origin or {}
        until = float(origin.get("reply_until") or 0)
        token = origin.get("reply_token") if now() < until else None
        rendered = render([part.body for part in delivery.parts])
        messages = await self._notice(delivery.conversation_id) + rendered.messages
        choices = rendered.choices
        if not choices and origin.keys() & {"message_id", "page"}:
            # Their message made the buttons of earlier choices vanish, which still hold.
            choices = [
                Offered(one.position, one.label, one.id)
                for one in self._store.current_choices(delivery.conversation_id)
            ]
        held = self._ledger.held(delivery.conversation_id) if token else []
        packed = pack(held + messages, choices, int(origin.get("page") or 0))
        most = limit("reply", "messages_max")
        self._ledger.plan(
            delivery.conversation_id,
            delivery.parts[0].outbox_id,
            [packed[start : start + most] for start in range(0, len(packed), most)],
            token,
            until,
            takes_held=bool(held),
        )

    async def _notice(self, conversation_id: str) -> list[Outgoing]:
        """Return what a reader of another language is told before the first answer."""
        kind, user_id = target_of(conversation_id)
        if kind != "user" or self.contacts.language(conversation_id) is not None:
            return []
        try:
            profile = await self._client.profile(user_id)
        except LineUnreachableError:
            return []
        except LineApiError as error:
            logger.info("No LINE profile: %s", error)
            profile = {}
        language = str(profile.get("language") or "")
        self.contacts.set_language(conversation_id, language)
        notice = language_notice(language)
        return as_text(notice) if notice else []

    # --- sending ---------------------------------------------------------------------

    async def _send(self, request: Request) -> None:
        if request.reply_token is not None:
            sent = await self._reply(request, request.reply_token)
            if sent:
                return
            request = request.as_push()
            self._ledger.save(request)
        await self._push(request)

    async def _reply(self, request: Request, token: str) -> bool:
        """Reply.

        Returns:
            False when it must be pushed instead: the token died before LINE took the reply.

        Raises:
            LineUnreachableError: Still open; LINE may have it.
            LineApiError: Still open.
        """
        if now() >= request.reply_until and request.state == OPEN:
            return False
        for attempt in range(1, ATTEMPTS + 1):
            tried_before = request.state == TRIED
            request = replace(request, state=TRIED)
            self._ledger.save(request)
            try:
                await self._client.reply(token, _objects(request))
            except LineUnreachableError:
                if attempt == ATTEMPTS:
                    raise
            except LineApiError as error:
                if error.reply_token_is_dead:
                    # Used by us while it lived, or run out: only the first means it arrived.
                    if tried_before and now() < _end_of_life(request):
                        break
                    return False
                if error.status == 400:
                    request = self._degraded(request, error)
                elif error.status < 500:
                    # Refused for certain.
                    request = replace(request, state=OPEN)
                    self._ledger.save(request)
                if attempt == ATTEMPTS or not (error.may_pass or error.status == 400):
                    raise
            else:
                break
            await asyncio.sleep(BACKOFF_SECONDS * attempt)
        self._ledger.arrived(request)
        return True

    async def _push(self, request: Request) -> None:
        """Push, held back when the month's messages are used up.

        Raises:
            QuotaUsedUpError: Held.
            LineUnreachableError: Still open; the same key makes trying again safe.
            LineApiError: Still open.
        """
        if not await self.quota.may_push():
            self._hold(request)
        _, to = target_of(request.conversation_id)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._client.push(to, _objects(request), request.retry_key)
            except LineUnreachableError:
                if attempt == ATTEMPTS:
                    raise
            except LineApiError as error:
                if error.quota_is_used_up:
                    self.quota.used_up()
                    self._hold(request)
                if error.status == 400:
                    request = self._degraded(request, error)
                elif not error.may_pass or attempt == ATTEMPTS:
                    raise
            else:
                break
            await asyncio.sleep(BACKOFF_SECONDS * attempt)
        else:
            raise LineUnreachableError("LINE did not take the message")
        self.quota.count()
        self._ledger.arrived(request)

    def _hold(self, request: Request) -> None:
        self._ledger.save(replace(request, state=HELD))
        raise QuotaUsedUpError("LINE: this month's messages are used up; the rest is held back")

    def _degraded(self, request: Request, error: LineApiError) -> Request:
        """Return the request as plain text, which LINE refuses only if it refuses us.

        Raises:
            UndeliverableError: It was plain text already: the recipient does not exist.
        """
        logger.error("LINE refused messages: %s", error)
        plain = pack([text for one in request.messages for text in as_text(one["plain"])])
        if [one["message"] for one in plain] == _objects(request):
            self._ledger.save(replace(request, state=CANCELLED))
            raise UndeliverableError(str(error))
        degraded = replace(request, messages=plain[: limit("push", "messages_max")], state=OPEN)
        self._ledger.save(degraded)
        return degraded


def _objects(request: Request) -> list[dict[str, Any]]:
    return [one["message"] for one in request.messages]


def _end_of_life(request: Request) -> float:
    spare = limit("reply", "token_lifetime_seconds") - limit("reply", "token_budget_seconds")
    return request.reply_until + spare
