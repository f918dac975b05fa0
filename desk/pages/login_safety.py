"""Second factors and the journal of log-ins: setting up, using, reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sanic.request import Request
from sanic.response import HTTPResponse

from desk.login_journal import KEEP_DAYS, LoginJournal
from desk.pages import http
from desk.pages.deeds import Form
from desk.pages.desk import DeskPages
from desk.pages.guarding import ClientAddresses, RateLimiter
from desk.pages.wording import texts, wording
from desk.second_factor import SecondFactors
from desk.sessions import StaffSession

CODES_PER_PERSON = 6
"""Codes a minute for one account, from wherever."""


@dataclass
class LoginSafety:
    """What keeps accounts safe beside the password.

    Attributes:
        factors: Second factors.
        journal: Journal of log-ins.
        limiter: Counts tries.
        clients: Finds the address of a client.
    """

    factors: SecondFactors
    journal: LoginJournal
    limiter: RateLimiter
    clients: ClientAddresses

    def client(self, request: Request) -> str:
        """Return where a request comes from."""
        # Some proxies add a line of their own: the visitor's is the first, theirs the last.
        forwarded = ", ".join(request.headers.getall("x-forwarded-for", []))
        return self.clients.key(request.ip, forwarded)

    def note(self, request: Request, login: str, outcome: str) -> None:
        """Write down what became of somebody at the door."""
        self.journal.note(login, outcome, self.client(request))

    def wait(self, login: str) -> float:
        """Return the seconds until another code may be tried."""
        return self.limiter.take(f"desk-code:{login[:60]}", CODES_PER_PERSON)


class SafetyPages:
    """Pages of one's second factor, and of the journal.

    Args:
        pages: Renders.
        safety: Second factors and journal.
    """

    def __init__(self, pages: DeskPages, safety: LoginSafety) -> None:
        self._pages = pages
        self._safety = safety

    async def show(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show whether one has a second factor, or the key of one that was begun."""
        return self._page(session)

    async def begin(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Begin to set one up; a session somebody left open is not enough, the password is asked.

        What was set up stays as it is.
        """
        login = session.account.login
        if self._safety.wait(login):
            return self._page(session, wording("problems", "limited", seconds=60), 429)
        given = form_text(request, "password")
        if not await self._pages.password_fits(login, given):
            self._safety.note(request, login, "wrong")
            return self._page(session, wording("problems", "old"), 400)
        self._safety.factors.begin(login)
        return self._page(session)

    async def confirm(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Let it count, and show the recovery codes, once."""
        login = session.account.login
        if self._safety.wait(login):
            return self._page(session, wording("problems", "limited", seconds=60), 429)
        codes = self._safety.factors.confirm(login, form_text(request, "code"))
        if codes is None:
            self._safety.note(request, login, "wrong_code")
            return self._page(session, wording("problems", "code"), 400)
        self._safety.note(request, login, "second")
        return self._page(session, codes=codes)

    async def remove(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Take it off, with a code of it."""
        login, factors = session.account.login, self._safety.factors
        if factors.demanded_of(session.account):
            return self._page(session, wording("problems", "demanded"), 403)
        if self._safety.wait(login):
            return self._page(session, wording("problems", "limited", seconds=60), 429)
        if factors.check(login, form_text(request, "code")) is None:
            self._safety.note(request, login, "wrong_code")
            return self._page(session, wording("problems", "code"), 400)
        factors.remove(login)
        self._safety.note(request, login, "no_second")
        return self._page(session)

    async def journal(self, request: Request, session: StaffSession) -> HTTPResponse:
        """Show who came in and who was kept out."""
        failed = "failed" in request.args
        zone = self._pages.service.hours.zone
        names = {one.login: one.name for one in self._pages.accounts.all()}
        outcomes = texts()["login_outcomes"]
        rows = [
            {
                "time": datetime.fromtimestamp(one.at, zone).strftime("%Y-%m-%d %H:%M:%S"),
                "login": one.login or wording("login_outcomes", "nobody"),
                "name": names.get(one.login, ""),
                "outcome": outcomes[one.outcome],
                "failed": one.failed,
                "address": one.address,
            }
            for one in self._safety.journal.latest(failed=failed)
        ]
        return http.page(
            self._pages.render(
                "logins.html",
                session=session,
                here="password",
                rows=rows,
                failed=failed,
                days=int(KEEP_DAYS),
            )
        )

    def _page(
        self,
        session: StaffSession,
        problem: str | None = None,
        status: int = 200,
        codes: list[str] | None = None,
    ) -> HTTPResponse:
        login, factors = session.account.login, self._safety.factors
        since, zone = factors.since(login), self._pages.service.hours.zone
        return http.page(
            self._pages.render(
                "second_factor.html",
                session=session,
                here="password",
                problem=problem,
                codes=codes,
                since=since and datetime.fromtimestamp(since, zone).strftime("%Y年%-m月%-d日"),
                left=factors.recovery_left(login),
                enrolment=factors.open_enrolment(login),
                demanded=factors.demanded_of(session.account),
            ),
            status,
        )


def form_text(request: Request, name: str) -> str:
    """Return one field of a form."""
    values: Form = {key: str(given[0]) for key, given in (request.form or {}).items() if given}
    return values.get(name, "")
