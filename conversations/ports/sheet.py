"""The consultation sheet as the channels see it: a form to edit, a file to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from conversations.ports.messages import Act


class InvalidValueError(ValueError):
    """A value a field of the sheet cannot take; the message says why (Japanese)."""


class SheetView(Protocol):
    """The consultation sheet (相談カルテ) as a form beside the chat."""

    def read(self, conversation_id: str) -> dict[str, Any]:
        """Return {fields: [{id, label, value, options?, editable, declined}], complete}."""

    def edit(self, field: str, value: str | None) -> Act:
        """Return the act that changes a field; None takes the value back.

        Raises:
            KeyError: No such field.
            InvalidValueError: The field cannot take this value.
        """

    def edit_all(self, changes: Mapping[str, str | None]) -> Sequence[Act]:
        """Return the acts that make several changes at once, as few as possible.

        Raises:
            KeyError: No such field.
            InvalidValueError: A field cannot take its value.
        """

    def edits(self, payload: str) -> bool:
        """Return whether an act's payload is a change of the sheet."""

    async def apply(self, conversation_id: str, payload: str) -> Mapping[str, str | None]:
        """Change the sheet without asking the bot; durable with the running turn.

        Returns:
            Label of each changed field to its new value as shown; None where it was taken back.
        """


class NoSheet:
    """The sheet of a dialogue that keeps none."""

    def read(self, conversation_id: str) -> dict[str, Any]:
        """Return a sheet without fields."""
        return {"fields": [], "complete": False}

    def edit(self, field: str, value: str | None) -> Act:
        """Know no field."""
        raise KeyError(field)

    def edit_all(self, changes: Mapping[str, str | None]) -> Sequence[Act]:
        """Know no field."""
        return [self.edit(field, value) for field, value in changes.items()]

    def edits(self, payload: str) -> bool:
        """Know no field."""
        return False

    async def apply(self, conversation_id: str, payload: str) -> Mapping[str, str | None]:
        """Change nothing."""
        return {}


class SheetUnavailableError(Exception):
    """The sheet cannot be had as a file: the conversation is gone, or it could not be made."""


class SheetFiles(Protocol):
    """The consultation sheet as a file to keep."""

    def markdown(self, conversation_id: str, masked: bool = False) -> str:
        """Return it as Markdown.

        Args:
            conversation_id: The conversation.
            masked: Whether personal data is masked.

        Raises:
            SheetUnavailableError: There is no such conversation.
        """

    async def pdf(self, conversation_id: str, masked: bool = False) -> bytes:
        """Return it as PDF.

        Raises:
            SheetUnavailableError: There is no such conversation, or it could not be made.
        """

    def offer(self, conversation_id: str) -> str:
        """Return a sentence with a link to it for channels without a button; may be empty."""


_sheets: SheetFiles | None = None


def plug_sheets(sheets: SheetFiles | None) -> None:
    """Plug in who makes files of the sheet (called at assembly)."""
    global _sheets
    _sheets = sheets


def sheet_offer(conversation_id: str) -> str:
    """Return how a conversation's sheet can be saved; empty where the channel has a button."""
    return _sheets.offer(conversation_id) if _sheets is not None else ""
