"""Sessions of website visitors: which site, still open, and the tokens that resume them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from conversations.database import Database, now
from conversations.rows import ensure_conversation
from conversations.schema import ownership, resume_token, web_session

GRACE_SECONDS = 60.0
"""How long a used resume token still works: other tabs and lost responses."""
RESUME_DAYS = 30
CLOSED = "CLOSED"
BOT = "BOT"

_SESSION = select(web_session).where(web_session.c.conversation_id == bindparam("conversation"))
_OWNERSHIP = select(ownership.c.state).where(
    ownership.c.conversation_id == bindparam("conversation")
)


@dataclass(frozen=True)
class WebSession:
    """A visitor's session.

    Attributes:
        conversation_id: The conversation.
        site_key: The site it began on.
        locale: Language of the interface.
        ended: Whether the visitor ended it.
    """

    conversation_id: str
    site_key: str
    locale: str
    ended: bool


class SessionStore:
    """Web sessions in the one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, conversation_id: str, channel: str, site_key: str, locale: str
    ) -> tuple[WebSession, str]:
        """Begin a conversation.

        Returns:
            The session and its first resume token.
        """
        with self._database.write() as connection:
            ensure_conversation(connection, conversation_id, channel)
            connection.execute(
                insert(web_session).values(
                    conversation_id=conversation_id,
                    site_key=site_key,
                    locale=locale,
                    created_at=now(),
                )
            )
            token = _issue(connection, conversation_id)
        return WebSession(conversation_id, site_key, locale, ended=False), token

    def get(self, conversation_id: str) -> WebSession | None:
        """Return a session unless it never was or has been erased."""
        with self._database.read() as connection:
            row = connection.execute(_SESSION, {"conversation": conversation_id}).first()
        if row is None:
            return None
        return WebSession(row.conversation_id, row.site_key, row.locale, row.ended_at is not None)

    def resume(
        self, token: str, site_key: str, locale: str | None
    ) -> tuple[WebSession, str] | None:
        """Use a resume token up.

        A used token goes on working for `GRACE_SECONDS`, so that two tabs opened together, or a
        visitor whose answer was lost on the way, keep the conversation.

        Args:
            token: As issued.
            site_key: The token works only on the site it was issued for.
            locale: New language of the interface, or None to keep it.

        Returns:
            The session and the next token, or None when the token is unknown, used up, too old,
            of another site, or its conversation has ended.
        """
        time, digest = now(), _digest(token)
        with self._database.write() as connection:
            row = connection.execute(
                select(resume_token, web_session)
                .select_from(
                    resume_token.join(
                        web_session,
                        web_session.c.conversation_id == resume_token.c.conversation_id,
                    )
                )
                .where(
                    resume_token.c.hash == digest,
                    resume_token.c.created_at > time - RESUME_DAYS * 86400,
                    web_session.c.site_key == site_key,
                    web_session.c.ended_at.is_(None),
                )
            ).first()
            if row is None or (row.used_at is not None and row.used_at < time - GRACE_SECONDS):
                return None
            if row.used_at is None:
                connection.execute(
                    update(resume_token).where(resume_token.c.hash == digest).values(used_at=time)
                )
            if locale is not None and locale != row.locale:
                connection.execute(
                    update(web_session)
                    .where(web_session.c.conversation_id == row.conversation_id)
                    .values(locale=locale)
                )
            following = _issue(connection, row.conversation_id)
        session = WebSession(row.conversation_id, site_key, locale or row.locale, ended=False)
        return session, following

    def end(self, conversation_id: str) -> None:
        """Close a session; its resume tokens are dead from now on."""
        with self._database.write() as connection:
            connection.execute(
                update(web_session)
                .where(
                    web_session.c.conversation_id == conversation_id,
                    web_session.c.ended_at.is_(None),
                )
                .values(ended_at=now())
            )
            connection.execute(
                delete(resume_token).where(resume_token.c.conversation_id == conversation_id)
            )

    def state(self, conversation_id: str) -> str | None:
        """Return who holds the conversation (`BOT`, `HUMAN` …, `CLOSED`); None when erased."""
        with self._database.read() as connection:
            row = connection.execute(_SESSION, {"conversation": conversation_id}).first()
            if row is None:
                return None
            if row.ended_at is not None:
                return CLOSED
            owner = connection.execute(_OWNERSHIP, {"conversation": conversation_id}).scalar()
        return owner or BOT


def _issue(connection: Connection, conversation_id: str) -> str:
    token, time = secrets.token_urlsafe(32), now()
    table = resume_token
    connection.execute(
        delete(table).where(
            table.c.conversation_id == conversation_id, table.c.used_at < time - GRACE_SECONDS
        )
    )
    connection.execute(
        insert(table).values(hash=_digest(token), conversation_id=conversation_id, created_at=time)
    )
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
