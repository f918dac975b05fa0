"""What must hold before something is done or said at the desk."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from desk import events
from desk.model import HUMAN, DeskError, Staff
from desk.ownership import Ownership
from desk.wording import wording

MAX_TEXT = 5000
"""Characters of one message or note; LINE takes no longer text."""


def taken(seen: Ownership) -> DeskError:
    """Return the error that says who has a conversation."""
    return DeskError("taken", wording("error_taken", name=seen.owner_name or ""))


def must_hold(seen: Ownership, staff: Staff, force: bool = False) -> None:
    """Raise `DeskError` unless somebody has a conversation, or may do as if."""
    if seen.state != HUMAN:
        raise DeskError("not_open", wording("error_not_held"))
    if seen.owner != staff.id and not force:
        raise DeskError("not_owner", wording("error_not_owner", name=seen.owner_name or ""))


def must_have_said(
    connection: Connection,
    conversation_id: str,
    message_id: int,
    staff: Staff,
    force: bool = False,
) -> None:
    """Raise `DeskError` unless somebody said a message, or may do as if."""
    said = events.of(connection, conversation_id, "said")
    author = next((one.staff_id for one in said if one.message_id == message_id), None)
    if author is None:
        raise DeskError("not_said", wording("error_not_said"))
    if author != staff.id and not force:
        raise DeskError("not_author", wording("error_not_author"))


def checked(text: str) -> str:
    """Return a text without blanks around it; raise `DeskError` where it cannot be said."""
    text = text.strip()
    if not text:
        raise DeskError("empty", wording("error_empty"))
    if len(text) > MAX_TEXT:
        raise DeskError("too_long", wording("error_too_long", limit=f"{MAX_TEXT:,}"))
    return text
