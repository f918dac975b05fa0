"""Who is who: people in Slack as staff of the desk, the same person as at the built-in desk."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from conversations.database import Database
from conversations.schema import slack_desk_person
from desk.accounts import Account, AccountError, Accounts
from desk.model import DeskError, Staff
from desk.slack.ports import SlackPerson, SlackRefusedError, Workspace
from desk.slack.wording import wording

logger = logging.getLogger(__name__)

PREFIX = "slack:"
"""Ids of staff who are known in Slack alone begin so."""
NAME_SECONDS = 1.5
"""Slack wants its answer within three seconds: a name may not hold it up longer."""


class Links:
    """Which account of the built-in desk somebody in Slack has."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    def add(self, slack_user: str, login: str) -> Account:
        """Say that somebody in Slack is the owner of an account.

        Raises:
            AccountError: No such account or user id, or one of them is linked already.
        """
        account = self._accounts.get(login)
        if account is None:
            raise AccountError(f"そのログイン名のアカウントはありません: {login}")
        if not (slack_user[:1] in ("U", "W") and slack_user.isascii() and slack_user.isalnum()):
            raise AccountError(
                f"Slack のメンバー ID（U で始まる英数字）ではありません: {slack_user}"
            )
        try:
            with self._database.write() as connection:
                connection.execute(
                    insert(slack_desk_person).values(slack_user=slack_user, login=login)
                )
        except IntegrityError:
            raise AccountError(f"すでに結び付いています: {slack_user} か {login}") from None
        return account

    def remove(self, slack_user: str) -> bool:
        """Undo it; return whether there was anything to undo."""
        with self._database.write() as connection:
            removed = connection.execute(
                delete(slack_desk_person).where(slack_desk_person.c.slack_user == slack_user)
            )
        return bool(removed.rowcount)

    def all(self) -> list[tuple[str, str]]:
        """Return (Slack user id, login), by login."""
        with self._database.read() as connection:
            found = connection.execute(
                select(slack_desk_person).order_by(slack_desk_person.c.login)
            ).all()
        return [(row.slack_user, row.login) for row in found]

    def account(self, slack_user: str) -> Account | None:
        """Return the account of somebody in Slack."""
        login = next((login for user, login in self.all() if user == slack_user), None)
        return self._accounts.get(login) if login is not None else None

    def slack_user(self, staff_id: str) -> str | None:
        """Return who in Slack has an account."""
        for user, login in self.all():
            account = self._accounts.get(login)
            if account is not None and account.staff_id == staff_id:
                return user
        return None


class People:
    """People in Slack, as the desk knows them."""

    def __init__(self, workspace: Workspace, links: Links) -> None:
        self._slack = workspace
        self._links = links
        self._known: dict[str, SlackPerson] = {}

    async def staff(self, user: str) -> Staff:
        """Return who acts.

        Raises:
            DeskError: `forbidden`: the account behind is disabled.
        """
        account = self._links.account(user)
        if account is not None:
            if account.disabled_at is not None:
                raise DeskError("forbidden", wording("whispers", "disabled"))
            return Staff(account.staff_id, account.name)
        person = await self.person(user)
        name = person.name if person is not None else wording("said", "unknown_person")
        return Staff(f"{PREFIX}{user}", name)

    def administers(self, user: str) -> bool:
        """Return whether somebody may act on conversations of others."""
        account = self._links.account(user)
        return account is not None and account.disabled_at is None and account.administers

    def slack_user(self, staff_id: str | None) -> str | None:
        """Return the Slack user id behind an id of the desk, where there is one."""
        if staff_id is None:
            return None
        if staff_id.startswith(PREFIX):
            return staff_id[len(PREFIX) :]
        return self._links.slack_user(staff_id)

    async def person(self, user: str) -> SlackPerson | None:
        """Return who somebody in Slack is; None when Slack does not tell in time."""
        known = self._known.get(user)
        if known is not None:
            return known
        try:
            told = await asyncio.wait_for(self._slack.person(user), NAME_SECONDS)
        except SlackRefusedError as error:
            logger.warning("Slack does not tell who %s is: %s", user, error.code)
            return None
        except Exception as error:
            logger.warning("Slack does not tell who %s is: %r", user, error)
            return None
        self._known[user] = told
        return told
