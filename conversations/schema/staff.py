"""Tables of the staff's accounts: who may open the desk's pages, and who tried to."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table

from conversations.schema.base import account_login, metadata

# Staff of the support centre who may open the desk's pages.
staff_account = Table(
    "staff_account",
    metadata,
    Column("login", String(60), primary_key=True),
    Column("name", String(120), nullable=False),
    # counsellor or administrator
    Column("role", String(20), nullable=False),
    # Argon2id, with its parameters and salt.
    Column("password_hash", String(255), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("disabled_at", Float),
    Column("last_login_at", Float),
)

staff_session = Table(
    "staff_session",
    metadata,
    # SHA-256 of the cookie: who reads the table cannot take a session over.
    Column("hash", String(64), primary_key=True),
    account_login(),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Index("staff_session_of_account", "login"),
)

staff_second_factor = Table(
    "staff_second_factor",
    metadata,
    account_login(primary_key=True),
    # With the installation's secret it makes the key of the telephone; alone it is worth nothing.
    Column("nonce", String(64), nullable=False),
    # Not before a first code was typed does it count.
    Column("confirmed_at", Float),
    # Time step of the last code: none is good twice.
    Column("last_step", Integer, nullable=False),
    # SHA-256 of the recovery codes that are left.
    Column("recovery", JSON, nullable=False),
)

staff_login = Table(
    "staff_login",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    # Empty for a login nobody has; what was typed may be a password.
    Column("login", String(60), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("address", String(80), nullable=False),
    Index("staff_login_at", "at"),
)
