"""What the web channel does, apart from HTTP: sessions, permissions, limits, messages."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from channels.web import bodies
from channels.web.errors import WebError
from channels.web.messages import render
from channels.web.sites import LOCALES, Site
from channels.web.tokens import TOKEN_SECONDS, TokenSigner
from channels.web.visitors import Visitor, WebConfig
from conversations.database_lock import patiently
from conversations.feedback import FeedbackStore
from conversations.gate import Gate, Submission
from conversations.ports import (
    Act,
    ConversationGoneError,
    IncomingMessage,
    InvalidValueError,
    SheetFiles,
    SheetUnavailableError,
    SheetView,
)
from conversations.rows import LoggedMessage
from conversations.sessions import SessionStore, WebSession

CHANNEL = "web"
GREETING = Act("/greet")
HANDOFF = Act("/request_human", "担当者につなぐ")
RATINGS = ("up", "down")
REASONS = ("wrong", "unclear", "not_asked", "other")


class WebChannel:
    """The web channel over the gate and the store."""

    def __init__(
        self,
        gate: Gate,
        sheet: SheetView,
        config: WebConfig,
        files: SheetFiles | None = None,
    ) -> None:
        """Create the channel.

        Args:
            gate: Takes messages in.
            sheet: The consultation sheets.
            config: How the channel is set up.
            files: Makes files of the sheets; without it there are none.
        """
        self.gate = gate
        self.sheet = sheet
        self._files = files
        self.config = config
        self.sessions = SessionStore(gate.store.database)
        self.tokens = TokenSigner(config.secret)
        self._feedback = FeedbackStore(gate.store.database, gate.store.private)
        self._streams: dict[str, int] = {}

    # --- who is asking ---------------------------------------------------------------

    def limit(self, kind: str, key: str, per_minute: int) -> None:
        """Count a request.

        Raises:
            WebError: 429: too many of them.
        """
        wait = self.config.limiter.take(f"{kind}:{key}", per_minute)
        if wait:
            raise WebError(429, "too_many_requests", retry_after=wait)

    def visitor(
        self, authorization: str | None, origin: str | None, host: str, address: str
    ) -> Visitor:
        """Check a request's token.

        Args:
            authorization: The `Authorization` header.
            origin: The `Origin` header; None only where a browser sends none (same-origin GET).
            host: The `Host` header.
            address: Stands for the client's address in limits.

        Raises:
            WebError: 401 or 403.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise WebError(401, "token_missing")
        claims = self.tokens.check(token.strip())
        site = self.config.sites.get(claims.site_key)
        if site is None or not self.config.sites.allows(site, claims.origin, host):
            # The site or its page has been taken off the list since.
            raise WebError(403, "origin_not_allowed")
        if origin is not None and origin != claims.origin:
            raise WebError(403, "origin_not_allowed")
        session = self.sessions.get(f"{CHANNEL}:{claims.conversation_id}")
        if session is None:
            raise WebError(401, "session_gone")
        return Visitor(session, claims, address)

    # --- sessions --------------------------------------------------------------------

    async def open_session(
        self, body: dict[str, Any], origin: str | None, host: str, address: str
    ) -> dict[str, Any]:
        """Begin or resume a conversation.

        Raises:
            WebError: 400, 403, 404 or 429.
        """
        self.limit("ip", address, self.config.limits.ip)
        site = self.config.sites.get(bodies.identifier(body, "site_key", 80))
        if site is None:
            raise WebError(404, "unknown_site")
        if origin is None or not self.config.sites.allows(site, origin, host):
            raise WebError(403, "origin_not_allowed")
        locale = bodies.one_of(body, "locale", LOCALES, needed=False)
        resumed = None
        if body.get("resume_token") is not None:
            token = bodies.identifier(body, "resume_token", 200)
            resumed = await patiently(lambda: self.sessions.resume(token, site.key, locale))
        session, resume_token = resumed or await self._begin(site, locale, address)
        public_id = session.conversation_id.partition(":")[2]
        return {
            "conversation_id": public_id,
            "token": self.tokens.issue(public_id, site.key, origin),
            "expires_in": TOKEN_SECONDS,
            "resume_token": resume_token,
            "resumed": resumed is not None,
            "locale": session.locale,
            "site": site.described(),
            "limits": {"max_length": bodies.MAX_TEXT},
        }

    async def _begin(self, site: Site, locale: str | None, address: str) -> tuple[WebSession, str]:
        self.limit("sessions", address, self.config.limits.sessions)
        conversation_id = f"{CHANNEL}:{secrets.token_hex(16)}"
        begin, words = self.sessions.create, locale or site.locale
        begun = await patiently(lambda: begin(conversation_id, CHANNEL, site.key, words))
        greeting = IncomingMessage(
            conversation_id, CHANNEL, client_message_id="greeting", act=GREETING, opens=False
        )
        await self.gate.receive(greeting)
        return begun

    def renew(self, visitor: Visitor) -> dict[str, Any]:
        """Return a fresh token for the same session."""
        claims = visitor.claims
        token = self.tokens.issue(claims.conversation_id, claims.site_key, claims.origin)
        return {"token": token, "expires_in": TOKEN_SECONDS}

    def end(self, visitor: Visitor) -> None:
        """Close the conversation; what was said stays until it is erased."""
        self.sessions.end(visitor.conversation_id)
        self.gate.left(visitor.conversation_id)

    async def erase(self, visitor: Visitor) -> None:
        """Erase the conversation with everything that hangs on it."""
        await self.gate.erase(visitor.conversation_id)

    # --- messages --------------------------------------------------------------------

    async def send(self, visitor: Visitor, body: dict[str, Any]) -> Submission:
        """Take a text or a pressed choice in.

        Raises:
            WebError: 400, 401, 404, 409 or 429.
        """
        message_id = bodies.client_message_id(body)
        if bodies.one_of(body, "type", ("text", "choice"), needed=True) == "text":
            return await self._submit(visitor, message_id, text=bodies.text(body, "text"))
        choice_id = bodies.identifier(body, "choice_id")
        if self.gate.store.choice(visitor.conversation_id, choice_id) is None:
            raise WebError(404, "unknown_choice")
        return await self._submit(visitor, message_id, choice_id=choice_id)

    async def edit_sheet(self, visitor: Visitor, field_id: str, body: dict[str, Any]) -> Submission:
        """Change a field of the sheet: a correction, confirmed in the chat.

        Raises:
            WebError: 400, 401, 404, 409 or 429.
        """
        message_id = bodies.client_message_id(body)
        if "value" not in body:
            raise WebError(400, "bad_request")
        value = None if body["value"] is None else bodies.text(body, "value")
        try:
            act = self.sheet.edit(field_id, value)
        except KeyError:
            raise WebError(404, "unknown_field") from None
        except InvalidValueError as error:
            raise WebError(400, "invalid_value", str(error) or None) from error
        return await self._submit(visitor, message_id, act=act)

    async def sheet_file(self, visitor: Visitor, extension: str) -> bytes:
        """Return the sheet as a file to keep.

        Args:
            visitor: Who asks.
            extension: `pdf` or `md`.

        Raises:
            WebError: 401, 404, 429 or 503.
        """
        self.limit("sheets", visitor.conversation_id, self.config.limits.sheets)
        if self._files is None:
            raise WebError(404, "not_found")
        try:
            if extension == "md":
                return self._files.markdown(visitor.conversation_id).encode("utf-8", "replace")
            return await self._files.pdf(visitor.conversation_id)
        except SheetUnavailableError as error:
            if self.sessions.get(visitor.conversation_id) is None:
                raise WebError(401, "session_gone") from error
            raise WebError(503, "sheet_unavailable", retry_after=30) from error

    async def request_person(self, visitor: Visitor, body: dict[str, Any]) -> Submission:
        """Ask for a person, as the company could in words.

        Raises:
            WebError: 400, 401, 409 or 429.
        """
        return await self._submit(visitor, bodies.client_message_id(body), act=HANDOFF)

    async def _submit(
        self,
        visitor: Visitor,
        message_id: str,
        text: str | None = None,
        choice_id: str | None = None,
        act: Act | None = None,
    ) -> Submission:
        self.limit("conversation", visitor.conversation_id, self.config.limits.conversation)
        if visitor.session.ended:
            raise WebError(409, "conversation_ended")
        message = IncomingMessage(
            visitor.conversation_id, CHANNEL, text, choice_id, message_id, act, opens=False
        )
        try:
            return await self.gate.submit(message)
        except ConversationGoneError:
            raise WebError(401, "session_gone") from None

    def history(self, visitor: Visitor, after: int, limit: int) -> dict[str, Any]:
        """Return a page of the log."""
        found = self.gate.store.log.history(visitor.conversation_id, after, limit + 1)
        self.fetched(found[:limit])
        changes = self.gate.store.log.changes(visitor.conversation_id, 0, after)
        return {
            "messages": [render(message) for message in found[:limit]],
            "changed": [render(message) for message in changes.messages],
            "has_more": len(found) > limit,
        }

    def fetched(self, page: Sequence[LoggedMessage]) -> None:
        """Note that a visitor got what was said from the desk."""
        said = [message for message in page if message.waits_to_be_fetched]
        if said:
            last = said[-1]
            self.gate.deliveries.fetched(last.conversation_id, CHANNEL, last.id)

    def rate(self, visitor: Visitor, body: dict[str, Any]) -> None:
        """Keep what the visitor thinks of an answer.

        Raises:
            WebError: 400 or 404.
        """
        seq = bodies.sequence(body, "seq")
        rating = bodies.one_of(body, "rating", RATINGS, needed=True)
        reason = bodies.one_of(body, "reason", REASONS, needed=False)
        comment = bodies.optional_text(body, "comment", bodies.MAX_COMMENT)
        if self.gate.store.log.author(visitor.conversation_id, seq) in (None, "customer"):
            raise WebError(404, "unknown_message")
        self._feedback.rate(visitor.conversation_id, seq, str(rating), reason, comment)

    # --- streams ---------------------------------------------------------------------

    def enter_stream(self, visitor: Visitor) -> None:
        """Count an event stream that opens; `leave_stream` must follow.

        Raises:
            WebError: 429: too many are open.
        """
        limits = self.config.limits
        full = self.gate.live.count(visitor.conversation_id) >= limits.streams
        if full or self._streams.get(visitor.address, 0) >= limits.streams_ip:
            raise WebError(429, "too_many_streams", retry_after=30)
        self._streams[visitor.address] = self._streams.get(visitor.address, 0) + 1

    def leave_stream(self, visitor: Visitor) -> None:
        """Count an event stream that closed."""
        self._streams[visitor.address] -= 1
        if not self._streams[visitor.address]:
            del self._streams[visitor.address]
