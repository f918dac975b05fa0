"""What all tables share: their registry, the schema's version, and keys to what owns a row."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

SCHEMA_VERSION = 13

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))


def conversation_id(**options: bool) -> Column:
    """Return the key to a conversation; deleting that deletes everything that hangs on it."""
    return _owned_by("conversation_id", "conversation.id", 255, options)


def account_login(**options: bool) -> Column:
    """Return the key to a staff account; deleting that deletes everything that hangs on it."""
    return _owned_by("login", "staff_account.login", 60, options)


def _owned_by(name: str, owner: str, length: int, options: dict[str, bool]) -> Column:
    key = ForeignKey(owner, ondelete="CASCADE")
    return Column(name, String(length), key, nullable=False, **options)
