"""The desk's letter box: requests to speak with a person, kept in the store."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from conversations.database import Database, now
from conversations.rows import ensure_conversation
from conversations.schema import consent as consent_table
from conversations.schema import handoff_request
from conversations.turn import stage_or_write

# No letters or digits that are mistaken for one another when read out on the telephone.
_RECEIPT_ALPHABET = "2345679ACDEFGHJKMNPQRTUVWXY"
_RECEIPT_LENGTH = 6
CONSENT_PURPOSE = "handoff"


class StoreDesk:
    """Keeps requests as rows; a person reads them from there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def request(
        self,
        conversation_id: str,
        wish: str,
        contact: str | None,
        consent: bool,
        sheet: dict[str, Any],
    ) -> str:
        """Store a request, together with the turn that made it.

        Args:
            conversation_id: Conversation the request comes from.
            wish: What the company wants to talk about, in its words.
            contact: How to reach it, or None.
            consent: Whether it agreed to the sheet being passed on.
            sheet: The consultation sheet as shown to the company.

        Returns:
            Receipt number such as `T-7K3MQD`.
        """
        code = "".join(secrets.choice(_RECEIPT_ALPHABET) for _ in range(_RECEIPT_LENGTH))
        receipt = f"T-{code}"

        def write(connection: Connection) -> None:
            ensure_conversation(connection, conversation_id, "rasa")
            connection.execute(
                consent_table.insert().values(
                    conversation_id=conversation_id,
                    purpose=CONSENT_PURPOSE,
                    given=consent,
                    created_at=now(),
                )
            )
            connection.execute(
                handoff_request.insert().values(
                    receipt=receipt,
                    conversation_id=conversation_id,
                    wish=wish,
                    contact=contact,
                    consent=consent,
                    sheet=sheet if consent else {},
                    state="waiting",
                    created_at=now(),
                )
            )

        stage_or_write(self._database, f"handoff:{receipt}", write)
        return receipt


def default_desk() -> StoreDesk:
    """Open the desk on the default store, for an action server outside `tsunagari serve`."""
    url = os.environ.get("TSUNAGARI_DATABASE_URL")
    if not url:
        home = Path(os.environ.get("TSUNAGARI_HOME") or Path(__file__).resolve().parent.parent)
        url = f"sqlite:///{home / 'var' / 'tsunagari.sqlite'}"
    return StoreDesk(Database(url))
