"""What companies are told of their data at the first turn, and that they were told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select
from sqlalchemy.engine import Connection

from conversations.database import Database, now
from conversations.ports import IncomingMessage, OutputDict
from conversations.schema import consent
from conversations.turn import Turn

PURPOSE = "notice"
#: Channels a company reaches directly.
TOLD = frozenset({"web", "line", "slack", "terminal"})
#: Channels that are read by a program: the text stays the answer, and the notice goes beside it as
#: `custom.notice`, so that who writes the integration can show it in its own place.
HANDED = frozenset({"rest"})
_TOLD = select(consent.c.id).where(
    consent.c.conversation_id == bindparam("conversation"), consent.c.purpose.like(f"{PURPOSE}:%")
)
_ADD = insert(consent)


class FirstNotices:
    """See `conversations.ports.Notices`. That it was shown is noted with its version."""

    def __init__(self, database: Database, text: str, version: str) -> None:
        """Create it.

        Args:
            database: The one store.
            text: The notice; nothing is said where it is empty.
            version: Of the terms, for the record.
        """
        self._database = database
        self._text = text
        self._version = version
        self._told: set[str] = set()

    def told(
        self, message: IncomingMessage, turn: Turn, outputs: Sequence[OutputDict]
    ) -> Sequence[OutputDict]:
        """See `conversations.ports.Notices.told`."""
        conversation_id = message.conversation_id
        if not self._text or conversation_id in self._told:
            return outputs
        if message.channel not in TOLD and message.channel not in HANDED:
            return outputs
        if "erase" in turn.writes:
            return outputs
        if self._was_told(conversation_id):
            self._told.add(conversation_id)
            return outputs

        def write(connection: Connection) -> None:
            connection.execute(
                _ADD,
                {
                    "conversation_id": conversation_id,
                    "purpose": f"{PURPOSE}:{self._version}",
                    "given": True,
                    "created_at": now(),
                },
            )

        turn.stage("notice", write, lambda: self._told.add(conversation_id))
        greeting, *others = outputs
        if message.channel in HANDED:
            notice = {"text": self._text, "version": self._version}
            custom = {**(greeting.get("custom") or {}), "notice": notice}
            return [{**greeting, "custom": custom}, *others]
        if greeting.get("custom") or not greeting.get("text"):
            # Cards do not show their text: the notice is a message of its own before them.
            return [{"text": self._text}, *outputs]
        return [{**greeting, "text": f"{greeting['text']}\n\n{self._text}"}, *others]

    def erased(self, conversation_id: str) -> None:
        """Tell anew after an erasure (see `conversations.ports.ErasureListener`)."""
        self._told.discard(conversation_id)

    def known(self) -> set[str]:
        """Return the conversations that are kept in memory."""
        return set(self._told)

    def _was_told(self, conversation_id: str) -> bool:
        with self._database.read() as connection:
            found = connection.execute(_TOLD, {"conversation": conversation_id}).first()
        return found is not None
