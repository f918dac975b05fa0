"""What is sent to LINE and whether it arrived: decided and written before the first try."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict

from sqlalchemy import insert, select, update

from conversations.database import Database, now
from conversations.rows import ensure_conversation
from conversations.schema import line_contact, line_request

OPEN = "open"
TRIED = "tried"
HELD = "held"
DONE = "done"
CANCELLED = "cancelled"
_UNSETTLED = (OPEN, TRIED, HELD)


class Outgoing(TypedDict):
    """A message object of LINE with the plain text that stands in for it if LINE refuses it."""

    message: dict[str, Any]
    plain: str


@dataclass(frozen=True)
class Request:
    """One request to LINE: a reply where it has a reply token, else a push.

    Attributes:
        id: Row id.
        conversation_id: To whom.
        reply_token: Token of the message answered.
        reply_until: Until when the token is trusted.
        retry_key: Key of the push.
        messages: At most five.
        state: `OPEN`; `TRIED` when LINE may have it; `HELD` for want of quota; `DONE`;
            `CANCELLED`.
    """

    id: int
    conversation_id: str
    reply_token: str | None
    reply_until: float
    retry_key: str
    messages: list[Outgoing]
    state: str

    def as_push(self) -> Request:
        """Return the same messages as a push."""
        return replace(self, reply_token=None, state=OPEN)


class Ledger:
    """Requests to LINE in the one store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._arrived: set[int] = set()

    def is_planned(self, outbox_id: int) -> bool:
        """Return whether the requests of a turn are decided."""
        with self._database.read() as connection:
            found = connection.execute(
                select(line_request.c.id).where(line_request.c.outbox_id == outbox_id).limit(1)
            ).first()
        return found is not None

    def held(self, conversation_id: str) -> list[Outgoing]:
        """Return what waits for quota, in order."""
        held = [one for one in self.unsettled(conversation_id) if one.state == HELD]
        return [message for one in held for message in one.messages]

    def plan(
        self,
        conversation_id: str,
        outbox_id: int,
        batches: Sequence[Sequence[Outgoing]],
        reply_token: str | None,
        reply_until: float,
        takes_held: bool,
    ) -> None:
        """Decide the requests of a turn.

        Args:
            conversation_id: To whom.
            outbox_id: First outbox row of the turn.
            batches: Messages of each request; the first is the reply, where there is a token.
            reply_token: A token that is still trusted, or None.
            reply_until: Until when.
            takes_held: The batches begin with what was held.
        """
        with self._database.write() as connection:
            if takes_held:
                connection.execute(
                    update(line_request)
                    .where(
                        line_request.c.conversation_id == conversation_id,
                        line_request.c.state == HELD,
                    )
                    .values(state=DONE, messages=None)
                )
            planned = [
                {
                    "conversation_id": conversation_id,
                    "outbox_id": outbox_id,
                    "position": position,
                    "reply_token": reply_token if position == 0 else None,
                    "reply_until": reply_until,
                    "retry_key": str(uuid.uuid4()),
                    "messages": list(batch),
                    "state": OPEN,
                    "created_at": now(),
                }
                for position, batch in enumerate(batches)
            ]
            if planned:
                connection.execute(insert(line_request), planned)

    def unsettled(self, conversation_id: str) -> list[Request]:
        """Return the requests LINE has not confirmed, in order."""
        with self._database.read() as connection:
            found = connection.execute(
                select(line_request)
                .where(
                    line_request.c.conversation_id == conversation_id,
                    line_request.c.state.in_(_UNSETTLED),
                )
                .order_by(line_request.c.id)
            ).all()
        open_requests = []
        for row in found:
            request = Request(
                row.id,
                row.conversation_id,
                row.reply_token,
                row.reply_until or 0.0,
                row.retry_key,
                row.messages or [],
                row.state,
            )
            if request.id in self._arrived:
                self.arrived(request)
            else:
                open_requests.append(request)
        return open_requests

    def arrived(self, request: Request) -> None:
        """Note that LINE has a request, in mind too: the store may be away just now."""
        self._arrived.add(request.id)
        self.save(replace(request, state=DONE))
        self._arrived.discard(request.id)

    def save(self, request: Request) -> None:
        """Write a request's state down; what is settled loses its texts."""
        settled = request.state not in _UNSETTLED
        with self._database.write() as connection:
            connection.execute(
                update(line_request)
                .where(line_request.c.id == request.id)
                .values(
                    state=request.state,
                    reply_token=None if settled else request.reply_token,
                    messages=None if settled else request.messages,
                )
            )

    def cancel(self, conversation_id: str) -> None:
        """Give up what cannot reach anybody any more."""
        with self._database.write() as connection:
            connection.execute(
                update(line_request)
                .where(
                    line_request.c.conversation_id == conversation_id,
                    line_request.c.state.in_(_UNSETTLED),
                )
                .values(state=CANCELLED, messages=None, reply_token=None)
            )


class Contacts:
    """People and groups: who has blocked us, and the language of a profile."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_blocked(self, conversation_id: str) -> bool:
        """Return whether we may not send."""
        return self._read(conversation_id).blocked_at is not None

    def set_blocked(self, conversation_id: str, blocked: bool) -> None:
        """Note that somebody blocked us, or is there again."""
        self._write(conversation_id, blocked_at=now() if blocked else None)

    def language(self, conversation_id: str) -> str | None:
        """Return the profile's language; empty when LINE does not tell, None until asked."""
        language: str | None = self._read(conversation_id).language
        return language

    def set_language(self, conversation_id: str, language: str) -> None:
        """Note the profile's language."""
        self._write(conversation_id, language=language[:20])

    def _read(self, conversation_id: str) -> Any:
        with self._database.read() as connection:
            row = connection.execute(
                select(line_contact).where(line_contact.c.conversation_id == conversation_id)
            ).first()
        return row or _UNKNOWN

    def _write(self, conversation_id: str, **values: Any) -> None:
        with self._database.write() as connection:
            ensure_conversation(connection, conversation_id, "line")
            changed = connection.execute(
                update(line_contact)
                .where(line_contact.c.conversation_id == conversation_id)
                .values(**values)
            ).rowcount
            if not changed:
                connection.execute(
                    insert(line_contact).values(conversation_id=conversation_id, **values)
                )


class _Unknown:
    blocked_at = None
    language = None


_UNKNOWN = _Unknown()
