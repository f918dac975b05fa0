"""The pages of the desk, apart from HTTP: templates filled with what the service knows."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.accounts import SHORTEST_PASSWORD, Account, Accounts
from desk.conditions import MAX_TEXT
from desk.library import Library
from desk.model import DeskError, Staff
from desk.pages.http import Assets
from desk.pages.live import DeskNews, Payload, digest
from desk.pages.view_models import CaseView, Group
from desk.pages.views import Views
from desk.pages.wording import wording
from desk.service import DeskService
from desk.sessions import StaffSession

_DESK = Path(__file__).parent.parent
#: Parts of the desk that have pages; each keeps its templates.
_ROOMS = ("pages", "review", "learning", "report")


class DeskPages:
    """Renders the pages.

    Args:
        service: The desk.
        accounts: Who may be here.
        library: Opens the answers ready to be inserted, when somebody first needs them.
        zone: Time zone of the support centre.
    """

    def __init__(
        self,
        service: DeskService,
        accounts: Accounts,
        library: Callable[[], Library],
        zone: tzinfo,
    ) -> None:
        self.service = service
        self.accounts = accounts
        self._open_library = library
        self.assets = Assets()
        self.news = DeskNews()
        self._views = Views(service.clock, zone)
        service.listeners.add(self.news)

        # Argon2 takes tens of megabytes on purpose: one password at a time.
        self._one_at_a_time = asyncio.Semaphore(1)

    async def password_fits(self, login: str, password: str) -> Account | None:
        """Return the account a password belongs to, checked apart from the event loop."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self.accounts.check, login, password)

    async def set_password(self, login: str, password: str) -> None:
        """Change a password (see `Accounts.set_password`)."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self.accounts.set_password, login, password)

    def forget(self, _exchanged: object = None) -> None:
        """Forget what was kept of a knowledge that was exchanged."""
        self.__dict__.pop("library", None)

    @cached_property
    def library(self) -> Library:
        """Answers ready to be inserted."""
        return self._open_library()

    @cached_property
    def _templates(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader([_DESK / room / "templates" for room in _ROOMS]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["asset"] = self.assets.address
        environment.globals["longest"] = MAX_TEXT
        return environment

    def render(self, template: str, **context: Any) -> str:
        """Return a page."""
        defaults = {"session": None, "here": "", "problem": None}
        return self._templates.get_template(template).render(**{**defaults, **context})

    def login(self, csrf: str, address: str, **context: Any) -> str:
        """Return the page to log in."""
        given = {"login": "", "ended": False, **context}
        return self.render("login.html", csrf=csrf, next=address, **given)

    def code(self, csrf: str, address: str, pending: str, problem: str | None = None) -> str:
        """Return the page that asks for the code of one's telephone."""
        return self.render(
            "login_code.html", csrf=csrf, next=address, pending=pending, problem=problem
        )

    def password(self, session: StaffSession, problem: str | None = None) -> str:
        """Return the page to change one's password."""
        return self.render(
            "password.html",
            session=session,
            here="password",
            problem=problem,
            shortest=SHORTEST_PASSWORD,
        )

    def queue(self, session: StaffSession, problem: str | None = None) -> str:
        """Return the list of all open cases."""
        return self.render(
            "queue.html",
            session=session,
            here="queue",
            groups=self._groups(session),
            erased=self._erased(session),
            problem=problem,
        )

    def case(self, session: StaffSession, conversation_id: str, problem: str | None = None) -> str:
        """Return the page of a conversation, and note who read it.

        Raises:
            DeskError: `unknown` or `no_consent`.
        """
        reader = staff_of(session.account)
        case = self.service.conversation(conversation_id, reader)
        return self.render(
            "case.html",
            session=session,
            here="case",
            case=self._case_view(session, conversation_id),
            items=self._views.items(case, session.account),
            phrases=self.library.phrases(session.account.name),
            key=secrets.token_hex(16),
            problem=problem,
        )

    def found(self, session: StaffSession, query: str, part: bool) -> str:
        """Return what a search of the knowledge base found, as a page or a part of one."""
        template = "_found.html" if part else "library.html"
        return self.render(
            template, session=session, here="library", query=query, found=self.library.find(query)
        )

    def live_queue(self, session: StaffSession) -> dict[str, Payload]:
        """Return what the list shows now."""
        groups = self._groups(session)
        erased = self._erased(session)
        html = self.render("_queue.html", session=session, groups=groups, erased=erased)
        counts = {group.id: len(group.cards) for group in groups}
        return {"queue": {"html": html, "hash": digest(html), "counts": counts}}

    def live_case(self, session: StaffSession, conversation_id: str) -> dict[str, Payload]:
        """Return what the page of a conversation shows now."""
        waiting = len(self.service.queue())
        try:
            case = self.service.conversation(conversation_id)
        except DeskError as error:
            # Erased, or put away from the desk, while it was open.
            return {"over": {"message": error.message}}
        view = self._case_view(session, conversation_id)
        head = self.render("_head.html", session=session, case=view)
        side = self.render("_side.html", session=session, case=view)
        items = [
            {
                "key": item.key,
                "hash": item.hash,
                "kind": item.kind,
                "html": self.render("_item.html", session=session, case=view, item=item),
            }
            for item in self._views.items(case, session.account)
        ]
        return {
            "case": {
                "head": head,
                "head_hash": digest(head),
                "side": side,
                "side_hash": digest(side),
                "may_reply": view.may_reply,
                "hint": view.hint,
                "items": items,
            },
            "waiting": {"count": waiting},
        }

    def _groups(self, session: StaffSession) -> list[Group]:
        service = self.service
        return self._views.groups(
            session.account, service.queue(), service.in_hand(), service.contacts()
        )

    def _erased(self, session: StaffSession) -> list[tuple[str, str]]:
        """Return one's cases the company erased in the last days: receipt and time."""
        zone = self.service.hours.zone
        return [
            (receipt, datetime.fromtimestamp(at, zone).strftime("%-m月%-d日 %H:%M"))
            for receipt, at in self.service.erased_cases(session.account.staff_id)
        ]

    def _case_view(self, session: StaffSession, conversation_id: str) -> CaseView:
        case = self.service.conversation(conversation_id)
        callback = any(one.receipt == case.receipt for one in self.service.contacts())
        return self._views.case(case, session.account, self.accounts.all(), callback)


def staff_of(account: Account) -> Staff:
    """Return an account as the desk's service knows it."""
    return Staff(account.staff_id, account.name)


def problem_of(error: DeskError) -> str:
    """Return the sentence of an error."""
    return error.message or wording("problems", "other")
