"""The desk's letter box: requests to speak with a person, kept in the store."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from conversations.database import Database, now
from conversations.ports import HandoffRequest
from conversations.rows import ensure_conversation
from conversations.schema import consent as consent_table
from conversations.schema import handoff_request
from conversations.turn import stage_or_write

# No letters or digits that are mistaken for one another when read out on the telephone.
_RECEIPT_ALPHABET = "2345679ACDEFGHJKMNPQRTUVWXY"
_RECEIPT_LENGTH = 6
CONSENT_PURPOSE = "handoff"


class StoreDesk:
    """Keeps requests as rows; a person reads them from there.

    This is the desk of a stock action server: it knows nobody who could come into the chat.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def request(
        self,
        conversation_id: str,
        reason: str,
        wish: str,
        consent: bool,
        sheet: dict[str, Any],
    ) -> HandoffRequest:
        """Store a request, together with the turn that made it.

        Args:
            conversation_id: Conversation the request comes from.
            reason: Why a person is wanted.
            wish: What the company wants to talk about, in its words.
            consent: Whether it agreed to the sheet being passed on.
            sheet: The consultation sheet as shown to the company.

        Returns:
            The receipt; nobody waits behind it.
        """
        receipt = new_receipt()

        def write(connection: Connection) -> None:
            ensure_conversation(connection, conversation_id, "rasa")
            store_request(
                connection, receipt, conversation_id, wish, None, consent, sheet, "stored",
                reason, now(),
            )  # fmt: skip

        stage_or_write(self._database, f"handoff:{conversation_id}", write)
        return HandoffRequest(receipt)

    def hours_line(self) -> str:
        """Nobody is there at any hour."""
        return ""


def new_receipt() -> str:
    """Return a receipt number such as `T-7K3MQD`."""
    return "T-" + "".join(secrets.choice(_RECEIPT_ALPHABET) for _ in range(_RECEIPT_LENGTH))


def store_request(
    connection: Connection,
    receipt: str,
    conversation_id: str,
    wish: str,
    contact: str | None,
    consent: bool,
    sheet: dict[str, Any],
    state: str,
    reason: str,
    at: float,
) -> None:
    """Write a request with its consent inside the caller's transaction; no consent, no sheet."""
    connection.execute(
        consent_table.insert().values(
            conversation_id=conversation_id,
            purpose=CONSENT_PURPOSE,
            given=consent,
            created_at=at,
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
            state=state,
            reason=reason,
            created_at=at,
        )
    )


def default_desk() -> StoreDesk:
    """Open the desk on the default store, for an action server outside `tsunagari serve`."""
    url = os.environ.get("TSUNAGARI_DATABASE_URL")
    if not url:
        home = Path(os.environ.get("TSUNAGARI_HOME") or Path(__file__).resolve().parent.parent)
        url = f"sqlite:///{home / 'var' / 'tsunagari.sqlite'}"
    return StoreDesk(Database(url))
